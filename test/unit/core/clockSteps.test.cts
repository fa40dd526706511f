/** The governor and the exchange under clocks that jump and headers that lie, in virtual time. */
import { fc } from '@test/unit/property.cjs';

import { exchange, PATIENCE_MS, type Reply } from '@nodes/shared/core/exchange';
import { Governor, LONGEST_PAUSE_MS } from '@nodes/shared/core/governor';
import { readRateLimit } from '@nodes/shared/core/rateLimitHeaders';
import { VirtualTime } from './virtualTime.cjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

type Headers = Record<string, string>;

interface Story {
	seed: number;
	/** Answers of the API, one after the other; the last one is a success. `skew`: how wrong its clock is. */
	answers: Array<{ status: number; form: number; seconds: number }>;
	skew: number;
	requests: number;
	write: boolean;
}

const stories: fc.Arbitrary<Story> = fc.record({
	seed: fc.integer({ min: 1, max: 1_000_000 }),
	answers: fc.array(
		fc.record({
			status: fc.constantFrom(200, 429, 429, 503, 500),
			form: fc.integer({ min: 0, max: 5 }),
			seconds: fc.integer({ min: 0, max: 100 }),
		}),
		{ maxLength: 12 },
	),
	skew: fc.constantFrom(0, 0, 2 * DAY, -2 * DAY, 7_200_000),
	requests: fc.integer({ min: 1, max: 12 }),
	write: fc.boolean(),
});

/** When the machine's clock is set, and by how much: milliseconds both. */
const steps = fc.array(
	fc.record({
		at: fc.integer({ min: 0, max: 200_000 }),
		by: fc.constantFrom(-2 * HOUR, 2 * HOUR, -DAY, 30 * DAY, -61_000, 61_000),
	}),
	{ minLength: 1, maxLength: 5 },
);

/** The header that asks to wait, in each of its forms. A date comes with the API's own `Date`. */
function headersOf(form: number, seconds: number, now: number): Headers {
	const date = (ms: number) => new Date(Math.round(ms / 1000) * 1000).toUTCString();
	switch (form) {
		case 0:
			return { date: date(now), 'retry-after': String(seconds) };
		case 1:
			return { date: date(now), 'retry-after': date(now + seconds * 1000) };
		case 2:
			return { date: date(now), 'ratelimit-remaining': '0', 'ratelimit-reset': String(seconds) };
		case 3:
			return { ratelimit: `"default";r=0;t=${seconds}` };
		case 4:
			return { date: date(now) };
		default:
			return {};
	}
}

/** Plays a story. @returns when each request was sent and answered, in milliseconds from the beginning */
async function play(story: Story, clockSteps: Array<{ at: number; by: number }>) {
	const time = new VirtualTime(story.seed);
	const governor = new Governor(time);
	const sentAt: number[] = [];
	for (const { at, by } of clockSteps) void time.sleep(at).then(() => time.step(by));
	const send = async (): Promise<Reply> => {
		const answer = story.answers[sentAt.length];
		sentAt.push(time.passed);
		await time.sleep(50);
		// The API has a clock of its own: nobody sets it here.
		const now = time.startedAt + time.passed + story.skew;
		if (!answer) return { status: 200, headers: {}, body: {} };
		return {
			status: answer.status,
			headers: headersOf(answer.form, answer.seconds, now),
			body: {},
		};
	};
	const ends = await time.run(
		Promise.all(
			Array.from({ length: story.requests }, async () => {
				const answer = await exchange({
					owner: governor,
					governor,
					clock: time,
					secrets: [],
					readOnly: !story.write,
					read: () => true,
					send,
				});
				return { ok: answer.ok, at: time.passed };
			}),
		),
	);
	return { sentAt, ends };
}

it('a clock that is set at any moment holds and hurries nothing by more than a second', async () => {
	await fc.assert(
		fc.asyncProperty(stories, steps, async (story, clockSteps) => {
			const calm = await play(story, []);
			const shaken = await play(story, clockSteps);
			expect(shaken.ends.map(({ ok }) => ok)).toEqual(calm.ends.map(({ ok }) => ok));
			expect(shaken.sentAt).toHaveLength(calm.sentAt.length);
			for (const [index, at] of shaken.sentAt.entries()) {
				expect(Math.abs(at - (calm.sentAt[index] ?? NaN))).toBeLessThanOrEqual(1_000);
			}
			for (const [index, { at }] of shaken.ends.entries()) {
				expect(Math.abs(at - (calm.ends[index]?.at ?? NaN))).toBeLessThanOrEqual(1_000);
			}
		}),
		{ numRuns },
	);
});

