/** The suite's outcome as text. */
import { table } from '@test/kill/report.cjs';
import type { QueueReport } from './run.cjs';

/** One line per mode and trigger. */
export function queueTable(runs: QueueReport[]): string {
	const seconds = (ms: number): string => (ms / 1000).toFixed(1);
	return table(
		[
			'mode',
			'trigger',
			'events',
			'lost',
			'doubled',
			'cut off',
			'kills (main, workers)',
			'delay p50',
			'p95',
			'max',
		],
		runs.flatMap(({ mode, kills, deliveries }) =>
			deliveries.map(({ workflow, expected, lost, doubled, cutOff, delay }) => [
				mode,
				workflow,
				String(expected),
				String(lost.length),
				String(doubled.length),
				`${cutOff.events} in ${cutOff.executions}`,
				`${kills.length} (${kills.filter(({ target }) => target === 'main').length}, ${
					kills.filter(({ target }) => target !== 'main').length
				})`,
				`${seconds(delay.p50)} s`,
				`${seconds(delay.p95)} s`,
				`${seconds(delay.max)} s`,
			]),
		),
	);
}

/** What became of executions and writes, and where events were lost or came twice. */
export function queueDetails(runs: QueueReport[]): string {
	const lines = runs.flatMap(({ mode, deliveries, writes, byWorker, operations }) => [
		...deliveries.flatMap(({ workflow, executions, cutOff, lost, doubled, unknown }) => [
			`${mode}, ${workflow}: executions ${JSON.stringify(executions)}; of those cut off n8n can retry ${cutOff.retriable}` +
				(cutOff.retriedEvents > 0 ? `, retried: ${cutOff.retriedEvents} events` : ''),
			...counted(
				lost.map(({ life, endedAfterMs }) =>
					life === undefined
						? 'lost, no poll was answered with it'
						: `lost, the main was ended ${endedAfterMs} ms after the poll that could have read it (life ${life})`,
				),
			),
			...counted(
				doubled.map(
					({ executions: places }) =>
						`doubled: ${places.map(({ id, status, life }) => `execution ${id} (${status}, life ${life})`).join(', ')}`,
				),
			),
			...(unknown.length > 0 ? [`  ${unknown.length} unknown events`] : []),
		]),
		`${mode}, writes: ${writes.releases} releases (${writes.releasedTwice.length} events twice, ` +
			`${writes.notReleased.length} left out), ${writes.groupWrites} group writes (${writes.repeatedGroups.length} groups ` +
			`with a repeated one, ${writes.wrongGroups.length} wrong, ${writes.partGroups} cut off)`,
		`${mode}, executions by worker: ${JSON.stringify(byWorker)}`,
		`${mode}, other nodes: executions ${JSON.stringify(operations.executions)}, ended well ${JSON.stringify(operations.nodes)}`,
	]);
	return lines.map((line) => `${line}\n`).join('');
}

function counted(lines: string[]): string[] {
	return [...new Set(lines)].map(
		(line) => `  ${lines.filter((other) => other === line).length} x ${line}`,
	);
}

/** Whether a run kept what durable cursors promise: nothing lost, nothing twice, no write repeated. */
export function isSound({ deliveries, writes }: QueueReport): boolean {
	const delivered = deliveries.every(
		({ lost, doubled, unknown }) => lost.length + doubled.length + unknown.length === 0,
	);
	const { releasedTwice, notReleased, wrongGroups, repeatedGroups } = writes;
	const written =
		releasedTwice.length + notReleased.length + wrongGroups.length + repeatedGroups.length === 0;
	return delivered && written;
}
