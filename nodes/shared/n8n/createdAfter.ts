import { toApiTime } from '../core/timestamp';
import { badParameter, type Failure, type Item } from './run';

/**
 * Reads what the user gave as “Created After”, wherever a node has that field.
 * @param given the value of the field; empty means that it was not set
 * @param note more for the error, for example what was not sent
 * @returns the time as the API takes it (`time` is absent when the field is empty), or the error that names the field
 */
export function readCreatedAfter(
	item: Item,
	given: unknown,
	note = '',
): Failure | { ok: true; time?: string } {
	if (given === undefined || given === null || given === '') return { ok: true };
	const time = toApiTime(given, item.timezone);
	if (time !== undefined) return { ok: true, time };
	return badParameter(
		'The parameter “Created After” is not a date and time',
		`It is ${JSON.stringify(given)}. Use for example 2026-01-31T08:00:00Z. ${note}`.trim(),
	);
}
