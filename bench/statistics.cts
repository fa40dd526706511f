/** The middle of some numbers and how far they spread. */
export interface Spread {
	median: number;
	min: number;
	max: number;
	/** In the order of the rounds. */
	values: number[];
}

/** @returns the spread; throws for an empty list */
export function spreadOf(values: number[]): Spread {
	const sorted = [...values].sort((one, other) => one - other);
	const half = (sorted.length - 1) / 2;
	const low = sorted[Math.floor(half)];
	const high = sorted[Math.ceil(half)];
	const [min] = sorted;
	const max = sorted.at(-1);
	if (low === undefined || high === undefined || min === undefined || max === undefined) {
		throw new Error('Nothing was measured');
	}
	return { median: (low + high) / 2, min, max, values };
}

/** @returns the smallest of the values that is not below `part` of them; throws for an empty list */
export function quantileOf(values: number[], part: number): number {
	const sorted = [...values].sort((one, other) => one - other);
	const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
	if (value === undefined) throw new Error('Nothing was measured');
	return value;
}

/** How far apart the fastest and the slowest are: 1 is not at all. */
export function factorOf({ min, max }: Spread): number {
	return min > 0 ? max / min : Infinity;
}