it('a wrong clock of the API changes nothing either: only the difference of its own dates counts', async () => {
	await fc.assert(
		fc.asyncProperty(stories, async (story) => {
			const right = await play({ ...story, skew: 0 }, []);
			expect(await play(story, [])).toEqual(right);
		}),
		{ numRuns },
	);
});

describe('headers that lie', () => {
	const now = Date.parse('2026-01-31T12:00:00Z');
	const date = (ms: number) => new Date(now + ms).toUTCString();

	it.each([
		['two days ahead', 2 * DAY],
		['two days behind', -2 * DAY],
		['years ahead', 4000 * DAY],
	])('a Date %s: a Retry-After date counts from it', (_name, skew) => {
		expect(readRateLimit({ date: date(skew), 'retry-after': date(skew + 40_000) }, now)).toEqual({
			retryAfterMs: 40_000,
		});
	});

	it('a Retry-After date before the Date is no wait at all', () => {
		expect(readRateLimit({ date: date(0), 'retry-after': date(-HOUR) }, now - 2 * HOUR)).toEqual({
			retryAfterMs: 0,
		});
	});

	it.each([
		'yesterday',
		'',
		'-1',
		'0',
		'99999999999999999999',
		'2026',
		'Sat, 99 Jan 2026 12:00:00 GMT',
	])('a Date that is none (%p): a Retry-After date counts from the time of day', (nonsense) => {
		expect(readRateLimit({ date: nonsense, 'retry-after': date(40_000) }, now)).toEqual({
			retryAfterMs: 40_000,
		});
	});

	const lies: Headers[] = [
		{ 'retry-after': date(4000 * DAY) },
		{ 'retry-after': date(-4000 * DAY) },
		{ date: date(-4000 * DAY), 'retry-after': date(0) },
		{ date: date(4000 * DAY), 'retry-after': date(0) },
		{ 'retry-after': '99999999999999999999999' },
		{ 'retry-after': '-40' },
		{ 'retry-after': '1e9' },
		{ 'retry-after': 'Infinity' },
		{ 'ratelimit-remaining': '0', 'ratelimit-reset': '99999999999999' },
		{ 'ratelimit-remaining': '-1', 'ratelimit-reset': '-99' },
		{ 'ratelimit-remaining': '0', 'ratelimit-reset': String(Math.round(now / 1000) + 30) },
		{ ratelimit: '"default";r=-5;t=-7' },
		{ ratelimit: '"default";r=0;t=999999999999999999999' },
		{ ratelimit: 'limit=0, remaining=0, reset=99999999999' },
		{ 'ratelimit-limit': '0', 'ratelimit-remaining': '0' },
	];

	it.each(lies)('after a success %j costs the next request a minute at most', async (headers) => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const answers: Reply[] = [{ status: 200, headers, body: {} }];
		const ask = async () =>
			await exchange({
				owner: time,
				governor,
				clock: time,
				secrets: [],
				readOnly: true,
				read: () => true,
				send: async () => answers.shift() ?? { status: 200, headers: {}, body: {} },
			});
		await time.run(ask());
		expect(await time.run(ask())).toMatchObject({ ok: true });
		expect(time.passed).toBeLessThanOrEqual(60_000);
	});

	it.each(lies.flatMap((headers) => [429, 503].map((status) => [status, headers] as const)))(
		'with a %i %j is no longer than an hour, and asks nobody to wait longer',
		async (status, headers) => {
			const time = new VirtualTime();
			const governor = new Governor(time);
			const answer = await time.run(
				exchange({
					owner: time,
					governor,
					clock: time,
					secrets: [],
					readOnly: true,
					read: () => true,
					send: async () => ({ status, headers, body: {} }),
				}),
			);
			expect(answer).toMatchObject({ ok: false, fault: { kind: 'status', status } });
			expect(time.passed).toBeLessThanOrEqual(PATIENCE_MS);
			const { retryAfterMs = 0 } = !answer.ok && answer.fault.kind === 'status' ? answer.fault : {};
			expect(retryAfterMs).toBeGreaterThanOrEqual(0);
			expect(retryAfterMs).toBeLessThanOrEqual(LONGEST_PAUSE_MS + 1_000);
			const pause = governor.pause();
			expect(pause === 'answer' ? Infinity : pause).toBeLessThanOrEqual(LONGEST_PAUSE_MS + 1_000);
		},
	);
});
