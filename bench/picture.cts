import type { Report, Row } from './report.cjs';
import { shown } from './targets.cjs';

const width = 940;
const colours = { ours: '#2f6f4f', other: '#9aa5b1', text: '#24292f', missed: '#c4432b' };
const barLeft = 620;
const barWidth = 200;

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function text(x: number, y: number, content: string, more = ''): string {
	return `<text x="${x}" y="${y}" font-family="system-ui, sans-serif" font-size="13" fill="${colours.text}" ${more}>${escaped(content)}</text>`;
}

/** A ratio has a bar, beside that of the rival, which is as long as 1. */
function rowOf({ title, unit, reach, measured, reached }: Row, y: number): string {
	const colour = reached ? colours.ours : colours.missed;
	const length = Math.min(1.2, measured.median) * barWidth;
	const bars =
		unit === 'ratio'
			? `<rect x="${barLeft}" y="${y - 13}" width="${barWidth}" height="16" fill="${colours.other}" fill-opacity="0.35"/>` +
				`<rect x="${barLeft}" y="${y - 13}" width="${length.toFixed(1)}" height="16" fill="${colour}"/>`
			: '';
	return [
		text(20, y, title),
		bars,
		text(width - 65, y, shown(measured.median, unit), 'text-anchor="end" font-weight="600"'),
		text(width - 10, y, `≤ ${shown(reach, unit)}`, 'text-anchor="end" fill-opacity="0.7"'),
	].join('');
}

/** @returns an SVG of the table */
export function picture({ cases, machine }: Report): string {
	const rows = cases.flatMap(({ rows: own }) => own);
	const height = 70 + rows.length * 26 + 16;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Benchmark of n8n-nodes-proofpoint">`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		text(
			20,
			26,
			'This package against n8n’s HTTP Request node (grey: 1.00, the rival or the least possible)',
			'font-weight="600"',
		),
		text(
			20,
			46,
			`median of the rounds, and the target; n8n ${machine.n8n}, Node.js ${machine.node}, ${machine.cpus} CPUs; lower is better`,
			'fill-opacity="0.7"',
		),
		...rows.map((row, index) => rowOf(row, 78 + index * 26)),
		'</svg>\n',
	].join('\n');
}
