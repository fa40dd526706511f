/** Workflows for “Execute step” on Sync. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import {
	branches,
	emails,
	firstHalf,
	pages,
	people,
	rows,
	secondHalf,
	sync,
} from './syncPartsWorld.cjs';
import { merge, second } from './syncPartCases.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

const half = (yes: (at: number) => boolean) =>
	rows(
		'Rows',
		people.map((email, at) => ({ email, internal: yes(at) })),
	);
const off = (name: string): WorkflowNode => ({ ...plain(name), ...{ disabled: true } });

/** A workflow, and what is pinned and changed in it. */
export interface Case {
	make(id: number): Workflow;
	pinned?: Record<string, string[]>;
	/** Nodes that were changed since they ran. */
	dirty?: string[];
	/** The node that the error names. */
	from: string;
}

/** Sync gets one of several runs of a node. */
export const oneOfSeveral: Array<[name: string, one: Case]> = [
	['two branches that come together', { make: (id) => branches([sync(id)]), from: 'Both' }],
	[
		'a node between them and Sync',
		{
			make: (id) => branches([plain('Mid'), sync(id)], { Both: [to('Mid')], Mid: [to('Sync')] }),
			from: 'Mid',
		},
	],
	[
		'a node between them and Sync that has to run again',
		{
			make: (id) => branches([plain('Mid'), sync(id)], { Both: [to('Mid')], Mid: [to('Sync')] }),
			dirty: ['Mid'],
			from: 'Both',
		},
	],
	[
		'a Merge that has to run again',
		{
			make: (id) => {
				const made = branches([merge, sync(id)], { Both: [to('Merge')], Merge: [to('Sync')] });
				made.nodes.push({
					...emails('More', ['new@acme.example']),
					id: 'more',
					position: [0, 9],
				});
				made.connections.Start = { main: [to('HR', 'IT', 'More')] };
				made.connections.More = { main: [second('Merge')] };
				return made;
			},
			dirty: ['Merge'],
			from: 'Both',
		},
	],
	[
		'pinned branches',
		{
			make: (id) => branches([sync(id)]),
			pinned: { HR: firstHalf, IT: secondHalf },
			from: 'Both',
		},
	],
	[
		'both outputs of an If node',
		{
			make: (id) =>
				workflow(
					[half((at) => at < 10), ifNode('={{ $json.internal }}'), plain('Both'), sync(id)],
					{
						Start: [to('Rows')],
						Rows: [to('If')],
						If: [to('Both'), to('Both')],
						Both: [to('Sync')],
					},
				),
			from: 'Both',
		},
	],
	[
		'pages that a loop beside Sync reads',
		{
			make: (id) =>
				workflow([pages(), ifNode('={{ $json.more }}'), plain('Collect'), sync(id)], {
					Start: [to('Page')],
					Page: [to('If', 'Collect')],
					If: [to('Page'), []],
					Collect: [to('Sync')],
				}),
			from: 'Collect',
		},
	],
	[
		'the body of a loop',
		{
			make: (id) =>
				workflow([emails('Rows', people), loopOf(10), plain('Body'), sync(id), plain('End')], {
					Start: [to('Rows')],
					Rows: [to('Loop')],
					Loop: [to('End'), to('Body')],
					Body: [to('Loop', 'Sync')],
				}),
			from: 'Body',
		},
	],
	[
		'a loop over groups that two branches lead to',
		{
			make: (id) =>
				branches([loopOf(10), sync(id), plain('End')], {
					Both: [to('Loop')],
					Loop: [to('End'), to('Sync')],
					Sync: [to('Loop')],
				}),
			from: 'Both',
		},
	],
];

const twoOutputs = (...nodes: WorkflowNode[]) => ({
	Start: [to('Rows')],
	Rows: [to(nodes[0]?.name ?? '')],
	[nodes[0]?.name ?? '']: [to('Both'), to('Both')],
	Both: [to('Sync')],
});
const failing: WorkflowNode = {
	name: 'Check',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		mode: 'runOnceForEachItem',
		jsCode: "if (!$json.internal) throw new Error('external'); return $input.item;",
	},
	onError: 'continueErrorOutput',
};

