/** What people give for a point in time (docs/lists.md, "Times"). Nodes and trigger read every time here. */
import { DateTime, Duration } from 'luxon';

import { fromMillis, textToApiTime, type Bound } from './timestamp';

export type { Bound };

/**
 * Milliseconds outside, in whatever form, are mistakes: seconds and nothing (`new Date(null)`) mean 1970, a date as digits
 * (`20261101080000`) the year 2612. Proofpoint holds nothing that is older. One more day at both ends, because in some
 * zones the year begins on the day before.
 */
const MILLIS = { from: '1999-12-31', to: '2100-01-02' };

/** A time as the API takes it; or the year that it would be, where that is a mistake; or no time at all. */
export type GivenTime =
	| { kind: 'farOff'; year: number }
	| { kind: 'none' }
	| { kind: 'time'; time: string };

/**
 * Reads a text in any zone, a `Date`, a Luxon `DateTime`, or milliseconds since 1970 as a number or its text.
 * @param how the zone (an IANA name) of a text without one, and on which side of the time the wanted records lie
 */
export function readTime(
	given: unknown,
	{ zone, bound }: { zone: string; bound: Bound },
): GivenTime {
	const millis = millisOf(given);
	const time =
		millis === undefined && typeof given === 'string'
			? textToApiTime(given.trim(), zone, bound)
			: fromMillis(millis);
	if (time === undefined) return { kind: 'none' };
	// Years with more than four digits have a sign or more digits, so they sort as what they are only by number.
	const year = Number.parseInt(time, 10);
	// A date that somebody wrote means the year in it. The API writes years with four digits, and there is no year 0.
	const isWritten = year >= 1 && year < 10_000;
	const isNear = isWritten && (millis === undefined || (time >= MILLIS.from && time < MILLIS.to));
	return isNear ? { kind: 'time', time } : { kind: 'farOff', year };
}

/** Milliseconds since 1970, where they are what was given in any form. */
function millisOf(given: unknown): unknown {
	if (given instanceof Date) return given.getTime();
	if (typeof given === 'number') return given;
	if (typeof given === 'string') return /^\s*\d+\s*$/.test(given) ? Number(given) : undefined;
	// From an expression: the host's own Luxon may be another copy, so no `instanceof`.
	return isMoment(given) && !Duration.isDuration(given) ? given.toMillis() : undefined;
}

function isMoment(value: unknown): value is Pick<DateTime, 'toMillis'> {
	return (
		typeof value === 'object' &&
		value !== null &&
		'toMillis' in value &&
		typeof value.toMillis === 'function'
	);
}
