import { DateTime } from 'luxon';

import {
	fromMillis,
	isAfter,
	sortableTime,
	toApiTime,
	toMillis,
} from '@nodes/shared/core/timestamp';

describe('sortableTime', () => {
	it.each([
		['2022-09-07T23:34:28Z', '2022-09-07T23:34:28.000000'],
		['2022-09-07T23:34:28.1Z', '2022-09-07T23:34:28.100000'],
		['2022-09-07T23:34:28.123456Z', '2022-09-07T23:34:28.123456'],
		['2022-09-07T23:34:28.123456789Z', '2022-09-07T23:34:28.123456'],
		['2022-09-07T23:34:28+00:00', '2022-09-07T23:34:28.000000'],
		['2022-09-07 23:34:28.5Z', '2022-09-07T23:34:28.500000'],
		['2022-09-08T01:34:28.123456+02:00', '2022-09-07T23:34:28.123456'],
		['2022-09-07', '2022-09-07T00:00:00.000000'],
	])('%s', (given, sorted) => {
		expect(sortableTime(given)).toBe(sorted);
	});

	it.each([undefined, null, '', 'soon', 1662593668, {}, '2022-13-01T00:00:00+01:00', '28Z'])(
		'%p is no time',
		(given) => {
			expect(sortableTime(given)).toBeUndefined();
		},
	);

	it('sorts as the moments do, to the microsecond', () => {
		const times = [
			'2022-09-07T23:34:28Z',
			'2022-09-07T23:34:28.000001Z',
			'2022-09-07T23:34:28.0001Z',
			'2022-09-07T23:34:28.001Z',
			'2022-09-07T23:34:28.1Z',
			'2022-09-07T23:34:29Z',
			'2022-09-08T00:00:00Z',
		].map((time) => sortableTime(time) ?? '');
		expect([...times].reverse().sort()).toEqual(times);
		expect(new Set(times).size).toBe(times.length);
	});
});

describe('isAfter', () => {
	const boundary = '2022-09-07T23:34:28.123456Z';

	it('compares to the microsecond, and equal is not after', () => {
		expect(isAfter('2022-09-07T23:34:28.123457Z', boundary)).toBe(true);
		expect(isAfter(boundary, boundary)).toBe(false);
		expect(isAfter('2022-09-07T23:34:28.123455Z', boundary)).toBe(false);
		expect(isAfter('2022-09-07T23:34:28Z', '2022-09-07T23:34:28.000000Z')).toBe(false);
	});

	it('what cannot be read is never dropped', () => {
		expect(isAfter('soon', boundary)).toBe(true);
		expect(isAfter(undefined, boundary)).toBe(true);
	});
});

describe('toApiTime', () => {
	it.each([
		['2022-09-07T23:34:28Z', 'utc', '2022-09-07T23:34:28.000000Z'],
		['2022-09-07T23:34:28.123456Z', 'utc', '2022-09-07T23:34:28.123456Z'],
		['2022-09-07T23:34:28.123456+05:30', 'utc', '2022-09-07T18:04:28.123456Z'],
		['2022-09-07T23:34:28-0700', 'utc', '2022-09-08T06:34:28.000000Z'],
		['2022-09-07T23:34:28z', 'utc', '2022-09-07T23:34:28.000000Z'],
		['2022-09-07T23:34:28,5Z', 'utc', '2022-09-07T23:34:28.500000Z'],
		['2022-09-07 23:34', 'utc', '2022-09-07T23:34:00.000000Z'],
		[' 2022-09-07 ', 'utc', '2022-09-07T00:00:00.000000Z'],
	])('%s in %s', (given, zone, expected) => {
		expect(toApiTime(given, zone)).toBe(expected);
	});

	it('a text without a zone is read in the zone of the workflow, summer and winter', () => {
		expect(toApiTime('2022-07-01T12:00:00', 'Europe/Berlin')).toBe('2022-07-01T10:00:00.000000Z');
		expect(toApiTime('2022-01-01T12:00:00', 'Europe/Berlin')).toBe('2022-01-01T11:00:00.000000Z');
		expect(toApiTime('2022-01-01', 'America/New_York')).toBe('2022-01-01T05:00:00.000000Z');
		expect(toApiTime('2022-01-01T12:00:00', '')).toBe('2022-01-01T12:00:00.000000Z');
	});

	it('a text with a zone keeps it, whatever the workflow says', () => {
		expect(toApiTime('2022-07-01T12:00:00Z', 'Asia/Tokyo')).toBe('2022-07-01T12:00:00.000000Z');
	});

	it('the hours when the clocks change', () => {
		// 02:30 does not exist on this night, 02:30 exists twice on the other: any sound answer, no crash.
		expect(toApiTime('2022-03-27T02:30:00', 'Europe/Berlin')).toBe('2022-03-27T01:30:00.000000Z');
		expect(['2022-10-30T00:30:00.000000Z', '2022-10-30T01:30:00.000000Z']).toContain(
			toApiTime('2022-10-30T02:30:00', 'Europe/Berlin'),
		);
		expect(toApiTime('2022-10-30T02:30:00+01:00', 'Europe/Berlin')).toBe(
			'2022-10-30T01:30:00.000000Z',
		);
	});

	it('a Date and a Luxon DateTime, also one of another copy of Luxon', () => {
		const millis = Date.parse('2022-09-07T23:34:28.123Z');
		expect(toApiTime(new Date(millis), 'Asia/Tokyo')).toBe('2022-09-07T23:34:28.123000Z');
		const moment = DateTime.fromMillis(millis, { zone: 'Asia/Tokyo' });
		expect(toApiTime(moment, 'utc')).toBe('2022-09-07T23:34:28.123000Z');
		expect(toApiTime({ toMillis: (): number => millis }, 'utc')).toBe(
			'2022-09-07T23:34:28.123000Z',
		);
	});

	it.each([
		'',
		'yesterday',
		'07.09.2022',
		'2022-13-45',
		'2022-02-30T00:00:00Z',
		'2022-09-07T25:00:00Z',
		1662593668,
		null,
		undefined,
		{},
		{ toMillis: 7 },
		{ toMillis: (): string => 'x' },
		new Date('nonsense'),
		DateTime.invalid('because'),
	])('%p is not a date', (given) => {
		expect(toApiTime(given, 'utc')).toBeUndefined();
	});

	it('an unknown zone gives nothing rather than a wrong time', () => {
		expect(toApiTime('2022-01-01T12:00:00', 'Mars/Olympus')).toBeUndefined();
	});
});

describe('fromMillis and toMillis', () => {
	it('there and back', () => {
		const millis = Date.parse('2022-09-07T23:34:28.123Z');
		expect(fromMillis(millis)).toBe('2022-09-07T23:34:28.123000Z');
		expect(toMillis('2022-09-07T23:34:28.123999Z')).toBe(millis);
	});

	it.each([NaN, Infinity, '1', undefined, 1e20])('%p is no time', (given) => {
		expect(fromMillis(given)).toBeUndefined();
	});

	it.each(['', 'soon', undefined, 7])('%p has no milliseconds', (given) => {
		expect(toMillis(given)).toBeUndefined();
	});
});

it.each(['-99:00', '+25:00', '+14:60', '+15:00'])('there is no zone %s', (offset) => {
	expect(toApiTime(`2026-11-27T10:00:00${offset}`, 'utc')).toBeUndefined();
});
