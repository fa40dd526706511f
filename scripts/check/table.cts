/** The table on the screen. */
import { countOf, type Judged } from './judge.cjs';
import type { Result } from './statement.cjs';

const names: Record<Result, string> = {
	holds: 'holds',
	differs: 'DIFFERS',
	unknown: 'could not tell',
};
const resultWidth = 14;
const gap = '  ';

/** The table of all statements, `width` characters wide. Then those that differ once more, where there are some. */
export function tableOf(rows: readonly Judged[], width: number): string {
	const each = Math.floor((width - resultWidth - 3 * gap.length) / 3);
	const line = (cells: string[], first: string) => {
		const wrapped = cells.map((cell) => wrap(cell, each));
		const height = Math.max(...wrapped.map(({ length }) => length));
		return Array.from({ length: height }, (_, at) =>
			[
				(at === 0 ? first : '').padEnd(resultWidth),
				...wrapped.map((lines) => (lines[at] ?? '').padEnd(each)),
			]
				.join(gap)
				.trimEnd(),
		);
	};
	const rule = ['-'.repeat(resultWidth), ...Array.from({ length: 3 }, () => '-'.repeat(each))].join(
		gap,
	);
	const { holds, differs, unknown } = countOf(rows);
	const bad = rows.filter(({ result }) => result === 'differs');
	return [
		...line(['statement', 'what was seen', 'what it means for you'], 'result'),
		rule,
		...rows.flatMap(({ statement, result, seen, means }) =>
			line([statement, seen, means], names[result]),
		),
		rule,
		`${rows.length} statements: ${holds} hold, ${differs} differ, ${unknown} could not be told`,
		...(bad.length === 0 ? [] : ['', 'What differs:']),
		...bad.map(({ id, statement, seen }) => `  ${id}: ${statement} -- ${seen}`),
	].join('\n');
}

/** Breaks a text at blanks; a longer word is cut. */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text
		.split(' ')
		.flatMap((whole) => whole.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return line === '' && lines.length > 0 ? lines : [...lines, line];
}
