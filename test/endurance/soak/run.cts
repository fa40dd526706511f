/** One soak: a real n8n works for a long time while somebody takes its pulse. */
import type { HeapReading } from '@host/heapWatch.cjs';
import type { RequestEntry } from '@simulator/client.cjs';
import { isJsonObject } from '@simulator/json.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Say } from '../options.cjs';
import type { Check } from '../report.cjs';
import { databaseSize, descriptorsOf, processOf } from '../sampler.cjs';
import { until } from '../until.cjs';
import { countAll } from './counts.cjs';
import { Mischief } from './mischief.cjs';
import { ids, soakWorkflows } from './workflows.cjs';

const SAMPLE_MS = 15_000;
const MISCHIEF_MS = 20_000;
/** After the last event: longer than two polls and the faults that they may still meet. */
const DRAIN_MS = 45_000;
const HISTORY = 200;

/** One look from outside; sizes in bytes, CPU time so far. */
export interface Sample {
	atMs: number;
	rss: number;
	cpuMs: number;
	descriptors: number;
	sockets: number;
	database: number;
	/** Length of the stored trigger state, in characters. */
	eventState: number;
	auditState: number;
}

/** What was seen. */
export interface Soaked {
	samples: Sample[];
	/** From inside n8n, after a collection. */
	readings: HeapReading[];
	requests: RequestEntry[];
	/** What n8n printed while it worked. */
	log: string[];
	counts: Check[];
}

/** Throws when n8n does not start or ends by itself. */
export async function runSoak(
	{ minutes, rate }: { minutes: number; rate: number },
	seed: number,
	say: Say,
): Promise<Soaked> {
	const heapFile = 'heap.jsonl';
	const preload = [path.join(__dirname, '../../../host/heapWatch.cjs')];
	const world = await makeWorld(
		{ events: HISTORY, audits: HISTORY, rateLimit: 20, burst: 20, seed },
		{ preload, env: { HEAP_WATCH_FILE: heapFile } },
	);
	const { n8n, simulator } = world;
	const logLines = () => readFileSync(n8n.logFile, 'utf8').split('\n');
	const stateOf = (id: string): number => {
		const sql = 'SELECT length(staticData) AS length FROM workflow_entity WHERE id = ?';
		return Number(n8n.query(sql, id)[0]?.length ?? 0);
	};
	const look = (): Sample => {
		const links = descriptorsOf(n8n);
		return {
			atMs: Date.now(),
			...processOf(n8n),
			descriptors: links.length,
			sockets: links.filter((link) => link.startsWith('socket:')).length,
			database: databaseSize(n8n),
			eventState: stateOf(ids.react),
			auditState: stateOf(ids.audits),
		};
	};
	try {
		await n8n.importWorkflows(soakWorkflows());
		await n8n.publish(...Object.values(ids));
		await n8n.start();
		const done = `SELECT DISTINCT workflowId FROM execution_entity WHERE status = 'success' AND workflowId IN (?, ?)`;
		const isThere = () => n8n.query(done, ids.react, ids.audits).length === 2;
		await until('the triggers deliver the history', isThere);
		await simulator.setLive({ perSecond: rate, updateProbability: 0.3 });

		const beganMs = Date.now();
		const logBegan = logLines().length - 1;
		const samples: Sample[] = [];
		const mischief = new Mischief(simulator, seed);
		const repeat = async (everyMs: number, act: () => Promise<void> | void): Promise<void> => {
			for (let at = beganMs; at < beganMs + minutes * 60_000; at += everyMs) {
				await delay(Math.max(0, at - Date.now()));
				await act();
			}
		};
		await Promise.all([
			repeat(MISCHIEF_MS, async () => await mischief.round()),
			repeat(SAMPLE_MS, () => {
				samples.push(look());
				if (samples.length % 20 === 0) {
					const { rss, descriptors } = look();
					say(`${samples.length / 4} min: ${Math.round(rss / 1e6)} MB, ${descriptors} descriptors`);
				}
			}),
		]);
		await simulator.setLive({ perSecond: 0 });
		await mischief.end();
		await delay(DRAIN_MS);
		await n8n.stop(30_000);

		const printed = logLines().slice(logBegan);
		const end = printed.findIndex((line) => line.includes('Received SIGTERM'));
		const readings = heapReadings(path.join(n8n.folder, heapFile));
		return {
			samples,
			readings: readings.filter(({ atMs }) => atMs >= beganMs),
			requests: (await simulator.requests()).requests,
			log: printed.slice(0, end === -1 ? printed.length : end),
			counts: countAll(n8n, await simulator.ledger()),
		};
	} finally {
		await world.stop();
	}
}

function heapReadings(file: string): HeapReading[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').trim().split('\n');
	const schema = z.custom<HeapReading>(isJsonObject);
	return lines.map((line) => schema.parse(JSON.parse(line)));
}
