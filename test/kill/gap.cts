/**
 * The gap after an activation: n8n dies between the activation of a workflow that starts from "now" and the first poll
 * of its durable schedule. The host drops the cursor of the activation's poll when that returned nothing, so "now" may
 * become the first poll after the restart. (Without durable cursors the host stores the state after the activation.)
 */
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { storedExecutions } from './deliveries.cjs';
import { watchingWorkflow, type Mode } from './run.cjs';

/** A group of events by when they were created, and how many of them came. */
export interface GapPart {
	when: string;
	events: number;
	delivered: number;
}

/** What one trial gave. */
export interface GapReport {
	mode: Mode;
	/** Whether n8n was killed between activation and first poll. */
	killed: boolean;
	/** Seconds between activation and kill (or first poll, if there was no kill). */
	gapSeconds: number;
	parts: GapPart[];
}

const workflowId = 'activation-gap';
/** Seconds after the activation at which the schedule polls; n8n may take up to ten of them to plan a schedule. */
const FIRST_POLLS_S = [30, 40, 50];
const EVENTS = 5;

/** Activates the trigger, creates events, kills n8n (if `killed`) before its first scheduled poll, creates more. */
export async function measureGap(mode: Mode, killed: boolean): Promise<GapReport> {
	const { n8n, simulator, stop } = await makeWorld(
		{ events: 20, seed: 1 },
		{ durable: mode === 'durable' },
	);
	const groups: Array<{ when: string; ids: string[] }> = [];
	const create = async (when: string): Promise<void> => {
		const events = await simulator.createEvents({ count: EVENTS });
		groups.push({ when, ids: events.map(({ id }) => id) });
	};
	const requestCount = async (): Promise<number> =>
		(await simulator.requests()).requests.filter(({ endpoint }) => endpoint === 'events').length;
	const pollAfter = async (count: number): Promise<void> => {
		const endAt = Date.now() + 120_000;
		while ((await requestCount()) <= count) {
			if (Date.now() > endAt) throw new Error('The trigger did not poll within 120 s');
			await delay(200);
		}
		// The poll's items are stored by then.
		await delay(2000);
	};

	try {
		const second = new Date().getUTCSeconds();
		await n8n.start();
		const seconds = FIRST_POLLS_S.map((after) => (second + 10 + after) % 60);
		await n8n.importWorkflows([
			watchingWorkflow({ event: 'securityEventCreated' }, seconds, workflowId),
		]);
		await n8n.publish(workflowId);
		const activatedAt = Date.now();
		const activationRequests = await requestCount();
		await delay(1000);
		await create('after the activation');
		await delay(2000);
		if (killed) {
			if ((await requestCount()) > activationRequests) {
				throw new Error('The schedule polled before the kill: nothing was measured');
			}
			await n8n.kill();
		}
		const gapEndedAt = Date.now();
		if (killed) {
			await create('while n8n was down');
			await n8n.start();
			await create('after the restart, before its first poll');
		}
		await pollAfter(await requestCount());
		await create('after the first poll');
		await pollAfter(await requestCount());

		const executions = storedExecutions(n8n, workflowId, 'Trigger');
		const delivered = new Set(executions.flatMap(({ eventIds }) => eventIds));
		return {
			mode,
			killed,
			gapSeconds: Math.round((gapEndedAt - activatedAt) / 1000),
			parts: groups.map(({ when, ids }) => ({
				when,
				events: ids.length,
				delivered: ids.filter((id) => delivered.has(id)).length,
			})),
		};
	} finally {
		await stop();
	}
}
