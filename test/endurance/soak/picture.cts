/** The memory curve as a picture. */
import { trendOf, type Point } from './trend.cjs';

const width = 860;
const height = 420;
const plot = { left: 70, right: width - 40, top: 74, bottom: height - 60 };

/** @returns an SVG: memory of the process and heap after collection over the time of the soak */
export function picture(rss: Point[], heap: Point[], minutes: number, about: string): string {
	const most = Math.max(1, ...rss.map(([, value]) => value));
	const step = [10, 20, 50, 100, 200, 500].find((size) => most / size <= 8) ?? 1000;
	const top = Math.ceil((most * 1.05) / step) * step;
	const x = (hours: number): number =>
		plot.left + (plot.right - plot.left) * Math.min(1, (hours * 60) / minutes);
	const y = (value: number): number => plot.bottom - (plot.bottom - plot.top) * (value / top);
	const every = minutes > 60 ? 15 : Math.max(1, Math.ceil(minutes / 8));
	const line = (name: string, colour: string, points: Point[], left: number): string => {
		const path = points.map(([hours, value]) => `${x(hours).toFixed(1)} ${y(value).toFixed(1)}`);
		const { perHour } = trendOf(points) ?? {};
		const slope = perHour === undefined ? '' : `, second half ${perHour.toFixed(1)} MB/h`;
		return (
			`<path d="M${path.join('L')}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
			`<rect x="${left}" y="${height - 24}" width="14" height="4" fill="${colour}"/>` +
			text(left + 22, height - 17, name + slope)
		);
	};
	const marks = Array.from({ length: top / step + 1 }, (_, index) => index * step);
	const times = Array.from({ length: Math.floor(minutes / every) + 1 }, (_, at) => at * every);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Memory of n8n during the soak">`,
		`<rect width="${width}" height="${height}" fill="#ffffff"/>`,
		text(20, 30, 'Memory of n8n with this package at work', 'font-weight="600"'),
		text(20, 52, about, 'fill-opacity="0.7"'),
		...marks.flatMap((value) => [
			`<path d="M${plot.left} ${y(value).toFixed(1)}H${plot.right}" stroke="#d8dee4"/>`,
			text(plot.left - 8, y(value) + 4, `${value} MB`, 'text-anchor="end"'),
		]),
		...times.map((minute) =>
			text(x(minute / 60), plot.bottom + 20, `${minute} min`, 'text-anchor="middle"'),
		),
		line('memory of the process', '#2f81b7', rss, plot.left),
		line('heap after a collection', '#2f6f4f', heap, plot.left + 390),
		'</svg>\n',
	].join('\n');
}

function text(x: number, y: number, content: string, more = ''): string {
	return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="system-ui, sans-serif" font-size="13" fill="#24292f" ${more}>${content}</text>`;
}
