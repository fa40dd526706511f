/**
 * “Execute step” on Sync, in a real n8n: it runs Sync with the data that the nodes before it have given out earlier, and
 * takes one run of each of them only.
 */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import type { Workflow } from '@host/workflow.cjs';

import { runData, setParameters, step } from './executeStep.cjs';
import { makeWorld, type World } from './setup.cjs';
import { emails, firstHalf, Groups, people, rows, sync } from './syncPartsWorld.cjs';
import { oneOfSeveral, stopped, whole } from './syncStepCases.cjs';
import { loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

let world: World;
let groups: Groups;

beforeAll(async () => {
	world = await makeWorld({ events: 0, groups: 0, seed: 8 });
	groups = new Groups(world);
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

/**
 * Stores a workflow whose Sync goes on after errors, so that the whole of it runs, unless it `stops`; `pinned` are the rows of
 * pinned nodes.
 */
async function store(
	made: Workflow,
	pinned: Record<string, string[]> = {},
	stops = false,
): Promise<string> {
	const { name, nodes, connections } = made;
	const onError = stops ? 'stopWorkflow' : 'continueRegularOutput';
	for (const node of nodes) if (node.name === 'Sync') node.onError = onError;
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
describe('one run of several: the group is untouched, and the error says what to do', () => {
	test.each(oneOfSeveral)(
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

describe('the refusal has stopped the execution before, and one branch never ran', () => {
	test.each(stopped)(
		'%s: the group is untouched, and the error says why',
		async (_name, { make, pinned = {} }) => {
			for (const dirty of [[], ['Sync']]) {
				const id = await groups.of(people);
				const workflowId = await store(make(id), pinned, true);
				const known = await runData(world, workflowId);
				const result = await step(world, workflowId, { known, dirty });
				expect(await groups.members(id)).toEqual(people);
				expect(result.error?.message).toContain(`Nothing was written to the group ${id}: `);
			}
		},
		120_000,
	);
});

describe('the whole list: the group equals it', () => {
	test.each(whole)(
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
