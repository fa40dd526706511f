/** A backlog that one trigger works off, poll by poll. */
import { chain, pollEveryTenSeconds } from '@host/workflow.cjs';
import { makeWorld, proofpointNode, type World } from '@test/e2e/setup.cjs';
import { databaseSize, processOf } from '@test/soak/sampler.cjs';
import { setTimeout as delay } from 'node:timers/promises';

/** What polls of one size cost. */
export interface BacklogRow {
	maxItems: number;
	eventsPerPoll: number;
	/** From the first to the last answer of a poll. */
	readSeconds: number;
	/** CPU time of n8n, reading, executing and storing together. */
	cpuSecondsPerThousand: number;
	peakMb: number;
	databaseKbPerEvent: number;
}

const POLLS = 4;
/** Requests of one poll follow each other faster than this. */
const SAME_POLL_MS = 2000;

/** Measures each size with a fresh n8n and a backlog of five polls. */
export async function measureBacklog(sizes: number[]): Promise<BacklogRow[]> {
	const rows: BacklogRow[] = [];
	for (const maxItems of sizes) rows.push(await measureSize(maxItems));
	return rows;
}

async function measureSize(maxItems: number): Promise<BacklogRow> {
	const world = await makeWorld({ events: maxItems * (POLLS + 1), updated: 0, seed: 1 });
	const id = 'backlog';
	const { n8n, simulator } = world;
	try {
		const trigger = proofpointNode('Trigger', 'proofpointTrigger', {
			event: 'securityEventCreated',
			startFrom: 'beginning',
			output: 'raw',
			options: { maxItemsPerPoll: maxItems },
		});
		const workflow = chain(id, [trigger, { name: 'End', type: 'n8n-nodes-base.noOp' }], id);
		await n8n.importWorkflows([
			pollEveryTenSeconds(workflow, 'n8n-nodes-proofpoint.proofpointTrigger'),
		]);
		await n8n.start();
		await delay(5000);
		const before = { cpuMs: statusOf(world).cpuMs, database: databaseSize(n8n) };
		await n8n.publish(id);
		let peak = 0;
		const ended = () =>
			n8n.query(`SELECT id FROM execution_entity WHERE workflowId = ? AND status = 'success' `, id);
		for (const endAt = Date.now() + 300_000; ended().length < POLLS; await delay(100)) {
			peak = Math.max(peak, statusOf(world).rss);
			if (Date.now() > endAt) throw new Error(`No ${POLLS} polls of ${maxItems} items in 300 s`);
		}
		const cpuMs = statusOf(world).cpuMs - before.cpuMs;
		const executions = ended();
		const { requests } = await simulator.requests();
		const polls: number[][] = [];
		for (const { endpoint, inMs, outMs } of requests) {
			if (endpoint !== 'events' || outMs === null) continue;
			const last = polls.at(-1)?.at(-1);
			if (last === undefined || inMs - last > SAME_POLL_MS) polls.push([inMs, outMs]);
			else polls.at(-1)?.push(outMs);
		}
		const done = polls.slice(0, executions.length);
		const events = maxItems * executions.length;
		return {
			maxItems,
			eventsPerPoll: events / executions.length,
			readSeconds: mean(done.map((times) => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000)),
			cpuSecondsPerThousand: cpuMs / events,
			peakMb: peak / 1e6,
			databaseKbPerEvent: (databaseSize(n8n) - before.database) / 1000 / events,
		};
	} finally {
		await world.stop();
	}
}

function statusOf({ n8n }: World): ReturnType<typeof processOf> {
	const { pid } = n8n;
	if (pid === undefined) throw new Error('n8n does not run any more');
	return processOf(pid);
}

function mean(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
