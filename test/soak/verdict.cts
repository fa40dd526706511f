/** Judges a soak from what it has left in its folder, so that a report can be made again at any time. */
import { z } from 'zod';
import { isJsonObject } from '@simulator/json.cjs';
import type { HeapReading } from '@host/heapWatch.cjs';
import { n8nPackageFolder } from '@host/places.cjs';
import { PrivateN8n } from '@host/privateN8n.cjs';
import type { Ledger, RequestsAnswer } from '@simulator/client.cjs';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countAll, type Counts, type Once } from './counts.cjs';
import { filesIn } from './files.cjs';
import { distinctLines, type LogLine } from './log.cjs';
import type { Beginning } from './run.cjs';
import type { Sample } from './sampler.cjs';
import { trendOf, type Point, type Trend } from './trend.cjs';

/** One thing that has to be as it should. */
export interface Check {
	name: string;
	seen: string;
	limit: string;
	ok: boolean;
}

/** The whole report. Sizes in MB (millions of bytes), times in hours. */
export interface Verdict {
	beginning: Beginning;
	n8n: string;
	hours: number;
	samples: number;
	/** Share of one core that n8n used, 0..1. */
	cpu: number;
	rss: Trend | undefined;
	heap: Trend | undefined;
	external: Trend | undefined;
	descriptors: Trend | undefined;
	sockets: Trend | undefined;
	resources: Trend | undefined;
	databaseMb: Trend | undefined;
	/** Longest stored trigger state in characters, by workflow. */
	state: Record<string, Trend | undefined>;
	log: LogLine[];
	/** Requests by endpoint, and how often each fault hit one. */
	requests: Record<string, number>;
	faults: Record<string, number>;
	counts: Counts;
	checks: Check[];
	curves: { rss: Point[]; heap: Point[] };
}

/** Shorter runs tell nothing about a slope: n8n still warms up. */
const SLOPE_HOURS = 1;
/** How much the memory may grow in an hour and still be called flat, in MB. */
const FLAT_HEAP_MB = 5;
const FLAT_RSS_MB = 20;
/** How many descriptors more the last quarter may have than the second. */
const FLAT_HANDLES = 3;
/** What docs/trigger.md promises for the stored state, in characters. */
const STATE_LIMIT = 100_000;

const perMb = 1e6;

/** Reads a soak's folder and judges it. Throws when the soak has not come to its end. */
export async function judge(folder: string): Promise<Verdict> {
	const files = filesIn(folder);
	if (!existsSync(files.ledger)) throw new Error(`${folder} holds no soak that came to its end`);
	const entries = jsonLines<Beginning | Sample>(files.samples);
	const beginning = entries.find((entry) => entry.kind === 'beginning');
	const samples = entries.filter((entry) => entry.kind === 'sample');
	const first = samples[0];
	const last = samples.at(-1);
	if (beginning === undefined || first === undefined || last === undefined) {
		throw new Error(`${files.samples} holds no samples`);
	}
	const readings = jsonLines<HeapReading>(files.heap).filter(({ atMs }) => atMs >= beginning.atMs);
	const n8n = await PrivateN8n.create({ folder: files.n8n });
	const ledger = z
		.custom<Ledger>(isJsonObject)
		.parse(JSON.parse(readFileSync(files.ledger, 'utf8')));
	const { requests } = z
		.custom<RequestsAnswer>(isJsonObject)
		.parse(JSON.parse(readFileSync(files.requests, 'utf8')));
	const { version } = z
		.object({ version: z.string() })
		.parse(JSON.parse(readFileSync(path.join(n8nPackageFolder, 'package.json'), 'utf8')));

	const hoursAt = (atMs: number): number => (atMs - beginning.atMs) / 3_600_000;
	const curve = (valueOf: (sample: Sample) => number): Point[] =>
		samples.map((sample) => [hoursAt(sample.atMs), valueOf(sample)]);
	const inside = (valueOf: (reading: HeapReading) => number): Point[] =>
		readings.map((reading) => [hoursAt(reading.atMs), valueOf(reading)]);
	const curves = {
		rss: curve(({ rss }) => rss / perMb),
		heap: inside(({ heapUsed }) => heapUsed / perMb),
	};
	const measured = {
		rss: trendOf(curves.rss),
		heap: trendOf(curves.heap),
		external: trendOf(inside(({ external }) => external / perMb)),
		descriptors: trendOf(curve(({ descriptors }) => descriptors)),
		sockets: trendOf(curve(({ sockets }) => sockets)),
		resources: trendOf(
			inside(({ resources }) => Object.values(resources).reduce((sum, count) => sum + count, 0)),
		),
		databaseMb: trendOf(curve(({ database }) => database / perMb)),
	};
	const state = Object.fromEntries(
		Object.keys(first.state).map((id) => [id, trendOf(curve((sample) => sample.state[id] ?? 0))]),
	);
	const lines = readFileSync(n8n.logFile, 'utf8')
		.split('\n')
		.slice(beginning.n8nLogLines - 1);
	const end = lines.findIndex((line) => line.includes('Received SIGTERM'));
	const log = distinctLines(lines.slice(0, end === -1 ? lines.length : end));
	const counts = countAll(n8n, ledger);
	const hours = hoursAt(last.atMs);
	const verdict = {
		beginning,
		n8n: version,
		hours,
		samples: samples.length,
		cpu: (last.cpuMs - first.cpuMs) / (last.atMs - first.atMs),
		...measured,
		state,
		log,
		requests: tally(requests.map(({ endpoint }) => endpoint ?? 'unknown path')),
		faults: tally(requests.flatMap(({ fault }) => (fault === null ? [] : [fault]))),
		counts,
		curves,
	};
	return { ...verdict, checks: checksOf(verdict) };
}

