/** Sync that runs several times in one execution, in a real n8n that restarts in between. */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { setTimeout as delay } from 'node:timers/promises';

import { makeWorld, type World } from './setup.cjs';
import { emails, firstHalf, Groups, people, rows, secondHalf, sync } from './syncPartsWorld.cjs';
import { loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

let world: World;
let groups: Groups;

beforeAll(async () => {
	world = await makeWorld({ events: 0, groups: 0, seed: 8 });
	groups = new Groups(world);
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

/** n8n keeps an execution in memory while it waits for less than 65 seconds; it stores this one. */
const wait = (amount: number | string = 70): WorkflowNode => ({
	name: 'Wait',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { resume: 'timeInterval', amount, unit: 'seconds' },
});

async function begin({ name, nodes, connections }: Workflow): Promise<string> {
	for (const node of nodes)
		if (node.name.startsWith('Sync')) node.onError = 'continueRegularOutput';
	const settings = { executionOrder: 'v1' };
	const { client } = world.n8n;
	const id = await client.storeWorkflow({ name, nodes, connections, settings });
	return await client.run(id, 'Start');
}

/** Waits until an execution is stored, so that a restart does not end it. */
async function stored(executionId: string): Promise<void> {
	for (const end = Date.now() + 60_000; Date.now() < end; await delay(200)) {
		const all = await world.n8n.client.executions({ status: 'waiting', withData: false });
		if (all.some((each) => each.executionId === executionId)) return;
	}
	throw new Error(`Execution ${executionId} does not wait`);
}

const syncIt = (id: number) => ({ ...sync(id), name: 'Sync IT' });
const errors = (result: RunResult, node = 'Sync') =>
	(result.nodes[node] ?? []).map(({ outputs }) => String(outputs[0]?.[0]?.json.error ?? ''));

test('a restart makes no run forget that another has a part of the list', async () => {
	const id = await groups.of(people);
	const parts = await begin(
		workflow([emails('HR', firstHalf), emails('IT', secondHalf), wait(), sync(id)], {
			Start: [to('HR', 'IT')],
			HR: [to('Sync')],
			IT: [to('Wait')],
			Wait: [to('Sync')],
		}),
	);
	const [one, two] = [await groups.of(secondHalf), await groups.of(people)];
	const lists = [
		{ group: one, email: people },
		{ group: two, email: firstHalf },
	];
	const loop = await begin(
		workflow(
			[
				rows('Rows', lists),
				loopOf(1),
				sync('={{ $json.group }}'),
				wait('={{ $runIndex === 0 ? 70 : 0 }}'),
				plain('End'),
			],
			{
				Start: [to('Rows')],
				Rows: [to('Loop')],
				Loop: [to('End'), to('Sync')],
				Sync: [to('Wait')],
				Wait: [to('Loop')],
			},
		),
	);
	const twoNodes = await groups.of(people);
	const later = await begin(
		workflow(
			[emails('HR', people), sync(twoNodes), wait(), emails('IT', secondHalf), syncIt(twoNodes)],
			{
				Start: [to('HR')],
				HR: [to('Sync')],
				Sync: [to('Wait')],
				Wait: [to('IT')],
				IT: [to('Sync IT')],
			},
		),
	);
	for (const executionId of [parts, loop, later]) await stored(executionId);
	expect(await groups.members(one)).toEqual(people);
	await world.n8n.restart();

	const partsResult = await world.n8n.client.finishedExecution(parts, 240_000);
	expect(await groups.members(id)).toEqual(people);
	const [first, second] = errors(partsResult);
	expect(first).toContain('more rows may still come');
	expect(second).toContain('it is not known whom Sync listed before in the same execution');

	const laterResult = await world.n8n.client.finishedExecution(later, 240_000);
	expect(errors(laterResult, 'Sync IT')[0]).toContain('it is not known whom Sync listed before');
	expect(await groups.members(twoNodes)).toEqual(people);

	// Each round of the loop has the whole list of a group of its own.
	const loopResult = await world.n8n.client.finishedExecution(loop, 360_000);
	expect(errors(loopResult)).toEqual(['', '']);
	expect(await groups.members(two)).toEqual(firstHalf);
}, 600_000);

test('two Sync nodes for one group, one for each branch: the second removes nobody whom the first listed', async () => {
	const id = await groups.of(people);
	const executionId = await begin(
		workflow([emails('HR', firstHalf), emails('IT', secondHalf), sync(id), syncIt(id)], {
			Start: [to('HR', 'IT')],
			HR: [to('Sync')],
			IT: [to('Sync IT')],
		}),
	);
	const result = await world.n8n.client.finishedExecution(executionId);
	expect(itemsOf(result, 'Sync')[0]?.json.removed).toEqual(secondHalf);
	expect(errors(result, 'Sync IT')[0]).toContain('members that Sync has listed before');
	expect(await groups.members(id)).toEqual(firstHalf);
}, 120_000);

test('the second of two Sync nodes, retried: it removes nobody whom the first listed', async () => {
	const id = await groups.of(people);
	const made = workflow([emails('HR', people), sync(id), emails('IT', secondHalf), syncIt(id)], {
		Start: [to('HR')],
		HR: [to('Sync')],
		Sync: [to('IT')],
		IT: [to('Sync IT')],
	});
	const { client } = world.n8n;
	const settings = { executionOrder: 'v1' };
	const { name, nodes, connections } = made;
	const workflowId = await client.storeWorkflow({ name, nodes, connections, settings });
	const first = await client.finishedExecution(await client.run(workflowId, 'Start'));
	expect(first.error?.message).toContain('members that Sync has listed before');
	await client.retry(first.executionId ?? '');
	const [again] = await client.executions({ workflowId });
	expect(again?.executionId).not.toBe(first.executionId);
	expect(again?.error?.message).toContain('it is not known whom Sync listed before');
	expect(await groups.members(id)).toEqual(people);
}, 120_000);
