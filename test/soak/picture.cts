/** The memory curve as a picture. */
import type { Point } from './trend.cjs';
import type { Verdict } from './verdict.cjs';

const width = 860;
const height = 420;
const plot = { left: 70, right: width - 40, top: 74, bottom: height - 60 };
const colours = { rss: '#2f81b7', heap: '#2f6f4f', text: '#24292f', grid: '#d8dee4' };

/** @returns an SVG: memory of the process and heap after collection over the time of the soak */
export function picture({ curves, n8n, beginning, hours, rss, heap }: Verdict): string {
	const lines = [
		{ name: 'memory of the process', colour: colours.rss, points: curves.rss, trend: rss },
		{ name: 'heap after a collection', colour: colours.heap, points: curves.heap, trend: heap },
	];
	const most = Math.max(1, ...curves.rss.map(([, value]) => value));
	const step = stepFor(most);
	const top = Math.ceil((most * 1.05) / step) * step;
	const minutes = hours * 60;
	const x = (hour: number): number =>
		plot.left + (plot.right - plot.left) * Math.min(1, (hour * 60) / minutes);
	const y = (value: number): number => plot.bottom - (plot.bottom - plot.top) * (value / top);
	const marks = Array.from({ length: top / step + 1 }, (_, index) => index * step);
	const every = minutes > 60 ? 15 : Math.max(1, Math.ceil(minutes / 8));
	const times = Array.from(
		{ length: Math.floor(minutes / every) + 1 },
		(_, index) => index * every,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Memory of n8n during the soak">`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		text(20, 30, 'Memory of n8n with this package at work', 'font-weight="600"'),
		text(
			20,
			52,
			`n8n ${n8n}, Node.js ${beginning.node.slice(1)}: two triggers every 10 s, paging every 30 s, ${beginning.perSecond} events/s, faults`,
			'fill-opacity="0.7"',
		),
		...marks.map(
			(value) =>
				`<path d="M${plot.left} ${y(value).toFixed(1)}H${plot.right}" stroke="${colours.grid}"/>` +
				text(plot.left - 8, y(value) + 4, `${value} MB`, 'text-anchor="end" font-size="12"'),
		),
		...times.map((minute) =>
			text(
				x(minute / 60),
				plot.bottom + 20,
				`${minute} min`,
				'text-anchor="middle" font-size="12"',
			),
		),
		...lines.map(
			({ points, colour }) =>
				`<path d="${pathOf(points, x, y)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
		),
		...lines.map(({ name, colour, trend }, index) => {
			const at = plot.left + index * 390;
			const slope =
				trend === undefined
					? ''
					: `, second half ${trend.perHour > 0 ? '+' : ''}${trend.perHour.toFixed(1)} MB/h`;
			return (
				`<rect x="${at}" y="${height - 24}" width="14" height="4" fill="${colour}"/>` +
				text(at + 22, height - 17, `${name}${slope}`)
			);
		}),
		'</svg>\n',
	].join('\n');
}

function text(x: number, y: number, content: string, more = ''): string {
	const size = more.includes('font-size') ? '' : 'font-size="13"';
	return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="system-ui, sans-serif" ${size} fill="${colours.text}" ${more}>${content}</text>`;
}

function pathOf(
	points: readonly Point[],
	x: (hour: number) => number,
	y: (value: number) => number,
): string {
	return points
		.map(
			([hour, value], index) =>
				`${index === 0 ? 'M' : 'L'}${x(hour).toFixed(1)} ${y(value).toFixed(1)}`,
		)
		.join('');
}

function stepFor(most: number): number {
	return [10, 20, 50, 100, 200, 500].find((step) => most / step <= 8) ?? 1000;
}