function checksOf(verdict: Omit<Verdict, 'checks'>): Check[] {
	const { hours, rss, heap, descriptors, sockets, resources, state, log, counts, faults } = verdict;
	const checks: Check[] = [];
	if (hours >= SLOPE_HOURS * 0.99) {
		checks.push(
			slope('heap after collection', heap, FLAT_HEAP_MB),
			slope('memory of the process', rss, FLAT_RSS_MB),
			flat('file descriptors', descriptors),
			flat('sockets', sockets),
			flat('what keeps the event loop alive', resources),
		);
	}
	for (const [id, trend] of Object.entries(state)) {
		const longest = trend?.max ?? Infinity;
		checks.push({
			name: `stored state of ${id}`,
			seen: `${longest} characters at most`,
			limit: `${STATE_LIMIT}`,
			ok: longest > 0 && longest < STATE_LIMIT,
		});
	}
	const ours = log.filter((line) => line.ours).reduce((sum, { count }) => sum + count, 0);
	checks.push({
		name: 'log lines of this package',
		seen: String(ours),
		limit: '0',
		ok: ours === 0,
	});
	const hit = Object.values(faults).reduce((sum, count) => sum + count, 0);
	checks.push({ name: 'faults met', seen: String(hit), limit: 'at least 1', ok: hit > 0 });
	for (const [name, once] of Object.entries({
		'events delivered': counts.events,
		'releases carried out': counts.releases,
		'releases reported': counts.releaseItems,
		'audit entries delivered': counts.audits,
		'paging runs without a gap': counts.pages,
	})) {
		checks.push(all(name, once));
	}
	const failed = Object.values(counts.executions).reduce(
		(sum, statuses) =>
			sum +
			Object.entries(statuses).reduce(
				(count, [status, times]) => count + (status === 'success' ? 0 : times),
				0,
			),
		0,
	);
	checks.push({
		name: 'executions that failed',
		seen: String(failed),
		limit: '0',
		ok: failed === 0,
	});
	return checks;
}

function slope(name: string, trend: Trend | undefined, limit: number): Check {
	const perHour = trend?.perHour ?? Infinity;
	return {
		name,
		seen: `${perHour >= 0 ? '+' : ''}${perHour.toFixed(2)} MB/h`,
		limit: `+${limit} MB/h`,
		ok: perHour <= limit,
	};
}

function flat(name: string, trend: Trend | undefined): Check {
	const { early = 0, late = Infinity } = trend ?? {};
	return {
		name,
		seen: `${early} in the second quarter, ${late} in the last`,
		limit: `${FLAT_HANDLES} more`,
		ok: late <= early + FLAT_HANDLES,
	};
}

function all(name: string, { expected, once, missing, extra }: Once): Check {
	return {
		name,
		seen: `${once} of ${expected}, ${missing} missing, ${extra} too many`,
		limit: 'each once',
		ok: expected > 0 && once === expected && missing === 0 && extra === 0,
	};
}

function tally(keys: string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
	return counts;
}

function jsonLines<Line>(file: string): Line[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').split('\n');
	const entry = z.custom<Line>(isJsonObject);
	return lines.filter((line) => line !== '').map((line) => entry.parse(JSON.parse(line)));
}
