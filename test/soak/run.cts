/** One soak: a real n8n works for a long time while somebody takes its pulse. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Mischief } from './mischief.cjs';
import { filesIn } from './files.cjs';
import { takeSample, type Sample } from './sampler.cjs';
import { EVERY_SECONDS, ids, soakWorkflows, WINDOW_MINUTES } from './workflows.cjs';

/** What a soak is asked to do. */
export interface SoakOptions {
	minutes: number;
	seed: number;
	/** New events per second; three in ten are followed by an update of a recent one. */
	perSecond: number;
	/** Where samples, ledger and n8n's own folder go; must not hold an older soak. */
	folder: string;
	/** Told about each step. */
	report?: (line: string) => void;
}

/** First line of the samples: what was run. */
export interface Beginning {
	kind: 'beginning';
	atMs: number;
	minutes: number;
	seed: number;
	perSecond: number;
	sampleSeconds: number;
	node: string;
	n8nLogLines: number;
}

const SAMPLE_SECONDS = 15;
const MISCHIEF_SECONDS = 20;
/** After the last event: longer than two polls and the faults that they may still meet. */
const DRAIN_SECONDS = 45;
const HISTORY = 200;

/**
 * Runs it and writes raw samples, the simulator's ledger and request log, and n8n's folder. Nothing is judged here.
 * Throws when n8n does not start or ends by itself.
 */
export async function runSoak(options: SoakOptions): Promise<void> {
	const { minutes, seed, perSecond, folder, report = () => undefined } = options;
	const files = filesIn(folder);
	if (existsSync(files.samples))
		throw new Error(`${folder} holds a soak already: name another folder`);
	mkdirSync(folder, { recursive: true });
	const world = await makeWorld(
		{ events: HISTORY, audits: HISTORY, rateLimit: 20, burst: 20, seed },
		{
			folder: files.n8n,
			preload: [path.join(__dirname, '../../host/heapWatch.cjs')],
			env: { HEAP_WATCH_FILE: files.heap },
		},
	);
	const { n8n, simulator } = world;
	const note = (entry: Beginning | Sample): void =>
		appendFileSync(files.samples, `${JSON.stringify(entry)}\n`);
	try {
		await n8n.importWorkflows(soakWorkflows());
		for (const id of Object.values(ids)) await n8n.publish(id);
		await n8n.start();
		await untilHistoryIsThere(n8n);
		await simulator.setLive({ perSecond, updateProbability: 0.3 });
		const first = takeSample(n8n, files.heap);
		note({
			kind: 'beginning',
			atMs: first.atMs,
			minutes,
			seed,
			perSecond,
			sampleSeconds: SAMPLE_SECONDS,
			node: process.version,
			n8nLogLines: first.logLines,
		});
		report(
			`n8n runs: two triggers poll every 10 s, ${perSecond} events/s stream in, a workflow pages through the last ` +
				`${WINDOW_MINUTES} minutes every ${EVERY_SECONDS} s; ${minutes} minutes`,
		);

		const mischief = new Mischief(simulator, seed);
		const endAt = first.atMs + minutes * 60_000;
		let nextMischief = first.atMs;
		for (let number = 1; Date.now() < endAt; number += 1) {
			if (Date.now() >= nextMischief) {
				await mischief.round();
				nextMischief += MISCHIEF_SECONDS * 1000;
			}
			const sampleAt = first.atMs + number * SAMPLE_SECONDS * 1000;
			while (Date.now() < sampleAt && nextMischief <= sampleAt) {
				await delay(Math.max(0, nextMischief - Date.now()));
				await mischief.round();
				nextMischief += MISCHIEF_SECONDS * 1000;
			}
			await delay(Math.max(0, sampleAt - Date.now()));
			const sample = takeSample(n8n, files.heap);
			note(sample);
			if (number % 20 === 0) report(progress(sample, first));
		}

		await simulator.setLive({ perSecond: 0 });
		await mischief.end();
		await delay(DRAIN_SECONDS * 1000);
		await n8n.stop(30_000);
		writeFileSync(files.ledger, JSON.stringify(await simulator.ledger()));
		writeFileSync(files.requests, JSON.stringify(await simulator.requests()));
	} finally {
		await world.stop();
	}
}

async function untilHistoryIsThere(n8n: PrivateN8n): Promise<void> {
	for (const endAt = Date.now() + 120_000; Date.now() < endAt; await delay(500)) {
		const rows = n8n.query(
			`SELECT DISTINCT workflowId FROM execution_entity WHERE status = 'success' AND workflowId IN (?, ?)`,
			ids.react,
			ids.audits,
		);
		if (rows.length === 2) return;
	}
	throw new Error('The triggers did not deliver the history within 120 s');
}

function progress({ atMs, rss, cpuMs, heap, descriptors }: Sample, first: Sample): string {
	const minutes = (atMs - first.atMs) / 60_000;
	const cpu = (cpuMs - first.cpuMs) / (atMs - first.atMs);
	const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
	return (
		`${minutes.toFixed(0)} min: rss ${megabytes(rss)}, heap after collection ${heap ? megabytes(heap.heapUsed) : '?'}, ` +
		`${descriptors} descriptors, ${(cpu * 100).toFixed(1)} % of a core`
	);
}

/** Removes what a soak has written. */
export function forgetSoak(folder: string): void {
	rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
