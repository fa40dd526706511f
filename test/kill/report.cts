/** The suite's outcome as text. */
import type { DoubledEvent, LostEvent } from './compare.cjs';
import type { PublishingReport } from './publishing.cjs';
import type { RunReport } from './run.cjs';

/** One line per mode. */
export function killTable(runs: RunReport[]): string {
	return table(
		[
			'mode',
			'kills',
			'after a request',
			'events',
			'delivered',
			'lost',
			'doubled',
			'by a kill',
			'seconds',
		],
		runs.map(({ mode, kills, expected, delivered, lost, doubled, doubledByKill, seconds }) => [
			mode,
			String(kills.length),
			String(kills.filter(({ afterRequestMs = Infinity }) => afterRequestMs <= 2000).length),
			String(expected),
			String(delivered),
			String(lost.length),
			String(doubled.length),
			String(doubledByKill),
			String(seconds),
		]),
	);
}

/** Which kill lost events belong to, where doubled ones are, and what became of the executions. */
export function details(runs: RunReport[]): string {
	const lines = runs.flatMap((run) => [
		`${run.mode}: executions ${JSON.stringify(run.executions)}, ${run.onlyInCrashed} events only in executions that ` +
			`did not end well, ${run.repeatedReads} polls at once from the same place`,
		...counted(run.lost.map(placeOfLoss)),
		...counted(run.doubled.map(placesOfDouble)),
		...(run.unknown.length > 0 ? [`unknown: ${run.unknown.join(', ')}`] : []),
	]);
	return lines.map((line) => `${line}\n`).join('');
}

function placeOfLoss({ life, endedAfterMs }: LostEvent): string {
	return life === undefined
		? 'lost, no poll was answered with it'
		: `lost, n8n was ended ${endedAfterMs} ms after the request that was answered with it (life ${life})`;
}

function placesOfDouble({ executions }: DoubledEvent): string {
	const places = executions.map(
		({ id, status, life }) => `execution ${id} (${status}, life ${life})`,
	);
	return `doubled: ${places.join(', ')}`;
}

function counted(lines: string[]): string[] {
	return [...new Set(lines)].map(
		(line) => `  ${lines.filter((other) => other === line).length} x ${line}`,
	);
}

/** One line per mode: the kills right after publishing. */
export function publishingTable(reports: PublishingReport[]): string {
	return table(
		['mode', 'kills right after publishing', 'events', 'lost', 'doubled', 'replayed', 'seconds'],
		reports.map(({ mode, kills, seconds }) => {
			const sum = (key: 'expected' | 'lost' | 'doubled' | 'replayed') =>
				String(kills.reduce((all, kill) => all + kill[key].length, 0));
			const counts = [sum('expected'), sum('lost'), sum('doubled'), sum('replayed')];
			return [mode, String(kills.length), ...counts, String(seconds)];
		}),
	);
}

/** Text in columns as wide as they need to be. */
export function table(head: string[], rows: string[][]): string {
	const lines = [head, ...rows];
	const widths = head.map((_, column) =>
		Math.max(...lines.map((line) => line[column]?.length ?? 0)),
	);
	return lines
		.map((line) =>
			line
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
