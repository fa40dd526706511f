/**
 * Values of a filter that Proofpoint is not known to send. Its lists grow, so they are no mistake for sure; but where
 * nothing passes, one of them likely is.
 */

/** A filter with the values that were asked for and those that are known. */
export interface ValueFilter {
	/** The name that the editor shows. */
	label: string;
	wanted: readonly string[];
	known: readonly string[];
}

/** The values that are not known, each behind its filter: `“Types”: gardian`. Upper and lower case make no difference. */
export function unknownValues(filters: ValueFilter[]): string[] {
	return filters.flatMap(({ label, wanted, known }) => {
		const folded = new Set(known.map(fold));
		const unknown = wanted.filter((value) => !folded.has(fold(value)));
		return unknown.length === 0 ? [] : [`“${label}”: ${unknown.join(', ')}`];
	});
}

function fold(value: string): string {
	return value.trim().toLowerCase();
}
