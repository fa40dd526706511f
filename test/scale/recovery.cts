/** How long a trigger takes until everything is delivered after a time in which half of all answers were faulty. */
import { makeWorld } from '@test/e2e/setup.cjs';
import { compare } from '@test/kill/compare.cjs';
import { storedExecutions } from '@test/kill/deliveries.cjs';
import { watchingWorkflow, type Mode } from '@test/kill/run.cjs';
import type { FaultInput } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';

/** How one way of storing got over it. */
export interface RecoveryRow {
	mode: Mode;
	events: number;
	/** Requests that got a faulty answer. */
	faulty: number;
	/** From the end of the trouble until all events were in executions. */
	seconds: number;
	lost: number;
	doubled: number;
}

const TROUBLE_MS = 150_000;
const PER_SECOND = 20;
const LONGEST_MS = 600_000;
const id = 'recovery';

const actions: Array<FaultInput['action']> = [
	{ kind: 'status', status: 500 },
	{ kind: 'reset' },
	{ kind: 'status', status: 503, headers: { 'retry-after': '2' } },
	{ kind: 'truncate', length: 'wrong' },
	{ kind: 'status', status: 429, headers: { 'retry-after': '3' } },
	{ kind: 'html-200' },
	{ kind: 'reset-after-processing' },
	{ kind: 'status', status: 502, body: 'html' },
];

/** Every other request of the trigger meets one: a rule that hits keeps the later ones from counting the request. */
function everyOther(count: number): FaultInput[] {
	return Array.from({ length: count }, (_, index) => ({
		endpoint: 'events',
		nth: index + 2,
		times: 1,
		action: actions[index % actions.length] ?? { kind: 'reset' },
	}));
}

/** Measures both ways in which n8n stores a position, one after the other. */
export async function measureRecovery(): Promise<RecoveryRow[]> {
	return [await measureMode('default'), await measureMode('durable')];
}

async function measureMode(mode: Mode): Promise<RecoveryRow> {
	const world = await makeWorld({ events: 0, seed: 5 }, { durable: mode === 'durable' });
	const { n8n, simulator } = world;
	try {
		const parameters = { event: 'securityEventCreated', startFrom: 'beginning' };
		await n8n.importWorkflows([watchingWorkflow(parameters, undefined, id)]);
		await n8n.start();
		await n8n.publish(id);
		await simulator.addFaults(...everyOther(2000));
		const startedAtMs = Date.now();
		await simulator.setLive({ perSecond: PER_SECOND, updateProbability: 0.3 });
		await delay(TROUBLE_MS);
		await simulator.setLive({ perSecond: 0 });
		await simulator.clearFaults();
		const endedAt = Date.now();
		const verdict = async () => {
			const { requests } = await simulator.requests();
			const executions = storedExecutions(n8n, id, 'Trigger');
			const lives = [{ startedAtMs, endedAtMs: Infinity }];
			return { requests, ...compare(await simulator.ledger(), executions, requests, lives) };
		};
		let now = await verdict();
		while (now.delivered < now.expected && Date.now() - endedAt < LONGEST_MS) {
			await delay(500);
			now = await verdict();
		}
		const seconds = (Date.now() - endedAt) / 1000;
		// Whatever comes twice comes with the next polls.
		await delay(25_000);
		const { expected, lost, doubled, requests } = await verdict();
		const faulty = requests.filter(({ fault }) => fault !== null).length;
		return { mode, events: expected, faulty, seconds, lost: lost.length, doubled: doubled.length };
	} finally {
		await world.stop();
	}
}