/** Sync refuses one branch, and the other one has not run. */
export const stopped: Array<[name: string, one: Omit<Case, 'from'>]> = [
	['two branches that come together', { make: (id) => branches([sync(id)]) }],
	[
		'pinned branches',
		{ make: (id) => branches([sync(id)]), pinned: { HR: firstHalf, IT: secondHalf } },
	],
	[
		'a node between them and Sync',
		{
			make: (id) => branches([plain('Mid'), sync(id)], { Both: [to('Mid')], Mid: [to('Sync')] }),
		},
	],
	[
		'a node in one branch',
		{
			make: (id) =>
				branches([plain('Mid'), sync(id)], {
					IT: [to('Mid')],
					Mid: [to('Both')],
					Both: [to('Sync')],
				}),
		},
	],
	[
		'both outputs of an If node',
		{
			make: (id) => {
				const check = ifNode('={{ $json.internal }}');
				const nodes = [half((at) => at < 10), check, plain('Both'), sync(id)];
				return workflow(nodes, twoOutputs(check));
			},
		},
	],
	[
		'the output of a node, and its errors',
		{
			make: (id) => {
				const nodes = [half((at) => at < 10), failing, plain('Both'), sync(id)];
				return workflow(nodes, twoOutputs(failing));
			},
		},
	],
];

/** Sync gets the whole list. */
export const whole: Array<[name: string, one: Omit<Case, 'from'>]> = [
	[
		'one branch',
		{
			make: (id) =>
				workflow([emails('Rows', people), sync(id)], { Start: [to('Rows')], Rows: [to('Sync')] }),
		},
	],
	[
		'two branches and a Merge',
		{
			make: (id) =>
				workflow([emails('HR', firstHalf), emails('IT', secondHalf), merge, sync(id)], {
					Start: [to('HR', 'IT')],
					HR: [to('Merge')],
					IT: [second('Merge')],
					Merge: [to('Sync')],
				}),
		},
	],
	[
		'behind a loop',
		{
			make: (id) =>
				workflow([emails('Rows', people), loopOf(10), plain('Body'), plain('End'), sync(id)], {
					Start: [to('Rows')],
					Rows: [to('Loop')],
					Loop: [to('End'), to('Body')],
					Body: [to('Loop')],
					End: [to('Sync')],
				}),
		},
	],
	[
		'two branches of which one has rows',
		{
			make: (id) =>
				workflow([half(() => true), ifNode('={{ $json.internal }}'), plain('Both'), sync(id)], {
					Start: [to('Rows')],
					Rows: [to('If')],
					If: [to('Both'), to('Both')],
					Both: [to('Sync')],
				}),
		},
	],
	[
		'deactivated nodes on the way',
		{
			make: (id) =>
				workflow(
					[emails('Rows', people), off('Off'), plain('Mid'), off('Also off'), plain('X'), sync(id)],
					{
						Start: [to('Rows')],
						Rows: [to('Off')],
						Off: [to('Mid')],
						Mid: [to('Also off')],
						'Also off': [to('X')],
						X: [to('Sync')],
					},
				),
		},
	],
	[
		'a branch that goes elsewhere, and one that nothing goes into',
		{
			make: (id) =>
				workflow(
					[
						half(() => true),
						ifNode('={{ $json.internal }}'),
						plain('Report'),
						plain('External'),
						plain('Both'),
						sync(id),
					],
					{
						Start: [to('Rows')],
						Rows: [to('If', 'Report')],
						If: [to('Both'), to('External')],
						External: [to('Both')],
						Both: [to('Sync')],
					},
				),
		},
	],
	[
		'two branches that come together in a pinned node',
		{ make: (id) => branches([sync(id)]), pinned: { Both: people } },
	],
];
