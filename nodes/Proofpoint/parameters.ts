/** What “Get” and “Get Many” of security events have in common: the form of their output, and the reading of parameters. */
import {
	eventFilterLabels,
	readEventFilters,
	type EventFilters,
} from '../shared/core/eventFilters';
import type { ApiRecord } from '../shared/api/contract';
import { unknownFields } from '../shared/core/eventFieldNames';
import { readOutput, type EventOutput } from '../shared/core/eventOutput';
import { outputFields } from '../shared/n8n/eventFields';
import { unreadable, type Parameters } from '../shared/n8n/parameters';
import { outputHints, quoted } from '../shared/words/parameters';

/** The fields of the simplified output, as a model reads them. */
export const TEN_FIELDS =
	'id, type, created_at, updated_at, from, recipients, subject, findings, status, portal_link';

/** “Output” and “Fields”. */
export const eventOutputFields = outputFields({});

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

/** Names the fields that are likely mistyped: a column of `null` looks like an answer. */
export function hintAtUnknownFields(
	item: Parameters,
	{ paths }: EventOutput,
	events: ApiRecord[],
): void {
	const unknown = unknownFields(paths, events);
	if (unknown.length > 0) item.hint(outputHints.unknownFields(quoted(unknown)));
}
