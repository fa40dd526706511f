import { readList, readNumber, readSwitch } from '@nodes/shared/core/parameters';

describe('readSwitch', () => {
	it.each([true, 'true', 'TRUE', ' True ', 'true\n', 1, '1', ' 1 '])('reads %j as on', (given) => {
		expect(readSwitch(given)).toBe(true);
	});

	it.each([false, 'false', 'False', ' FALSE ', 0, '0', ' 0'])('reads %j as off', (given) => {
		expect(readSwitch(given)).toBe(false);
	});

	it.each([
		undefined,
		null,
		'',
		' ',
		'yes',
		'on',
		'truee',
		2,
		-1,
		NaN,
		[],
		[true],
		{},
		'{{ true }}',
	])('does not understand %j', (given) => {
		expect(readSwitch(given)).toBeUndefined();
	});
});

describe('readList', () => {
	it.each([
		[['a', 'b']],
		['a,b'],
		['a; b'],
		[' a \r\n b '],
		['a\nb\n'],
		['["a","b"]'],
		[' [ "a", " b " ] '],
		[['a', '', ' b']],
	])('reads %j as two entries', (given) => {
		expect(readList(given)).toEqual(['a', 'b']);
	});

	it.each([[''], ['  '], [[]], ['[]'], ['[ ]']])('reads %j as empty', (given) => {
		expect(readList(given)).toEqual([]);
	});

	it('keeps blanks inside an entry, and takes numbers', () => {
		expect(readList('Connection issues, Good connection')).toEqual([
			'Connection issues',
			'Good connection',
		]);
		expect(readList(42)).toEqual(['42']);
		expect(readList([1, 2])).toEqual(['1', '2']);
	});

	it.each([
		[undefined],
		[null],
		[true],
		[{}],
		[{ 0: 'a' }],
		['["a"'],
		['[1,{}]'],
		[[null]],
		[['a', ['b']]],
		[NaN],
		// Not empty, and yet no entry.
		[', ;'],
		[','],
		['\n;'],
		[['']],
		[['', ' ']],
		['[""]'],
	])('does not understand %j', (given) => {
		expect(readList(given)).toBeUndefined();
	});
});

describe('readNumber', () => {
	it.each([5, '5', ' 5 ', '5.0', '5e0'])('reads %j as five', (given) => {
		expect(readNumber(given)).toBe(5);
	});

	it.each([undefined, null, '', ' ', 'five', '5 items', NaN, Infinity, true, [], [5], {}])(
		'does not understand %j',
		(given) => {
			expect(readNumber(given)).toBeUndefined();
		},
	);
});
