import { isExact, type Comparison } from '../compare.cjs';
import type { Deliveries } from '../deliveries.cjs';
import { modes, planOf, positive, wholeNumber, type Mode } from '../options.cjs';
import { eachOnce, seenOf, type Check } from '../report.cjs';
import { killAfterPublishing, type PublishingKill } from './publishing.cjs';
import { runKills, type KillRun } from './run.cjs';

export const killPlan = planOf(
	`Starts a real n8n with the Proofpoint Trigger, lets events stream in, ends n8n with kill -9 (half of the kills within
two seconds after a poll's request, the others at random times), and compares what n8n has stored with what the
platform had.`,
	{
		kills: wholeNumber.default(30).describe('how many kills in each mode'),
		publishing: wholeNumber
			.optional()
			.describe('how many of them come right after a workflow was published; a fifth'),
		mode: modes,
		rate: positive.default(3).describe('new events per second'),
		// Longer than n8n's lease on a scheduled poll, so that n8n repeats polls that were cut off.
		calm: wholeNumber.default(75).describe('seconds that n8n runs on after the last kill'),
	},
	async ({ kills, publishing = Math.floor(kills / 5), mode: both, ...stream }, seed, say) => {
		const runs: KillRun[] = [];
		const published: PublishingKill[] = [];
		// One mode after the other: each n8n wants both cores of a small machine.
		for (const mode of both) {
			if (kills > publishing) {
				runs.push(await runKills({ ...stream, mode, kills: kills - publishing, seed, say }));
			}
			published.push(...(await killAfterPublishing(mode, publishing, seed, say)));
		}
		const rowOf = (mode: Mode, all: Comparison[], count: number, after: number) => [
			mode,
			count,
			after,
			...(['expected', 'delivered'] as const).map((name) => sumOf(all, (one) => one[name])),
			...(['lost', 'doubled', 'replayed'] as const).map((name) =>
				sumOf(all, (one) => one[name].length),
			),
		];
		return {
			tables: [
				[
					['', 'kills', 'soon after a request', 'owed', 'came', 'lost', 'twice', 'not due'],
					...runs.map((run) => rowOf(run.mode, [run], run.kills.length, soon(run))),
					...both.map((mode) => {
						const own = published.filter((kill) => kill.mode === mode);
						return [`${mode}, right after publishing`, ...rowOf(mode, own, own.length, 0).slice(1)];
					}),
				],
			],
			lines: runs.flatMap(({ mode, executions, onlyInCrashed, notes }) => [
				`${mode}: executions ${JSON.stringify(executions)}, ${onlyInCrashed} events only in executions that did not end well`,
				...notes,
			]),
			checks: [
				...runs.map((run) => asStored(run.mode, run.mode, run)),
				...published.map((kill) => eachOnce(`${kill.mode}, right after publishing`, kill)),
			],
			numbers: { runs, published },
		};
	},
);

/** What the way of storing promises: durable cursors each once, the default all but what a poll before a kill had taken. */
export function asStored(name: string, mode: Mode, found: Deliveries): Check {
	if (mode === 'durable') return eachOnce(name, found);
	const ok = isExact({ ...found, lost: found.unexplained });
	const seen = `${seenOf(found)}, ${found.unexplained.length} of these unexplained`;
	return { name, seen, limit: 'lost by the poll before a kill only', ok };
}

function soon({ kills }: KillRun): number {
	return kills.filter(({ afterRequestMs = Infinity }) => afterRequestMs <= 2000).length;
}

function sumOf(all: Comparison[], numberOf: (one: Comparison) => number): number {
	return all.reduce((sum, one) => sum + numberOf(one), 0);
}
