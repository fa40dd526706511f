import { fromMillis, toApiTime } from '../core/timestamp';
import { badParameter, type Failure, type Item } from './item';

/** Where events are looked for when the user says nothing: they are rarely acted on later. */
const USUAL_DAYS_BACK = 30;

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

/** 30 days ago, as the API takes a time: where a search for an event begins if “Created After” is empty. */
export function usualStart(): string {
	return fromMillis(Date.now() - USUAL_DAYS_BACK * 86_400_000) ?? '';
}
