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
