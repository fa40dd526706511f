/** What people give for a point in time: understood, or refused with the year that it would be. */
import { readTime, type Bound } from '@nodes/shared/core/givenTime';
import { DateTime, Duration, Interval } from 'luxon';

const timeIn = (zone: string, given: unknown, bound: Bound = 'from') => {
	const read = readTime(given, { zone, bound });
	return read.kind === 'time' ? read.time : undefined;
};
const kindOf = (given: unknown) => readTime(given, { zone: 'utc', bound: 'from' }).kind;

it.each([
	['2022-09-07T23:34:28Z', 'utc', '2022-09-07T23:34:28.000000Z'],
	['2022-09-07T23:34:28.123456Z', 'utc', '2022-09-07T23:34:28.123456Z'],
	['2022-09-07T23:34:28.123456+05:30', 'utc', '2022-09-07T18:04:28.123456Z'],
	['2022-09-07T23:34:28-0700', 'utc', '2022-09-08T06:34:28.000000Z'],
	['2022-09-07T23:34:28z', 'utc', '2022-09-07T23:34:28.000000Z'],
	['2022-09-07T23:34:28,5Z', 'utc', '2022-09-07T23:34:28.500000Z'],
	['2022-09-07 23:34', 'utc', '2022-09-07T23:34:00.000000Z'],
	[' 2022-09-07 ', 'utc', '2022-09-07T00:00:00.000000Z'],
	['2022-07-01T12:00:00', 'Europe/Berlin', '2022-07-01T10:00:00.000000Z'],
	['2022-01-01T12:00:00', 'Europe/Berlin', '2022-01-01T11:00:00.000000Z'],
	['2022-01-01', 'America/New_York', '2022-01-01T05:00:00.000000Z'],
	['2022-01-01T12:00:00', '', '2022-01-01T12:00:00.000000Z'],
	// A text with a zone keeps it, whatever the workflow says.
	['2022-07-01T12:00:00Z', 'Asia/Tokyo', '2022-07-01T12:00:00.000000Z'],
])('%s in %s', (given, zone, expected) => {
	expect(timeIn(zone, given)).toBe(expected);
	expect(timeIn(zone, given, 'to')).toBe(expected);
});

it('a Date and a Luxon DateTime, also one of another copy of Luxon', () => {
	const millis = Date.parse('2022-09-07T23:34:28.123Z');
	const time = '2022-09-07T23:34:28.123000Z';
	expect(timeIn('Asia/Tokyo', new Date(millis))).toBe(time);
	expect(timeIn('utc', DateTime.fromMillis(millis, { zone: 'Asia/Tokyo' }))).toBe(time);
	expect(timeIn('utc', { toMillis: (): number => millis })).toBe(time);
	expect(timeIn('utc', millis)).toBe(time);
	expect(timeIn('utc', ` ${millis} `)).toBe(time);
});

/** The hour that the autumn change repeats: a time without a zone is in it twice. */
const twice: Array<[time: string, zone: string, first: string, second: string]> = [
	['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30', '2026-10-25T01:30'],
	['2025-10-26T02:59:59.999999', 'Europe/Berlin', '2025-10-26T00:59', '2025-10-26T01:59'],
	['2026-10-25T02:00', 'Europe/Berlin', '2026-10-25T00:00', '2026-10-25T01:00'],
	['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30', '2026-11-01T06:30'],
	['2026-04-05T02:30', 'Australia/Sydney', '2026-04-04T15:30', '2026-04-04T16:30'],
	['2026-10-25T01:30', 'Europe/London', '2026-10-25T00:30', '2026-10-25T01:30'],
	// Half an hour only.
	['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45', '2026-04-04T15:15'],
];

it.each(twice)(
	'%s in %s is twice: from the first, up to the second',
	(given, zone, first, second) => {
		expect(timeIn(zone, given, 'from')).toMatch(new RegExp(`^${first}`));
		expect(timeIn(zone, given, 'to')).toMatch(new RegExp(`^${second}`));
	},
);

