/** The trigger's filters: pure functions from what the user chose to a yes or no per record. */
import type { ApiRecord } from '../shared/api/contract';
import {
	isFiltering,
	passesFilters,
	readEventFilters,
	type Refused,
} from '../shared/core/eventFilters';
import { readList } from '../shared/core/parameters';
import type { TriggerEvent } from './core/state';

/** The test for one record. */
export interface Matcher {
	ok: true;
	matches(record: ApiRecord): boolean;
}

/** The one filter that anomalies have, and the one of users: its stored name, its label and the field that it looks at. */
const valueFilters = {
	anomalyDetected: { name: 'severities', label: 'Severities', field: 'severity_label' },
	userConnectionChanged: { name: 'statuses', label: 'New Statuses', field: 'status' },
} as const;

/**
 * Reads the filters of an event. Values that the API adds later work too.
 * @param chosen the “Filters” collection with every field that was set, also where its expression gave nothing
 */
export function readMatcher(
	event: TriggerEvent | 'userConnectionChanged',
	chosen: Record<string, unknown>,
): Matcher | Refused {
	if (event === 'auditEntryCreated') return { ok: true, matches: () => true };
	if (event === 'anomalyDetected' || event === 'userConnectionChanged') {
		const { name, label, field } = valueFilters[event];
		const given = name in chosen ? chosen[name] : [];
		const values = readList(given);
		if (values === undefined) {
			const wanted =
				'Use a list, or a text with commas between the entries. Leave it empty for all.';
			return { ok: false, label, given, wanted };
		}
		// Without regard to case: people type these values too.
		const known = new Set(values.map((value) => value.toLowerCase()));
		return {
			ok: true,
			matches: ({ [field]: value }) =>
				known.size === 0 || (typeof value === 'string' && known.has(value.toLowerCase())),
		};
	}
	const read = readEventFilters(chosen);
	if (!read.ok) return read;
	return {
		ok: true,
		matches: isFiltering(read.filters) ? passesFilters(read.filters) : () => true,
	};
}
