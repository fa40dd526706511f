/** Workflows in which Sync would have a part of the rows only, and what it then says. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { manual } from './setup.cjs';
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
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

/** Rows -> Loop Over Items -> (loop) the body -> back; (done) End. */
export function looped(list: object[], batchSize: number, ...body: WorkflowNode[]): Workflow {
	const names = body.map(({ name }) => name);
	return workflow([rows('Rows', list), loopOf(batchSize), ...body, plain('End')], {
		Start: [to('Rows')],
		Rows: [to('Loop')],
		Loop: [to('End'), to(names[0] ?? '')],
		...Object.fromEntries(names.map((name, at) => [name, [to(names[at + 1] ?? 'Loop')]])),
	});
}

export const merge: WorkflowNode = { name: 'Merge', type: 'n8n-nodes-base.merge', typeVersion: 3 };
/** A wire to the second input of a node. */
export const second = (node: string) => [{ node, type: 'main', index: 1 }];
export const all = people.map((email) => ({ email }));
/** Rows of which an If node passes on a half by each output. */
const half = () =>
	rows(
		'Rows',
		people.map((email, at) => ({ email, internal: at < 10 })),
	);
const Config = (id: number) => rows('Config', [{ group: id }]);
export const oneRow = (group: number | string, email: string[] | string) => ({ group, email });

