/**
 * Timestamps as text. The API writes ISO 8601 in UTC with up to six digits after the second, and two
 * timestamps that differ only in microseconds are different (docs/api.md, "Times"): a JavaScript
 * `Date` cannot hold them, so they are compared as text of a fixed width.
 */
import { DateTime } from 'luxon';

/** A time in UTC as the API writes it. Only what a calendar has: 29 February, 24:00, and the like go the longer way. */
const utcPattern = new RegExp(
	[
		/^(\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))/,
		/[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(?:Z|[+-]00:?00)$/,
	]
		.map(({ source }) => source)
		.join(''),
);
const inputPattern =
	/^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?)?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/**
 * A text that sorts as the moment does: `2022-09-07T23:34:28.123456`. Returns `undefined` for what is
 * not a timestamp, so that the caller can let such a record pass instead of dropping it.
 */
export function sortableTime(timestamp: unknown): string | undefined {
	if (typeof timestamp !== 'string') return undefined;
	const utc = utcPattern.exec(timestamp);
	if (utc) return `${utc[1]}T${utc[2]}.${microseconds(utc[3])}`;
	const converted = textToApiTime(timestamp.trim(), 'utc', 'from');
	return converted?.replace(/Z$/, '');
}

/** Whether `timestamp` is later than `boundary`. What cannot be read counts as later: never drop it. */
export function isAfter(timestamp: unknown, boundary: string): boolean {
	const time = sortableTime(timestamp);
	const limit = sortableTime(boundary);
	return time === undefined || limit === undefined || time > limit;
}

/** On which side of a time the wanted records lie: from it on, or up to it. */
export type Bound = 'from' | 'to';

/**
 * A text in ISO 8601 as the API wants a time: UTC with six digits, `2022-09-07T23:34:28.123456Z`. Without a zone it is
 * read in `zone` (an IANA name). Where the clocks of the zone show a time twice, or never, it is the moment that
 * leaves nothing out: the first one *from* which, the last one *to* which records are wanted (docs/lists.md, "Times").
 * @returns `undefined` when it is not a date
 */
export function textToApiTime(text: string, zone: string, bound: Bound): string | undefined {
	const match = inputPattern.exec(text);
	if (!match) return undefined;
	const [, date, clock = '00:00', seconds = ':00', fraction, offset = ''] = match;
	const shown = DateTime.fromISO(
		`${date}T${clock}${seconds}${offset.toUpperCase() || 'Z'}`,
	).toUTC();
	const moment = offset === '' ? momentShowing(shown, zone, bound) : shown;
	return moment.isValid
		? `${moment.toFormat("yyyy-MM-dd'T'HH:mm:ss")}.${microseconds(fraction)}Z`
		: undefined;
}

/** The moment at which the clocks of a zone show what `shown` is in UTC. */
function momentShowing(shown: DateTime, zone: string, bound: Bound): DateTime {
	const there = shown.setZone(zone || 'utc');
	if (!there.isValid) return there;
	// Clocks change once in these two days at most, so there are no other offsets.
	const offsets = [-1, 1].map((days) => there.plus({ days }).offset);
	const moments = offsets.map((offset) => there.minus({ minutes: offset }));
	const showing = moments.filter(({ offset }, at) => offset === offsets[at]);
	const [first, second = first] = showing.length > 0 ? showing : moments;
	if (!first || !second) return DateTime.invalid('no moment');
	const isFirst = first <= second === (bound === 'from');
	return (isFirst ? first : second).toUTC();
}

/** Milliseconds since 1970 as the API writes a timestamp; `undefined` for what is not a finite number. */
export function fromMillis(millis: unknown): string | undefined {
	if (typeof millis !== 'number' || !Number.isFinite(millis)) return undefined;
	const moment = DateTime.fromMillis(millis, { zone: 'utc' });
	return moment.isValid ? `${moment.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")}000Z` : undefined;
}

/** An API timestamp in milliseconds since 1970, rounded down; `undefined` when it is not one. */
export function toMillis(timestamp: unknown): number | undefined {
	const time = sortableTime(timestamp);
	if (time === undefined) return undefined;
	const millis = Date.parse(`${time.slice(0, 23)}Z`);
	return Number.isNaN(millis) ? undefined : millis;
}

/** Exactly six digits: longer fractions are cut, as the API itself knows no more. */
function microseconds(fraction = ''): string {
	return fraction.slice(0, 6).padEnd(6, '0');
}
