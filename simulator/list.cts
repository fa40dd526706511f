/** A run of records of any list. */
export interface Slice {
	/** The records as JSON texts: a page is put together without writing each record again. */
	items: string[];
	/** Position to go on from. */
	next: number;
	/** Whether records follow. */
	more: boolean;
}

/**
 * Cuts a run out of a list that is held as an array.
 * @param from index of the first record
 * @param limit most records to return
 * @param write makes the JSON text of one record
 */
export function sliceOf<Value>(
	values: readonly Value[],
	from: number,
	limit: number,
	write: (value: Value, index: number) => string = (value) => JSON.stringify(value),
): Slice {
	const items = values.slice(from, from + limit).map((value, at) => write(value, from + at));
	const next = from + items.length;
	return { items, next, more: next < values.length };
}
