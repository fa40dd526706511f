/**
 * Timestamps as text. The API writes ISO 8601 in UTC with up to six digits after the second, and two
 * timestamps that differ only in microseconds are different (docs/api.md, "Times"): a JavaScript
 * `Date` cannot hold them, so they are compared as text of a fixed width.
 */
import { DateTime } from 'luxon';

const utcPattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|[+-]00:?00)$/;
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
	const converted = toApiTime(timestamp, 'utc');
	return converted?.replace(/Z$/, '');
}

/** Whether `timestamp` is later than `boundary`. What cannot be read counts as later: never drop it. */
export function isAfter(timestamp: unknown, boundary: string): boolean {
	const time = sortableTime(timestamp);
	const limit = sortableTime(boundary);
	return time === undefined || limit === undefined || time > limit;
}

/** Below this a number is no time in milliseconds, but one in seconds or a mistake: it would mean the year 1970. */
const LEAST_MILLIS = 100_000_000_000;

/**
 * What a user gave for a point in time (text in any zone, a `Date`, a Luxon `DateTime`, milliseconds
 * since 1970 as a number or its text) as the API wants it: UTC with six digits, `2022-09-07T23:34:28.123456Z`.
 * A text without a zone is read in `zone` (an IANA name; the workflow's time zone). Returns `undefined`
 * when it is not a date.
 */
export function toApiTime(value: unknown, zone: string): string | undefined {
	if (value instanceof Date) return fromMillis(value.getTime());
	if (typeof value === 'number') return value < LEAST_MILLIS ? undefined : fromMillis(value);
	// From an expression: the host's own Luxon may be another copy, so no `instanceof`.
	if (isMoment(value)) return fromMillis(value.toMillis());
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	if (/^\d{12,16}$/.test(text)) return fromMillis(Number(text));
	const match = inputPattern.exec(text);
	if (!match) return undefined;
	const [, date, clock = '00:00', seconds = ':00', fraction, offset = ''] = match;
	const moment = DateTime.fromISO(`${date}T${clock}${seconds}${offset.toUpperCase()}`, {
		zone: zone === '' ? 'utc' : zone,
	}).toUTC();
	return moment.isValid
		? `${moment.toFormat("yyyy-MM-dd'T'HH:mm:ss")}.${microseconds(fraction)}Z`
		: undefined;
}

/** Milliseconds since 1970 as the API writes a timestamp; `undefined` for what is not a finite number. */
export function fromMillis(millis: unknown): string | undefined {
	if (typeof millis !== 'number' || !Number.isFinite(millis)) return undefined;
	const moment = DateTime.fromMillis(millis, { zone: 'utc' });
	return moment.isValid ? `${moment.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")}000Z` : undefined;
}

function isMoment(value: unknown): value is { toMillis(): unknown } {
	return (
		typeof value === 'object' &&
		value !== null &&
		'toMillis' in value &&
		typeof value.toMillis === 'function'
	);
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