it.each([
	['2026-10-25T01:59:59', 'Europe/Berlin', '2026-10-24T23:59:59.000000Z'],
	['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000000Z'],
	['2026-10-25T02:30+01:00', 'Europe/Berlin', '2026-10-25T01:30:00.000000Z'],
])('%s in %s is one moment', (given, zone, expected) => {
	expect(timeIn(zone, given, 'from')).toBe(expected);
	expect(timeIn(zone, given, 'to')).toBe(expected);
});

it('the hour that the spring change skips: nothing around it is lost', () => {
	const [from, to] = [
		timeIn('Europe/Berlin', '2026-03-29T02:30', 'from'),
		timeIn('Europe/Berlin', '2026-03-29T02:30', 'to'),
	];
	expect([from, to]).toEqual(['2026-03-29T00:30:00.000000Z', '2026-03-29T01:30:00.000000Z']);
});

it.each([
	'',
	'yesterday',
	'07.09.2022',
	'2022-13-45',
	'2022-02-30T00:00:00Z',
	'2022-09-07T25:00:00Z',
	'20261101T080000Z',
	'-1793000000000',
	null,
	undefined,
	true,
	{},
	[],
	NaN,
	Infinity,
	{ toMillis: 7 },
	{ toMillis: (): string => 'x' },
	new Date('nonsense'),
	DateTime.invalid('because'),
	Duration.fromObject({ days: 1 }),
	// As many milliseconds as a time of today has.
	Duration.fromMillis(1_793_000_000_000),
	{ isLuxonDuration: true, toMillis: () => 1_793_000_000_000 },
	Interval.fromDateTimes(DateTime.fromISO('2026-01-01'), DateTime.fromISO('2026-01-02')),
	...['-99:00', '+25:00', '+14:60', '+15:00'].map((offset) => `2026-11-27T10:00:00${offset}`),
])('%p is not a time', (given) => {
	expect(kindOf(given)).toBe('none');
});

/** Mistakes in every form: seconds, nothing, digits of a date, microseconds. */
const far: Array<[given: unknown, year: number]> = [
	...[0, 12, 1_793_000_000].flatMap(
		(millis): Array<[unknown, number]> => [
			[millis, 1970],
			[String(millis), 1970],
			[new Date(millis), 1970],
			[DateTime.fromMillis(millis, { zone: 'utc' }), 1970],
		],
	),
	[-1, 1969],
	[179_300_000_000, 1975],
	['20261101', 1970],
	['202611010800', 1976],
	[202_611_010_800, 1976],
	['20261101080000', 2612],
	[20_261_101_080_000, 2612],
	[new Date(20_261_101_080_000), 2612],
	['1793000000000000', 58787],
	[253_402_300_800_000, 10000],
	['0000-01-01', 0],
	['0001-01-01T00:00:00+05:00', 0],
	[new Date('1999-12-30'), 1999],
	[new Date('2100-01-03'), 2100],
];

it.each(far)('%p is a mistake: it would be the year %d', (given, year) => {
	expect(readTime(given, { zone: 'utc', bound: 'from' })).toEqual({ kind: 'farOff', year });
});

it.each(['0001-01-02', '1970-01-01', '1999-12-30T00:00:00Z', '2999-01-01', '9999-12-30'])(
	'%s was written with its year, and means it',
	(given) => {
		expect(timeIn('utc', given)).toContain(given.slice(0, 10));
	},
);

it.each(['2000-01-01', '2099-12-31T23:59:59'])('%s is taken in every zone', (given) => {
	for (const zone of ['utc', 'Pacific/Kiritimati', 'Etc/GMT+12']) {
		expect(timeIn(zone, given)).toBeDefined();
	}
});

it('an unknown zone gives nothing rather than a wrong time', () => {
	expect(timeIn('Mars/Olympus', '2022-01-01T12:00:00')).toBeUndefined();
});
