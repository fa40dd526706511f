import { fromMillis, toApiTime } from '../core/timestamp';
import { badParameter, type Failure, type Item } from './item';

const HOUR_MS = 3_600_000;
/** Where an event is looked for when the user says nothing, in hours back: events are rarely acted on after 30 days. */
const WINDOWS = [1, 6, 24, 7 * 24, 30 * 24];

/**
 * Reads what the user gave as “Created After”, wherever a node has that field.
 * @param given the value of the field; empty means that it was not set
 * @param note more for the error, for example what was not sent
 * @param label the field's name as the editor shows it
 * @returns the time as the API takes it (`time` is absent when the field is empty), or the error that names the field
 */
export function readCreatedAfter(
	item: Item,
	given: unknown,
	note = '',
	label = 'Created After',
): Failure | { ok: true; time?: string } {
	if (given === undefined || given === null || given === '') return { ok: true };
	const time = toApiTime(given, item.timezone);
	if (time !== undefined) return { ok: true, time };
	return badParameter(
		`The parameter “${label}” is not a date and time`,
		`It is ${JSON.stringify(given)}. Use for example 2026-01-31T08:00:00Z. ${note}`.trim(),
	);
}

/** Where to look for an event if the user says nothing: windows that grow from an hour to 30 days, as the API takes a time. */
export function growingStarts(): string[] {
	const now = Date.now();
	return WINDOWS.map((hours) => fromMillis(now - hours * HOUR_MS) ?? '');
}
