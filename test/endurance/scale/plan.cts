import { z } from 'zod';
import { planOf, wholeNumber } from '../options.cjs';
import { eachOnce, type Report } from '../report.cjs';
import { measureBacklog } from './backlog.cjs';
import { measurePolls } from './polls.cjs';
import { measureRecovery } from './recovery.cjs';

export const scalePlan = planOf(
	`The numbers behind docs/scale.md: how many events one trigger takes at a time and what they cost; what a poll costs with
nothing new, and with one event that starts an execution. Ten minutes. With --recovery instead: how long a trigger takes to
deliver everything after 150 s in which every other answer was faulty, in both ways of storing. Eight minutes.`,
	{
		triggers: wholeNumber.min(1).default(20).describe('how many triggers poll every ten seconds'),
		recovery: z.boolean().default(false).describe('measure that instead'),
	},
	async ({ triggers, recovery }, seed): Promise<Report> => {
		if (recovery) {
			const rows = [await measureRecovery('default', seed), await measureRecovery('durable', seed)];
			return {
				tables: [
					[
						['storage', 'events', 'faulty answers', 'seconds until all came'],
						...rows.map(({ mode, expected, faulty, seconds }) => [mode, expected, faulty, seconds]),
					],
				],
				lines: [],
				checks: rows.map((row) => eachOnce(row.mode, row)),
				numbers: rows,
			};
		}
		const backlog = [];
		for (const size of [1000, 5000, 20_000]) backlog.push(await measureBacklog(size, seed));
		const polls = await measurePolls(triggers, seed);
		return {
			tables: [backlog, polls].map(tableOf),
			lines: [],
			checks: [],
			numbers: { backlog, polls },
		};
	},
);

/** One row per measurement; its names are the head. */
function tableOf(rows: Array<Record<string, number | string>>): Array<Array<number | string>> {
	const head = Object.keys(rows[0] ?? {});
	return [head, ...rows.map((row) => head.map((name) => row[name] ?? ''))];
}
