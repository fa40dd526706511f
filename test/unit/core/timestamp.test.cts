import { DateTime } from 'luxon';
import { fromMillis, isAfter, sortableTime, toMillis } from '@nodes/shared/core/timestamp';

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

	// A time that no calendar has would sort, but lie nowhere: the watermark could not move past it.
	it('takes exactly the times that the calendar has', () => {
		const two = (number: number) => String(number).padStart(2, '0');
		const times: string[] = [];
		for (const year of [1900, 2000, 2026, 2028]) {
			for (let month = 0; month <= 14; month++) {
				for (let day = 0; day <= 33; day++)
					times.push(`${year}-${two(month)}-${two(day)}T05:06:07Z`);
			}
		}
		for (let part = 0; part < 100; part++) {
			times.push(`2026-01-31T${two(part)}:00:00Z`, `2026-01-31T${two(part)}:59:59+00:00`);
			times.push(`2026-01-31T23:${two(part)}:00Z`, `2026-01-31 23:59:${two(part)}.5Z`);
		}
		const wrong = times.filter((time) => {
			const there = DateTime.fromISO(time.replace(' ', 'T'), { zone: 'utc' });
			const right = there.isValid ? there.toMillis() : undefined;
			return toMillis(time) !== right || (sortableTime(time) === undefined) !== !there.isValid;
		});
		expect(wrong).toEqual([]);
	});

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
