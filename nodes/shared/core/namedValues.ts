/**
 * Values that have names: those of an option of ours, and those that Proofpoint sends in a field. People write them as
 * the editor or the portal shows them, so case, blanks, underscores and hyphens make no difference: `Very High` is
 * `VERY_HIGH` (docs/trigger.md, "Filters").
 */

/** The one of our values that is meant; `undefined` for anything else. */
export function namedValue<T extends string>(values: readonly T[], given: unknown): T | undefined {
	if (typeof given !== 'string') return undefined;
	const wanted = plain(given);
	return values.find((value) => plain(value) === wanted);
}

/** A test whether a value of a record is one of those that were asked for. */
export function oneOfNamed(wanted: readonly string[]): (value: string) => boolean {
	const names = new Set(wanted.map(plain));
	return (value) => names.has(plain(value));
}

/** A filter with the values that were asked for, and those that Proofpoint is known to send. */
export interface ValueFilter {
	/** The name that the editor shows. */
	label: string;
	wanted: readonly string[];
	known: readonly string[];
}

/**
 * The values that are not known, each behind its filter: `“Types”: gaurdian`. Proofpoint’s lists grow, so they are no
 * mistake for sure and are not refused; but nobody sees what a typing error keeps out, so somebody is told.
 */
export function unknownValues(filters: ValueFilter[]): string[] {
	return filters.flatMap((filter) => {
		const unknown = unknownIn(filter);
		return unknown.length === 0 ? [] : [behind(filter, unknown)];
	});
}

/** What can be used in place of the {@link unknownValues}: the known values of the same filters. */
export function knownInstead(filters: ValueFilter[]): string[] {
	return filters
		.filter((filter) => unknownIn(filter).length > 0)
		.map((filter) => behind(filter, filter.known));
}

function unknownIn({ wanted, known }: ValueFilter): string[] {
	const isKnown = oneOfNamed(known);
	return wanted.filter((value) => !isKnown(value));
}

function behind({ label }: ValueFilter, values: readonly string[]): string {
	return `“${label}”: ${values.join(', ')}`;
}

/** Upper case, since it also makes one of `ß` and `SS`. What has nothing but separators stays as it is. */
function plain(text: string): string {
	const folded = text.trim().toUpperCase().normalize('NFC');
	return folded.replace(/[\s_-]/g, '') || folded;
}
