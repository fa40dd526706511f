import { readRateLimit, readServerTime } from '@nodes/shared/core/rateLimitHeaders';

const now = Date.parse('2026-01-31T12:00:00Z');
const read = (headers: Record<string, unknown>) => readRateLimit(headers, now);

describe('Retry-After', () => {
	it.each([
		['40', 40_000],
		[' 40 ', 40_000],
		['0', 0],
		['1.5', 1_500],
		[40, 40_000],
		[['40', '50'], 40_000],
		['Sat, 31 Jan 2026 12:00:40 GMT', 40_000],
		['Saturday, 31-Jan-26 12:00:40 GMT', 40_000],
		['Sat, 31 Jan 2026 11:00:00 GMT', 0],
		['99999999999', 99_999_999_999_000],
	])('%p', (value, retryAfterMs) => {
		expect(read({ 'retry-after': value })).toEqual({ retryAfterMs });
	});

	it.each(['', '  ', 'soon', '-5', '3 apples', 'NaN', 'Infinity', {}, null, undefined, [], true])(
		'%p cannot be used',
		(value) => {
			expect(read({ 'retry-after': value })).toEqual({});
		},
	);
});

describe('RateLimit-Remaining and RateLimit-Reset', () => {
	it('seconds from now', () => {
		expect(
			read({
				'ratelimit-limit': '20',
				'ratelimit-remaining': '3',
				'ratelimit-reset': '7',
			}),
		).toEqual({ limit: 20, remaining: 3, resetMs: 7_000 });
	});

	it('each may be missing, blank or nonsense', () => {
		expect(read({ 'ratelimit-remaining': '3' })).toEqual({ remaining: 3 });
		expect(read({ 'ratelimit-reset': '7' })).toEqual({ resetMs: 7_000 });
		expect(read({ 'ratelimit-remaining': '', 'ratelimit-reset': '-7' })).toEqual({});
		expect(read({})).toEqual({});
	});
});

describe('times in place of durations are read against the Date of the answer', () => {
	const at = now / 1000 + 40;
	const behind = 'Sat, 31 Jan 2026 12:00:10 GMT';

	it.each<[string, Record<string, unknown>]>([
		['seconds since 1970', { 'ratelimit-reset': String(at) }],
		['milliseconds since 1970', { 'ratelimit-reset': String(at * 1000) }],
		['a date', { 'ratelimit-reset': 'Sat, 31 Jan 2026 12:00:40 GMT' }],
		['structured', { ratelimit: `"default";t=${at}` }],
		['of the older draft', { ratelimit: `reset=${at}` }],
	])('%s', (_form, headers) => {
		expect(read(headers)).toEqual({ resetMs: 40_000 });
		expect(read({ ...headers, date: behind })).toEqual({ resetMs: 30_000 });
		expect(readRateLimit({ ...headers, date: behind }, 0)).toEqual({ resetMs: 30_000 });
	});

	it('Retry-After', () => {
		const headers = { 'retry-after': 'Sat, 31 Jan 2026 12:00:40 GMT', date: behind };
		expect(readRateLimit(headers, 0)).toEqual({ retryAfterMs: 30_000 });
	});

	it('one that is over is nought', () => {
		expect(read({ 'ratelimit-reset': String(now / 1000 - 5) })).toEqual({ resetMs: 0 });
	});
});

describe('the structured RateLimit', () => {
	it.each([
		['"default";r=3;t=7', 3, 7],
		['"default"; r=3; t=7', 3, 7],
		['"default";t=7;r=3', 3, 7],
		['default;r=3;t=7;pk=:cHsdsRa894==:', 3, 7],
		['"burst";r=9;t=1, "hour";r=3;t=7', 3, 7],
		['"hour";r=3;t=7, "burst";r=9;t=1', 3, 7],
		['"a";r=0;t=2, "b";r=0;t=7', 0, 7],
		['"a";r=0;t=7, "b";r=0;t=2', 0, 7],
	])('%s', (value, remaining, seconds) => {
		expect(read({ ratelimit: value })).toEqual({
			remaining,
			resetMs: seconds * 1000,
		});
	});

	it.each([
		'limit=20, remaining=3, reset=7',
		'limit=20,remaining=3,reset=7',
		'LIMIT=20, Remaining=3, RESET=7',
	])('of the older draft: %s', (value) => {
		expect(read({ ratelimit: value })).toEqual({ limit: 20, remaining: 3, resetMs: 7_000 });
	});

	it('half of it, or none', () => {
		expect(read({ ratelimit: '"default";r=3' })).toEqual({ remaining: 3 });
		expect(read({ ratelimit: '"default";t=7' })).toEqual({ resetMs: 7_000 });
		expect(read({ ratelimit: '"default"' })).toEqual({});
		expect(read({ ratelimit: 'whatever' })).toEqual({});
		expect(read({ ratelimit: '' })).toEqual({});
	});

	it('the policy beside it tells the limit', () => {
		expect(
			read({
				'ratelimit-policy': '"default";q=20;w=1',
				ratelimit: '"default";r=3;t=7',
			}),
		).toEqual({ limit: 20, remaining: 3, resetMs: 7_000 });
	});

	it('the plain fields win where both are there', () => {
		expect(
			read({
				'ratelimit-remaining': '1',
				'ratelimit-reset': '2',
				ratelimit: '"default";r=3;t=7',
			}),
		).toEqual({ remaining: 1, resetMs: 2_000 });
	});

	it('a policy name that looks like a parameter is not one', () => {
		expect(read({ ratelimit: '"r=0";r=3;t=7' })).toEqual({
			remaining: 3,
			resetMs: 7_000,
		});
	});
});

describe('the limit', () => {
	it.each([
		[{ 'ratelimit-limit': '20' }, 20],
		[{ 'ratelimit-limit': 20 }, 20],
		[{ 'ratelimit-limit': '100, 100;w=60, 20;w=1' }, 20],
		[{ 'ratelimit-policy': '20;w=1' }, 20],
		[{ 'ratelimit-policy': '"hour";q=1000;w=3600, "burst";q=20;w=1' }, 20],
		[{ ratelimit: 'limit=20' }, 20],
		[{ 'ratelimit-limit': 'many', 'ratelimit-policy': '"w=9";w=1' }, undefined],
		[{ 'ratelimit-limit': '-5' }, undefined],
		[{ 'ratelimit-limit': '' }, undefined],
	])('%j', (headers, limit) => {
		expect(read(headers)).toEqual(limit === undefined ? {} : { limit });
	});
});

describe('readServerTime', () => {
	it('reads the Date header', () => {
		expect(readServerTime({ date: 'Sat, 31 Jan 2026 12:00:00 GMT' })).toBe(now);
		expect(readServerTime({ date: ['Sat, 31 Jan 2026 12:00:00 GMT'] })).toBe(now);
	});

	it.each([undefined, '', 'yesterday', {}])('%p is no time', (date) => {
		expect(readServerTime({ date })).toBeUndefined();
	});
});
