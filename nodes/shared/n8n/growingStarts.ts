import { fromMillis } from '../core/timestamp';

const HOUR_MS = 3_600_000;
/** Where an event is looked for when the user says nothing, in hours back: events are rarely acted on after 30 days. */
const WINDOWS = [1, 6, 24, 7 * 24, 30 * 24];

/** Where to look for an event if the user says nothing: windows that grow from an hour to 30 days, as the API takes a time. */
export function growingStarts(): string[] {
	const now = Date.now();
	return WINDOWS.map((hours) => fromMillis(now - hours * HOUR_MS) ?? '');
}
