/** The trigger in a real n8n, in both ways in which n8n stores a poller's state. */
import { setTimeout as delay } from 'node:timers/promises';

import { itemsOf } from '@host/runResult.cjs';
import { chain, pollEveryTenSeconds, type Workflow } from '@host/workflow.cjs';

import { makeWorld, proofpointNode, type World } from './setup.cjs';

/** Longer than n8n tries to activate a workflow (five times in 15 s). */
const DOWN_MS = Number(process.env.PROOFPOINT_DOWN_SECONDS ?? 25) * 1000;
const workflowId = 'trigger-test';

function workflow(parameters: Record<string, unknown>): Workflow {
	const trigger = proofpointNode('Trigger', 'proofpointTrigger', parameters);
	return pollEveryTenSeconds(
		chain('Trigger test', [trigger, { name: 'End', type: 'n8n-nodes-base.noOp' }], workflowId),
		'n8n-nodes-proofpoint.proofpointTrigger',
	);
}

/** Ids of all events that started an execution, in the order of the executions. */
async function delivered({ n8n }: World): Promise<unknown[]> {
	const executions = await n8n.client.executions({ workflowId });
	return executions
		.reverse()
		.flatMap((execution) => itemsOf(execution, 'Trigger').map(({ json }) => json.id));
}

async function until(check: () => Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
	for (const endAt = Date.now() + timeoutMs; Date.now() < endAt; await delay(1000)) {
		if (await check()) return;
	}
	throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
}

describe.each([
	['default static data', false],
	['durable cursors', true],
])('with %s', (_mode, durable) => {
	let world: World;

	beforeEach(async () => {
		world = await makeWorld({ events: 50, seed: 11 }, { durable });
	}, 120_000);
	afterEach(async () => await world.stop());

	it('delivers each new event once over a restart, those created meanwhile included', async () => {
		const { n8n, simulator } = world;
		await n8n.importWorkflows([workflow({ event: 'securityEventCreated' })]);
		await n8n.publish(workflowId);
		await n8n.start();
		await n8n.waitForTriggers(workflowId);
		await until(async () => (await simulator.requests()).requests.length > 0, 30_000, 'a poll');
		const first = await simulator.createEvents({ count: 3 });
		await until(async () => (await delivered(world)).length >= 3, 40_000, 'three events');
		await simulator.updateEvents({ ids: first.map(({ id }) => id) });
		await n8n.stop();
		const second = await simulator.createEvents({ count: 3 });
		await n8n.start();
		await until(async () => (await delivered(world)).length >= 6, 60_000, 'six events');
		await delay(12_000);
		expect((await delivered(world)).sort()).toEqual([...first, ...second].map(({ id }) => id).sort());
	}, 240_000);

	it('goes on by itself when the API was down at the first activation and at a start', async () => {
		const { n8n, simulator } = world;
		await simulator.set({ down: true });
		await n8n.importWorkflows([workflow({ event: 'securityEventCreated', startFrom: 'beginning' })]);
		await n8n.publish(workflowId);
		await n8n.start();
		await delay(DOWN_MS);
		await simulator.set({ down: false });
		await until(async () => (await delivered(world)).length >= 50, 90_000, 'the history');

		await n8n.stop();
		await simulator.set({ down: true });
		const meanwhile = await simulator.createEvents({ count: 2 });
		await n8n.start();
		await delay(DOWN_MS);
		await simulator.set({ down: false });
		await until(async () => (await delivered(world)).length >= 52, 90_000, 'what came meanwhile');
		const ids = await delivered(world);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toEqual(expect.arrayContaining(meanwhile.map(({ id }) => id)));
		const executions = await n8n.client.executions({ workflowId });
		process.stderr.write(
			`${_mode}, API down at activation and at a start: ${executions.map(({ status }) => status).reverse().join(', ')}\n`,
		);
	}, 400_000);
});
