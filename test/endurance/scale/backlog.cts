/** A backlog that one trigger works off, poll by poll: what polls of one size cost. */
import { makeWorld } from '@test/e2e/setup.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseSize, processOf } from '../sampler.cjs';
import { until } from '../until.cjs';
import { watching } from '../watching.cjs';

const POLLS = 4;
/** Requests of one poll follow each other faster than this. */
const SAME_POLL_MS = 2000;
const id = 'backlog';

/** Measures with a fresh n8n and a backlog of five polls. */
export async function measureBacklog(maxItemsPerPoll: number, seed: number) {
	const { n8n, simulator, stop } = await makeWorld({
		events: maxItemsPerPoll * (POLLS + 1),
		updated: 0,
		seed,
	});
	try {
		await n8n.importWorkflows([
			watching(id, { startFrom: 'beginning', options: { maxItemsPerPoll } }),
		]);
		await n8n.start();
		await delay(5000);
		const before = { ...processOf(n8n), database: databaseSize(n8n) };
		await n8n.publish(id);
		const ended = `SELECT id FROM execution_entity WHERE workflowId = ? AND status = 'success'`;
		let peak = 0;
		let polls = 0;
		const isDone = (): boolean => {
			peak = Math.max(peak, processOf(n8n).rss);
			polls = n8n.query(ended, id).length;
			return polls >= POLLS;
		};
		await until(`${POLLS} polls of ${maxItemsPerPoll} items`, isDone, { everyMs: 100 });
		const cpuMs = processOf(n8n).cpuMs - before.cpuMs;
		const { requests } = await simulator.requests();
		/** From the first request to the last answer of each poll. */
		const times: Array<{ fromMs: number; toMs: number }> = [];
		for (const { endpoint, inMs, outMs } of requests) {
			if (endpoint !== 'events' || outMs === null) continue;
			const last = times.at(-1);
			if (last !== undefined && inMs - last.toMs <= SAME_POLL_MS) last.toMs = outMs;
			else times.push({ fromMs: inMs, toMs: outMs });
		}
		const done = times.slice(0, polls);
		const readMs = done.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / done.length;
		const events = maxItemsPerPoll * polls;
		return {
			'Max Items per Poll': maxItemsPerPoll,
			'reading, s': (readMs / 1000).toFixed(1),
			'CPU s per 1,000': (cpuMs / events).toFixed(2),
			'most memory, MB': (peak / 1e6).toFixed(0),
			'database, kB per event': ((databaseSize(n8n) - before.database) / 1000 / events).toFixed(1),
		};
	} finally {
		await stop();
	}
}
