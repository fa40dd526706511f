/** Reads the parameters that `eventFields` describes, for one input item. */
import { eventFilterLabels, readEventFilters, type EventFilters } from '../core/eventFilters';
import { readOutput, type EventOutput } from '../core/eventOutput';
import { unreadable, type Parameters } from './parameters';

/**
 * “Filters” of an item.
 * @throws UserError that names the filter that cannot be understood
 */
export function eventFiltersOf(item: Parameters): EventFilters {
	// One by one: what was never set is off, and what has an expression that gives nothing is refused.
	const given = Object.keys(eventFilterLabels).map((name) => [
		name,
		item.given(`filters.${name}`, ''),
	]);
	const read = readEventFilters(Object.fromEntries(given));
	return read.ok ? read.filters : unreadable(read.label, read.given, read.wanted);
}

/**
 * “Output” of an item, and “Fields” where it applies.
 * @throws UserError that names the one that cannot be understood
 */
export function eventOutputOf(item: Parameters): EventOutput {
	const read = readOutput(item.given('output', 'simple'), () => item.given('fields', ''));
	return read.ok ? read : unreadable(read.label, read.given, read.wanted);
}
