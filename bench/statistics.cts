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
