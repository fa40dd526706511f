import type { Spread } from '../statistics.cjs';
import type { Report, Row } from './report.cjs';
import { shown } from './table.cjs';

const width = 860;
const colours = { ours: '#2f6f4f', other: '#9aa5b1', text: '#24292f', quiet: '#6e7781' };
const verdictColours = { dream: '#1a7f37', reached: '#2f81b7', missed: '#c4432b' };
const font = 'font-family="system-ui, sans-serif"';

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function text(x: number, y: number, content: string, more = ''): string {
	return `<text x="${x}" y="${y}" ${font} font-size="13" fill="${colours.text}" ${more}>${escaped(content)}</text>`;
}

function bar(label: string, { median, min, max }: Spread, longest: number, y: number): string {
	const scale = 470 / longest;
	const fill = label.startsWith('ours') ? colours.ours : colours.other;
	const name = label.replace(/ ms$/, '').replace('ours', 'this package');
	const middle = y + 11;
	return [
		text(20, y + 16, name),
		`<rect x="220" y="${y}" width="${(median * scale).toFixed(1)}" height="22" rx="3" fill="${fill}"/>`,
		`<path d="M${(220 + min * scale).toFixed(1)} ${middle}H${(220 + max * scale).toFixed(1)}" stroke="${colours.text}"/>`,
		text(228 + Math.max(median, max) * scale, y + 16, `${median.toFixed(0)} ms`),
	].join('');
}

function rowOf({ title, unit, reach, measured, verdict }: Row, y: number): string {
	const colour = verdictColours[verdict];
	return [
		`<circle cx="27" cy="${y - 4}" r="5" fill="${colour}"/>`,
		text(42, y, title),
		text(width - 130, y, shown(measured.median, unit), 'text-anchor="end" font-weight="600"'),
		text(width - 20, y, `target ${shown(reach, unit)}`, `text-anchor="end" fill-opacity="0.7"`),
	].join('');
}

/** @returns an SVG: the ways to read 10,000 events as bars, and the rows of the table below */
export function picture({ cases, machine }: Report): string {
	const series = Object.entries(cases.find(({ name }) => name === 'many')?.series ?? {});
	const bars = series.filter(([label]) => label.endsWith(' ms'));
	const longest = Math.max(...bars.map(([, { max }]) => max), 1);
	const rows = cases.flatMap(({ rows: own }) => own);
	const tableTop = 70 + bars.length * 30 + 30;
	const height = tableTop + rows.length * 24 + 30;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Benchmark of n8n-nodes-proofpoint">`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		text(20, 32, 'Reading 10,000 security events (100 pages) into n8n', 'font-weight="600"'),
		text(
			20,
			52,
			`median and range; n8n ${machine.n8n}, Node.js ${machine.node}, ${machine.cpus} CPUs`,
			`fill-opacity="0.7"`,
		),
		...bars.map(([label, spread], index) => bar(label, spread, longest, 70 + index * 30)),
		...rows.map((row, index) => rowOf(row, tableTop + index * 24)),
		text(
			20,
			height - 12,
			'lower is better; green: the dream figure, blue: the target, red: missed',
			`fill-opacity="0.7"`,
		),
		'</svg>\n',
	].join('\n');
}
