/** The trigger in a real n8n, in both ways in which n8n stores a poller's state. */
import { setTimeout as delay } from 'node:timers/promises';

import { n8nFeatures } from '@host/features.cjs';
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

async function until(
	check: () => Promise<boolean>,
	timeoutMs: number,
	what: string,
): Promise<void> {
	for (const endAt = Date.now() + timeoutMs; Date.now() < endAt; await delay(1000)) {
		if (await check()) return;
	}
	throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
}

/**
 * One trigger through everything that an operator does to it: activated while the API is down, running,
 * n8n stopped, started again while the API is down. Returns the statuses of its executions.
 */
async function livesThroughIt(durable: boolean): Promise<string[]> {
	const world = await makeWorld({ events: 50, seed: 11 }, { durable });
	const { n8n, simulator } = world;
	try {
		await simulator.set({ down: true });
		await n8n.importWorkflows([
			workflow({ event: 'securityEventCreated', startFrom: 'beginning' }),
		]);
		await n8n.publish(workflowId);
		await n8n.start();
		await delay(DOWN_MS);
		await simulator.set({ down: false });
		await until(async () => (await delivered(world)).length >= 50, 90_000, 'the history');

		const running = await simulator.createEvents({ count: 3 });
		await until(async () => (await delivered(world)).length >= 53, 60_000, 'three new events');
		await simulator.updateEvents({ ids: running.map(({ id }) => id) });

		await n8n.stop();
		await simulator.set({ down: true });
		await simulator.createEvents({ count: 3 });
		await n8n.start();
		await delay(DOWN_MS);
		await simulator.set({ down: false });
		await until(async () => (await delivered(world)).length >= 56, 90_000, 'what came meanwhile');
		// Another poll must bring nothing twice.
		await delay(11_000);
		const { events } = await simulator.ledger();
		expect((await delivered(world)).sort()).toEqual(events.map(({ id }) => id).sort());
		const executions = await n8n.client.executions({ workflowId });
		return executions.map(({ status }) => status).reverse();
	} finally {
		await world.stop();
	}
}

/** In both ways of storing its state, where the host knows both. */
const modes = [
	{ name: 'default static data', durable: false, known: true },
	{ name: 'durable cursors', durable: true, known: n8nFeatures.durableCursors },
];
const lives = new Map<string, Promise<string[]>>();

beforeAll(async () => {
	// Side by side: most of the time they wait.
	for (const { name, durable, known } of modes) if (known) lives.set(name, livesThroughIt(durable));
	await Promise.allSettled(lives.values());
}, 840_000);

for (const { name, known } of modes) {
	(known ? it : it.skip)(
		`delivers every event once through outages and a restart: ${name}${known ? '' : ' (this n8n has none)'}`,
		async () => {
			const statuses = await lives.get(name);
			expect(statuses).toContain('success');
			process.stderr.write(`${name}, executions: ${statuses?.join(', ')}\n`);
		},
	);
}
