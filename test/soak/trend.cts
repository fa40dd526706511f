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
	const first = points[0];
	const last = points.at(-1);
	if (first === undefined || last === undefined || points.length < 8) return undefined;
	const span = last[0] - first[0];
	const from = (part: number) => first[0] + span * part;
	const between = (start: number, end: number) =>
		points.filter(([hours]) => hours >= from(start) && hours <= from(end));
	return {
		first: first[1],
		last: last[1],
		max: Math.max(...points.map(([, value]) => value)),
		perHour: slopeOf(between(0.5, 1)),
		early: medianOf(between(0.25, 0.5)),
		late: medianOf(between(0.75, 1)),
	};
}

/** The slope of the line through points for which the squares of the distances are least; 0 for a single point. */
export function slopeOf(points: readonly Point[]): number {
	const count = points.length;
	const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
	const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
	const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	if (spread === 0) return 0;
	return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

function medianOf(points: readonly Point[]): number {
	const values = points.map(([, value]) => value).sort((one, other) => one - other);
	return values[Math.floor(values.length / 2)] ?? 0;
}
