/** The report of every plan: tables, lines, and checks that decide. */
import { isExact, type Comparison } from './compare.cjs';

/** One thing that has to be as it should. */
export interface Check {
	name: string;
	seen: string;
	limit: string;
	ok: boolean;
}

/** What a plan found. */
export interface Report {
	/** Each with its head as the first row. */
	tables: Cell[][][];
	lines: string[];
	checks: Check[];
	/** Everything that was measured, for `--json`. */
	numbers: unknown;
}

type Cell = number | string;

/** The report as text. */
export function textOf({ tables, lines, checks }: Report): string {
	const verdicts = checks.map(({ name, seen, limit, ok }) => [
		name,
		seen,
		limit,
		ok ? 'ok' : 'NOT OK',
	]);
	const parts = [
		...tables.map(table),
		lines.join('\n'),
		...(checks.length > 0 ? [table([['check', 'seen', 'limit', ''], ...verdicts])] : []),
	];
	return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Texts in columns as wide as they need to be. */
export function table(rows: Cell[][]): string {
	const texts = rows.map((row) => row.map(String));
	const widths = (texts[0] ?? []).map((_, column) =>
		Math.max(...texts.map((row) => (row[column] ?? '').length)),
	);
	return texts
		.map((row) =>
			row
				.map((text, column) => text.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

/** Whether all came, once, and nothing else. */
export function eachOnce(name: string, comparison: Comparison): Check {
	const ok = isExact(comparison) && comparison.expected > 0;
	return { name, seen: seenOf(comparison), limit: 'each once', ok };
}

/** Whether what has to be none is none. */
export function none(name: string, found: readonly unknown[]): Check {
	const first = found.length > 0 ? `, the first: ${JSON.stringify(found.slice(0, 3))}` : '';
	return { name, seen: `${found.length}${first}`, limit: 'none', ok: found.length === 0 };
}

/** A comparison in words. */
export function seenOf({ expected, delivered, lost, doubled, replayed }: Comparison): string {
	return (
		`${delivered} of ${expected}, ${lost.length} lost, ${doubled.length} twice` +
		(replayed.length > 0 ? `, ${replayed.length} not due` : '')
	);
}

/** Each line once, with how often it is there. */
export function counted(lines: string[]): string[] {
	return [...new Set(lines)].map(
		(line) => `  ${lines.filter((other) => other === line).length} x ${line}`,
	);
}
