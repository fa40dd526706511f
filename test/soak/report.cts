/** The soak's outcome as text. */
import { table } from '@test/kill/report.cjs';
import type { Trend } from './trend.cjs';
import type { Verdict } from './verdict.cjs';

/** Everything that was looked at, and what has to be as it should. */
export function soakTable(verdict: Verdict): string {
	const { beginning, hours, samples, cpu, counts, log, faults, requests, checks, state } = verdict;
	const trends: Array<[string, Trend | undefined, number]> = [
		['memory of the process, MB', verdict.rss, 1],
		['heap after collection, MB', verdict.heap, 1],
		['external to the heap, MB', verdict.external, 1],
		['file descriptors', verdict.descriptors, 0],
		['sockets', verdict.sockets, 0],
		['what keeps the event loop alive', verdict.resources, 0],
		['database, MB', verdict.databaseMb, 1],
		...Object.entries(state).map(([id, trend]): [string, Trend | undefined, number] => [
			`state of ${id}, characters`,
			trend,
			0,
		]),
	];
	const rows = trends.flatMap(([name, trend, digits]) => {
		if (trend === undefined) return [];
		const shown = (value: number) => value.toFixed(digits);
		const { first, last, max, perHour } = trend;
		const sign = perHour > 0 ? '+' : '';
		return [[name, shown(first), shown(last), shown(max), `${sign}${perHour.toFixed(2)}`]];
	});
	const list = (numbers: Record<string, number>) =>
		Object.entries(numbers)
			.map(([name, count]) => `${name} ${count}`)
			.join(', ');
	const executions = Object.entries(counts.executions).map(
		([id, statuses]) => `${id}: ${list(statuses)}`,
	);
	return [
		`n8n ${verdict.n8n}, Node.js ${beginning.node}, ${(hours * 60).toFixed(0)} minutes, ${samples} samples, ` +
			`${(cpu * 100).toFixed(1)} % of one core`,
		'',
		table(['', 'first', 'last', 'most', 'per hour, second half'], rows),
		'',
		`executions: ${executions.join('; ')}`,
		`requests: ${list(requests)}`,
		`faults that hit: ${list(faults)}`,
		`log of n8n while it worked: ${log.length === 0 ? 'nothing' : ''}`,
		...log.map(({ text, count, ours }) => `  ${count} x ${ours ? '(this package) ' : ''}${text}`),
		'',
		table(
			['check', 'seen', 'limit', ''],
			checks.map(({ name, seen, limit, ok }) => [name, seen, limit, ok ? 'ok' : 'NOT OK']),
		),
		'',
	].join('\n');
}
