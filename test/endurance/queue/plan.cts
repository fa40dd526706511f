import { z } from 'zod';
import { modes, planOf, positive, wholeNumber } from '../options.cjs';
import { eachOnce, none, seenOf, type Check } from '../report.cjs';
import { runQueue, type QueueRun } from './run.cjs';
import { findServices } from './services.cjs';

export const queuePlan = planOf(
	`Starts PostgreSQL, Redis, one n8n main and its workers with the packed package, lets events stream in, ends the main and
the workers with kill -9 and restarts them, and compares what n8n gave to its workflows, and what they wrote, with what the
platform had. PostgreSQL and Redis are Debian's packages.`,
	{
		mode: modes,
		seconds: positive.default(600).describe('how long events stream in and processes are killed'),
		rate: positive.default(50).describe('new events per second'),
		workers: wholeNumber.min(1).default(3).describe('how many workers'),
		every: z
			.enum(['60', '10'])
			.default('60')
			.describe('how often the triggers poll, in seconds: 60, or 10 by six schedules'),
		kill: z
			.enum(['all', 'main', 'workers', 'none'])
			.default('all')
			.describe('all, main, workers or none'),
		'fresh-workers': z
			.boolean()
			.default(false)
			.describe('a killed worker starts with an empty n8n folder, as a new container does'),
	},
	async (given, seed, say) => {
		const found = findServices();
		if ('missing' in found) throw new Error(found.missing);
		const runs: QueueRun[] = [];
		for (const mode of given.mode) {
			runs.push(
				await runQueue({
					...given,
					...found,
					mode,
					seed,
					say,
					every: Number(given.every),
					keepsFolder: !given['fresh-workers'],
					kill: {
						main: ['all', 'main'].includes(given.kill),
						workers: ['all', 'workers'].includes(given.kill),
					},
				}),
			);
		}
		return queueReport(runs);
	},
);

/** What runs found. */
export function queueReport(runs: QueueRun[]) {
	const head = ['', 'kills of main, workers', 'events', 'cut off', 'delay p50', 'p95', 'max'];
	return {
		tables: [
			[
				head,
				...runs.flatMap(({ mode, kills, deliveries }) =>
					deliveries.map((delivery) => {
						const { workflow, cutOff, delay } = delivery;
						const ofMain = kills.filter(({ target }) => target === 'main').length;
						return [
							`${mode}, ${workflow}`,
							`${ofMain}, ${kills.length - ofMain}`,
							seenOf(delivery),
							`${cutOff.events} in ${cutOff.executions}`,
							...[delay.p50, delay.p95, delay.max].map((ms) => `${(ms / 1000).toFixed(1)} s`),
						];
					}),
				),
			],
		],
		lines: runs.flatMap(({ mode, deliveries, writes, byWorker, operations }) => [
			...deliveries.flatMap(({ workflow, executions, cutOff, notes }) => [
				`${mode}, ${workflow}: executions ${JSON.stringify(executions)}; of those cut off n8n can retry ` +
					`${cutOff.retriable}, retried: ${cutOff.retriedEvents} events`,
				...notes,
			]),
			`${mode}: ${writes.releases} releases, ${writes.groupWrites} group writes, ${writes.partGroups} groups cut off; ` +
				`executions by worker ${JSON.stringify(byWorker)}`,
			`${mode}, other nodes: executions ${JSON.stringify(operations.executions)}, ended well ${JSON.stringify(operations.nodes)}`,
		]),
		checks: runs.flatMap(checksOf),
		numbers: runs,
	};
}

/** Nothing lost with durable cursors, and in both ways of storing nothing twice, no write repeated and none left out. */
function checksOf({ mode, deliveries, writes }: QueueRun): Check[] {
	const { releasedTwice, notReleased, wrongGroups, repeatedGroups } = writes;
	return [
		...deliveries.map((delivery) => {
			const name = `${mode}, ${delivery.workflow}`;
			if (mode === 'durable') return eachOnce(name, delivery);
			// Which poll took a lost event is not sure here: with a backlog not each poll that could bring it did.
			const { doubled, replayed } = delivery;
			const ok = doubled.length + replayed.length === 0;
			return { name, seen: seenOf(delivery), limit: 'none twice', ok };
		}),
		none(`${mode}, released twice`, releasedTwice),
		none(`${mode}, not released`, notReleased),
		none(`${mode}, groups with a write left out or repeated`, wrongGroups),
		none(`${mode}, cut-off groups with a repeated write`, repeatedGroups),
	];
}
