/** A number that was looked at again and again. */

/** One look: hours since the beginning, and the value. */
export type Point = readonly [hours: number, value: number];

/** What became of it. */
export interface Trend {
	first: number;
	last: number;
	max: number;
	/** Change per hour by least squares over the second half of the time. */
	perHour: number;
	/** Medians of the second and of the last quarter: unmoved by single peaks. */
	early: number;
	late: number;
}

/** The trend of points in order of time; undefined when there are fewer than eight. */
export function trendOf(points: readonly Point[]): Trend | undefined {
	const [from, first] = points[0] ?? [0, 0];
	const [to, last] = points.at(-1) ?? [0, 0];
	if (points.length < 8) return undefined;
	const part = (start: number, end: number) =>
		points.filter(
			([hours]) => hours >= from + (to - from) * start && hours <= from + (to - from) * end,
		);
	return {
		first,
		last,
		max: Math.max(...points.map(([, value]) => value)),
		perHour: slopeOf(part(0.5, 1)),
		early: medianOf(part(0.25, 0.5)),
		late: medianOf(part(0.75, 1)),
	};
}

/** The slope of the line through points for which the squares of the distances are least; 0 for a single point. */
function slopeOf(points: readonly Point[]): number {
	const meanX = meanOf(points.map(([x]) => x));
	const meanY = meanOf(points.map(([, y]) => y));
	const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	if (spread === 0) return 0;
	return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

function meanOf(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(points: readonly Point[]): number {
	const values = points.map(([, value]) => value).sort((one, other) => one - other);
	return values[Math.floor(values.length / 2)] ?? 0;
}
