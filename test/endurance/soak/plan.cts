import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { countBy } from '../compare.cjs';
import { planOf, positive } from '../options.cjs';
import { none, type Check } from '../report.cjs';
import { picture } from './picture.cjs';
import { runSoak, type Sample } from './run.cjs';
import { trendOf, type Point, type Trend } from './trend.cjs';

/** Shorter runs tell nothing about a slope: n8n still warms up. */
const SLOPE_MINUTES = 60;
/** How much the memory may grow in an hour and still be called flat, in MB. */
const FLAT_HEAP_MB = 5;
const FLAT_RSS_MB = 20;
/** How many descriptors more the last quarter may have than the second. */
const FLAT_HANDLES = 3;
/** What docs/trigger.md promises for the stored state, in characters. */
const STATE_LIMIT = 100_000;

export const soakPlan = planOf(
	`One real n8n with the packed package works for hours: two triggers that poll every ten seconds, a workflow that releases
what one of them brings, one that pages every 30 seconds, and faults. Samples memory, handles, state and log, and compares
what n8n has stored with what the platform had.`,
	{
		minutes: positive.default(120).describe('how long'),
		rate: positive.default(0.5).describe('new events per second'),
		picture: z.string().optional().describe('a file that gets the memory curve, as SVG'),
	},
	async (options, seed, say) => {
		const { samples, readings, requests, log, counts } = await runSoak(options, seed, say);
		const beganMs = samples[0]?.atMs ?? 0;
		const curve = <Look extends { atMs: number }>(
			looks: Look[],
			valueOf: (one: Look) => number,
		): Point[] => looks.map((one) => [(one.atMs - beganMs) / 3_600_000, valueOf(one)]);
		const of = (name: keyof Sample, unit = 1) => curve(samples, (one) => one[name] / unit);
		const rss = of('rss', 1e6);
		const heap = curve(readings, ({ heapUsed }) => heapUsed / 1e6);
		const external = curve(readings, (one) => one.external / 1e6);
		const resources = curve(readings, (one) =>
			Object.values(one.resources).reduce((sum, count) => sum + count, 0),
		);
		const trends: Array<[string, Trend | undefined, ((trend?: Trend) => Check)?]> = [
			['heap after collection, MB', trendOf(heap), slope(FLAT_HEAP_MB)],
			['memory of the process, MB', trendOf(rss), slope(FLAT_RSS_MB)],
			['external to the heap, MB', trendOf(external)],
			['file descriptors', trendOf(of('descriptors')), flat],
			['sockets', trendOf(of('sockets')), flat],
			['what keeps the event loop alive', trendOf(resources), flat],
			['database, MB', trendOf(of('database', 1e6))],
			['state of the trigger of events, characters', trendOf(of('eventState')), small],
			['state of the trigger of audit entries, characters', trendOf(of('auditState')), small],
		];
		const lines = countBy(log.map(withoutNumbers).filter((line) => line !== ''));
		const ours = [...lines.keys()].filter((line) => /proofpoint/i.test(line));
		const faults = requests.flatMap(({ fault }) => (fault === null ? [] : [fault]));
		const usedMs = (samples.at(-1)?.cpuMs ?? 0) - (samples[0]?.cpuMs ?? 0);
		const cpu = usedMs / ((samples.at(-1)?.atMs ?? 0) - beganMs);
		if (options.picture !== undefined) {
			const about = `two triggers every 10 s, paging every 30 s, ${options.rate} events/s, faults`;
			writeFileSync(options.picture, picture(rss, heap, options.minutes, about));
		}
		return {
			tables: [
				[
					['', 'first', 'last', 'most', 'per hour, second half'],
					...trends.map(([title, trend]) => [
						title,
						...[trend?.first, trend?.last, trend?.max, trend?.perHour].map(
							(value) => value?.toFixed(1) ?? '',
						),
					]),
				],
			],
			lines: [
				`${samples.length} samples, ${(cpu * 100).toFixed(1)} % of one core`,
				`requests: ${listOf(requests.map(({ endpoint }) => endpoint ?? 'unknown path'))}`,
				`faults that hit: ${listOf(faults)}`,
				`log of n8n while it worked: ${lines.size === 0 ? 'nothing' : ''}`,
				...[...lines].map(([line, count]) => `  ${count} x ${line}`),
			],
			checks: [
				...trends.flatMap(([title, trend, judge]) =>
					judge === undefined || (judge !== small && options.minutes < SLOPE_MINUTES)
						? []
						: [{ ...judge(trend), name: title }],
				),
				none('log lines of this package', ours),
				{ name: 'faults met', seen: `${faults.length}`, limit: 'some', ok: faults.length > 0 },
				...counts,
			],
			numbers: { trends: trends.map(([title, trend]) => ({ title, ...trend })), rss, heap, cpu },
		};
	},
);

const slope =
	(most: number) =>
	(trend?: Trend): Check => {
		const { perHour } = trend ?? { perHour: Infinity };
		const seen = `${perHour.toFixed(2)} per hour`;
		return { name: '', seen, limit: `+${most}`, ok: perHour <= most };
	};

function flat(trend?: Trend): Check {
	const { early, late } = trend ?? { early: 0, late: Infinity };
	const seen = `${early} in the second quarter, ${late} in the last`;
	return { name: '', seen, limit: `${FLAT_HANDLES} more`, ok: late <= early + FLAT_HANDLES };
}

function small(trend?: Trend): Check {
	const { max } = trend ?? { max: Infinity };
	const ok = max > 0 && max < STATE_LIMIT;
	return { name: '', seen: `${max} at most`, limit: String(STATE_LIMIT), ok };
}

/** A line of a log, so that those that differ in numbers and ids only are the same. */
function withoutNumbers(line: string): string {
	return line
		.replace(/\u001b\[[\d;]*m/g, '')
		.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '#')
		.replace(/\d+/g, '#')
		.trim();
}

function listOf(names: string[]): string {
	return [...countBy(names)].map(([name, count]) => `${name} ${count}`).join(', ');
}