/** Name, what the error says, and the workflow for the group with this ID. */
export const parts: Array<[name: string, says: RegExp | string, make: (id: number) => Workflow]> = [
	[
		'Loop Over Items, and a group that is an expression with nothing of the row in it',
		'“Loop” passes only some of the rows to Sync',
		(id) => {
			const made = looped(all, 10, sync("={{ $('Config').first().json.group }}"));
			made.nodes.push({ ...Config(id), id: 'config', position: [0, 300] });
			made.connections.Start = { main: [to('Config')] };
			made.connections.Config = { main: [to('Rows')] };
			return made;
		},
	],
	[
		'Loop Over Items, and rows that all name the same group',
		'“Loop” passes only some of the rows to Sync',
		(id) =>
			looped(
				people.map((email, at) => oneRow(at % 2 === 0 ? id : ` 0${id} `, email)),
				10,
				sync('={{ $json.group }}'),
			),
	],
	[
		'a loop that an If node makes: a directory that is read page by page',
		'“If” passes only some of the rows to Sync',
		(id) =>
			workflow([pages(), sync(id), ifNode("={{ $('Page').last().json.more }}")], {
				Start: [to('Page')],
				Page: [to('Sync')],
				Sync: [to('If')],
				If: [to('Page'), []],
			}),
	],
	[
		'pages that a loop beside Sync reads',
		'more rows may still come from “Page”',
		(id) =>
			workflow([pages(), ifNode('={{ $json.more }}'), sync(id)], {
				Start: [to('Page')],
				Page: [to('If', 'Sync')],
				If: [to('Page'), []],
			}),
	],
	[
		'two branches without a Merge',
		'more rows may still come from “IT”',
		(id) =>
			workflow([emails('HR', firstHalf), emails('IT', secondHalf), sync(id)], {
				Start: [to('HR', 'IT')],
				HR: [to('Sync')],
				IT: [to('Sync')],
			}),
	],
	[
		'two branches that come together before Sync',
		/more rows may still come from “(IT|Both)”/,
		(id) => branches([sync(id)]),
	],
	[
		'a Merge that n8n runs last, because one of its inputs never gets rows',
		'more rows may still come from “Merge”',
		(id) =>
			workflow(
				[emails('IT', secondHalf), emails('HR', firstHalf), ifNode('={{ true }}'), merge, sync(id)],
				{
					Start: [to('IT', 'HR')],
					IT: [to('Merge')],
					HR: [to('If')],
					If: [to('Sync'), second('Merge')],
					Merge: [to('Sync')],
				},
			),
	],
	[
		'two branches into a loop that has one round',
		/more rows may still come from “IT”|“Loop” passes only some of the rows/,
		(id) =>
			workflow([emails('HR', firstHalf), emails('IT', secondHalf), loopOf(100), sync(id)], {
				Start: [to('HR', 'IT')],
				HR: [to('Loop')],
				IT: [to('Loop')],
				Loop: [[], to('Sync')],
				Sync: [to('Loop')],
			}),
	],
	[
		'both outputs of an If node into a loop that has one round',
		/more rows may still come from “If”|“Loop” passes only some of the rows/,
		(id) =>
			workflow([half(), ifNode('={{ $json.internal }}'), loopOf(100), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('If')],
				If: [to('Loop'), to('Loop')],
				Loop: [[], to('Sync')],
				Sync: [to('Loop')],
			}),
	],
	[
		'a loop that has one round, inside another loop',
		'“Outer” passes only some of the rows to Sync',
		(id) =>
			workflow([rows('Rows', all), { ...loopOf(10), name: 'Outer' }, loopOf(100), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Outer')],
				Outer: [[], to('Loop')],
				Loop: [to('Outer'), to('Sync')],
				Sync: [to('Loop')],
			}),
	],
	[
		'a loop that nothing leads back to',
		'“Loop” passes only some of the rows to Sync',
		(id) =>
			workflow([rows('Rows', all), loopOf(15), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Loop')],
				Loop: [[], to('Sync')],
			}),
	],
	[
		'a loop of which a branch does not lead back',
		'“Loop” passes only some of the rows to Sync',
		(id) =>
			workflow([half(), loopOf(10), ifNode('={{ $json.internal }}'), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Loop')],
				Loop: [[], to('If')],
				If: [to('Sync'), to('Loop')],
			}),
	],
	[
		'a loop that has one round, inside a loop that an If node makes',
		'“Loop” passes only some of the rows to Sync',
		(id) =>
			workflow([pages(), loopOf(100), ifNode("={{ $('Page').last().json.more }}"), sync(id)], {
				Start: [to('Page')],
				Page: [to('Loop')],
				Loop: [to('If'), to('Sync')],
				Sync: [to('Loop')],
				If: [to('Page'), []],
			}),
	],
	[
		'both outputs of an If node into a loop over groups',
		/more rows may still come from “If”|“Loop” passes only some of the rows/,
		(id) => {
			const lists = [oneRow(id, firstHalf), { ...oneRow(id, secondHalf), internal: true }];
			const expression = "={{ $('Loop').item.json.group }}";
			const nodes = [ifNode('={{ $json.internal }}'), loopOf(1), sync(expression)];
			return workflow([rows('Rows', lists), ...nodes], {
				Start: [to('Rows')],
				Rows: [to('If')],
				If: [to('Loop'), to('Loop')],
				Loop: [[], to('Sync')],
				Sync: [to('Loop')],
			});
		},
	],
	[
		'rows and what is made of them, into a loop that has one round',
		/more rows may still come from “(Rows|IT)”|“Loop” passes only some of the rows/,
		(id) =>
			workflow([emails('Rows', firstHalf), emails('IT', secondHalf), loopOf(100), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('IT', 'Loop')],
				IT: [to('Loop')],
				Loop: [[], to('Sync')],
				Sync: [to('Loop')],
			}),
	],
	[
		'pages that another loop reads, into a loop that has one round',
		/more rows may still come from “(Page|If)”|“(Loop|If)” passes only some of the rows/,
		(id) =>
			workflow([pages(), ifNode('={{ $json.more }}'), loopOf(100), plain('Body'), sync(id)], {
				Start: [to('Page')],
				Page: [to('If', 'Loop')],
				If: [to('Page'), []],
				Loop: [[], to('Body')],
				Body: [to('Sync')],
				Sync: [to('Loop')],
			}),
	],
	[
		'both outputs of an If node that has rows for both',
		'more rows may still come from “If”',
		(id) =>
			workflow([half(), ifNode('={{ $json.internal }}'), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('If')],
				If: [to('Sync'), to('Sync')],
			}),
	],
	[
		'a Merge that is deactivated: n8n passes on its first input only',
		'“Merge” is deactivated and passes only the rows of its first input to Sync',
		(id) =>
			workflow(
				[
					emails('HR', firstHalf),
					emails('IT', secondHalf),
					{ ...merge, disabled: true },
					plain('Body'),
					sync(id),
				],
				{
					Start: [to('HR', 'IT')],
					HR: [to('Merge')],
					IT: [second('Merge')],
					Merge: [to('Body')],
					Body: [to('Sync')],
				},
			),
	],
	[
		'“Execute Once” with several rows',
		'“Execute Once” passes only the first of 2 items to Sync',
		(id) => manual('once', emails('Rows', people.slice(0, 2)), sync(id, { executeOnce: true })),
	],
];
