/**
 * “Execute step” on Sync, in a real n8n: it runs Sync with the data that the nodes before it have given out earlier, and
 * takes one run of each of them only.
 */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { runData, setParameters, step } from './executeStep.cjs';
import { makeWorld, type World } from './setup.cjs';
import {
	branches,
	emails,
	firstHalf,
	Groups,
	pages,
	people,
	rows,
	secondHalf,
	sync,
} from './syncPartsWorld.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

let world: World;
let groups: Groups;

beforeAll(async () => {
	world = await makeWorld({ events: 0, groups: 0, seed: 8 });
	groups = new Groups(world);
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

/** Stores a workflow whose Sync goes on after errors, so that the whole of it runs; `pinned` are the rows of pinned nodes. */
async function store(made: Workflow, pinned: Record<string, string[]> = {}): Promise<string> {
	const { name, nodes, connections } = made;
	for (const node of nodes) if (node.name === 'Sync') node.onError = 'continueRegularOutput';
	const pinData = Object.fromEntries(
		Object.entries(pinned).map(([node, list]) => [
			node,
			list.map((email) => ({ json: { email } })),
		]),
	);
	const settings = { executionOrder: 'v1' };
	return await world.n8n.client.storeWorkflow({ name, nodes, connections, settings, pinData });
}

const said = (result: RunResult) =>
	`${result.error?.message ?? ''} ${String(itemsOf(result, 'Sync')[0]?.json.error)}`;
const half = (yes: (at: number) => boolean) =>
	rows(
		'Rows',
		people.map((email, at) => ({ email, internal: yes(at) })),
	);
const merge: WorkflowNode = { name: 'Merge', type: 'n8n-nodes-base.merge', typeVersion: 3 };

interface Case {
	make(id: number): Workflow;
	pinned?: Record<string, string[]>;
	/** Nodes that were changed since they ran. */
	dirty?: string[];
	/** The node that the error names. */
	from: string;
}

describe('one run of several: the group is untouched, and the error says what to do', () => {
	const cases: Array<[name: string, one: Case]> = [
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
					made.connections.More = { main: [[{ node: 'Merge', type: 'main', index: 1 }]] };
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

	test.each(cases)(
		'%s',
		async (_name, { make, pinned = {}, dirty = [], from }) => {
			const id = await groups.of(people);
			const workflowId = await store(make(id), pinned);
			const known = await runData(world, workflowId);
			expect(await groups.members(id)).toEqual(people);
			const result = await step(world, workflowId, { known, dirty: [...dirty, 'Sync'] });
			expect(await groups.members(id)).toEqual(people);
			expect(said(result)).toContain(`Nothing was written to the group ${id}: `);
			expect(said(result)).toContain(`“${from}” passes only one of its runs to Sync`);
		},
		120_000,
	);
});

describe('the whole list: the group equals it', () => {
	const cases: Array<[name: string, one: Omit<Case, 'from'>]> = [
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
						IT: [[{ node: 'Merge', type: 'main', index: 1 }]],
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
			'two branches that come together in a pinned node',
			{ make: (id) => branches([sync(id)]), pinned: { Both: people } },
		],
	];

	test.each(cases)(
		'%s',
		async (_name, { make, pinned = {} }) => {
			const id = await groups.of([...firstHalf, 'old@acme.example']);
			const workflowId = await store(make(id), pinned);
			const known = await runData(world, workflowId);
			const other = await groups.of([...firstHalf, 'old@acme.example']);
			await setParameters(world, workflowId, sync(other));
			const result = await step(world, workflowId, { known, dirty: ['Sync'] });
			expect(said(result)).not.toContain('Nothing was written');
			expect(await groups.members(other)).toEqual(people);
		},
		120_000,
	);

	test('a loop over groups', async () => {
		const lists = [
			{ group: await groups.of(people), email: people },
			{ group: await groups.of(people), email: firstHalf },
		];
		const made = workflow(
			[
				rows('Rows', lists),
				loopOf(1),
				plain('Body'),
				sync("={{ $('Loop').item.json.group }}"),
				plain('End'),
			],
			{
				Start: [to('Rows')],
				Rows: [to('Loop')],
				Loop: [to('End'), to('Body')],
				Body: [to('Sync')],
				Sync: [to('Loop')],
			},
		);
		const workflowId = await store(made);
		const known = await runData(world, workflowId);
		const result = await step(world, workflowId, { known, dirty: ['Sync'] });
		expect(itemsOf(result, 'Sync')[0]?.json).toMatchObject({ removed: [], unchanged: 20 });
	}, 120_000);

	test('without anything known, the whole workflow runs', async () => {
		const id = await groups.of([...firstHalf, 'old@acme.example']);
		const made = workflow([emails('Rows', people), sync(id)], {
			Start: [to('Rows')],
			Rows: [to('Sync')],
		});
		await step(world, await store(made), {});
		expect(await groups.members(id)).toEqual(people);
	}, 120_000);
});
