/** How long a trigger takes until everything is delivered after a time in which half of all answers were faulty. */
import type { FaultInput } from '@simulator/client.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { compare, type Comparison } from '../compare.cjs';
import { storedExecutions } from '../executions.cjs';
import type { Mode } from '../options.cjs';
import { watching } from '../watching.cjs';

/** How one way of storing got over it. */
export interface Recovery extends Comparison {
	mode: Mode;
	/** Requests that got a faulty answer. */
	faulty: number;
	/** From the end of the trouble until all events were in executions. */
	seconds: number;
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

/** Measures one way in which n8n stores a position. */
export async function measureRecovery(mode: Mode, seed: number): Promise<Recovery> {
	const { n8n, simulator, stop } = await makeWorld(
		{ events: 0, seed },
		{ durable: mode === 'durable' },
	);
	const look = async (): Promise<Comparison> => {
		const { events } = await simulator.ledger();
		const came = storedExecutions(n8n, id).flatMap(({ eventIds }) => eventIds);
		return compare(
			events.map((event) => event.id),
			came,
		);
	};
	try {
		await n8n.importWorkflows([watching(id, { startFrom: 'beginning' })]);
		await n8n.start();
		await n8n.publish(id);
		await simulator.addFaults(...everyOther(2000));
		await simulator.setLive({ perSecond: PER_SECOND, updateProbability: 0.3 });
		await delay(TROUBLE_MS);
		await simulator.setLive({ perSecond: 0 });
		await simulator.clearFaults();
		const endedAt = Date.now();
		while ((await look()).lost.length > 0 && Date.now() - endedAt < LONGEST_MS) await delay(500);
		const seconds = Math.round((Date.now() - endedAt) / 1000);
		// Whatever comes twice comes with the next polls.
		await delay(25_000);
		const { requests } = await simulator.requests();
		const faulty = requests.filter(({ fault }) => fault !== null).length;
		return { mode, faulty, seconds, ...(await look()) };
	} finally {
		await stop();
	}
}
