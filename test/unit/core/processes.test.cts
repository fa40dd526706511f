import { exchange } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { Pace } from '@nodes/shared/core/pace';
import type { RateLimit } from '@nodes/shared/core/rateLimitHeaders';
import { runProcesses, type Process, type Seen } from './fleet.cjs';
import {
	fixedWindow,
	forms,
	slidingWindow,
	tokenBucket,
	type Form,
	type Limiter,
} from './limiters.cjs';
import { VirtualTime } from './virtualTime.cjs';

const PER_SECOND = 20;
const seeds = [1, 2];
const countForms: Form[] = ['RateLimit fields', 'only the count'];
const blindForms: Form[] = ['only Retry-After', 'no header'];
const allForms = [...countForms, ...blindForms];

const together = (count: number): Process[] =>
	Array.from({ length: count }, (_, index) => ({ startMs: index * 40 }));

/** A minute of several processes that have always more to send, after ten seconds to get to know the limit. */
async function aMinute(
	limiter: (seed: number) => Limiter,
	form: Form,
	count: number,
): Promise<Seen[]> {
	const runs = seeds.map(
		async (seed) =>
			await runProcesses({
				limiter: limiter(seed),
				form,
				processes: together(count),
				fromMs: 10_000,
				untilMs: 70_000,
				seed,
			}),
	);
	return await Promise.all(runs);
}

function expectPolite(runs: Seen[], { usage, refused }: { usage: number; refused: number }): void {
	for (const seen of runs) {
		expect(seen).toMatchObject({ lost: 0, repeated: 0 });
		expect(seen.perSecond / PER_SECOND).toBeGreaterThanOrEqual(usage);
		expect(seen.refused).toBeLessThanOrEqual(refused);
	}
}

/** The smallest share, as a part of an equal one. */
function fairness({ carriedOut }: Seen): number {
	const total = carriedOut.reduce((sum, count) => sum + count, 0);
	return (Math.min(...carriedOut) / total) * carriedOut.length;
}

describe('one process', () => {
	it.each<Form>([...allForms, 'structured'])(
		'1,000 requests at 20/s, burst 20, in hardly more than the 49 s: %s',
		async (form) => {
			const counted = !blindForms.includes(form);
			for (const latencyMs of [
				[1, 3],
				[2, 8],
				[20, 40],
				[60, 120],
			] as const) {
				const seen = await runProcesses({
					limiter: tokenBucket(PER_SECOND, 20),
					form,
					processes: [{ items: 1_000 }],
					latencyMs,
				});
				expect(seen).toMatchObject({ lost: 0, repeated: 0, carriedOut: [1_000] });
				expect(seen.endMs).toBeLessThanOrEqual((counted ? 1.015 : 1.05) * 49_000);
				expect(seen.refused).toBeLessThanOrEqual(counted ? 0.006 : 0.01);
			}
		},
	);

	it('asks as fast as it can where no limit is shown', async () => {
		const seen = await runProcesses({
			limiter: tokenBucket(1e6, 1e6),
			form: 'no header',
			processes: [{ items: 1_000 }],
			latencyMs: [10, 10],
		});
		expect(seen.endMs).toBe((1_000 / 4) * 20);
	});

	it('spends a large limit as fast as it can, and is not late for the next window', async () => {
		const hour = await runProcesses({
			limiter: fixedWindow(1_000, 3_600_000),
			form: 'RateLimit fields',
			processes: [{ items: 900 }],
			latencyMs: [5, 5],
		});
		expect(hour).toMatchObject({ endMs: 2_250, refused: 0 });
		const minute = await runProcesses({
			limiter: fixedWindow(100, 60_000),
			form: 'RateLimit fields',
			processes: [{ items: 150 }],
		});
		expect(minute.endMs).toBeLessThanOrEqual(62_000);
	});

	it.each([
		[2, 20, 200, 1.05],
		[1, 100, 200, 1.05],
		[0.2, 10, 30, 1.05],
		// A bucket that one look at the count empties: whole seconds tell nothing, the pace is found by trying.
		[5, 1, 100, 4],
		[40, 2, 400, 4],
	])('%d/s with a burst of %d', async (perSecond, burst, items, most) => {
		const seen = await runProcesses({
			limiter: tokenBucket(perSecond, burst),
			form: 'RateLimit fields',
			processes: [{ items }],
		});
		expect(seen).toMatchObject({ lost: 0, carriedOut: [items] });
		expect(seen.endMs).toBeLessThanOrEqual(most * ((items - burst) / perSecond) * 1000);
		expect(seen.refused).toBeLessThanOrEqual(0.07);
	});
});

describe('what was learned', () => {
	/** One request every ten seconds for an hour, then 200 at once, from one process. */
	async function quietThenBusy(form: Form): Promise<number> {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const limiter = tokenBucket(PER_SECOND, 20);
		const ask = async (): Promise<void> => {
			const answer = await exchange<unknown>({
				owner: governor,
				governor,
				clock: time,
				secrets: [],
				readOnly: true,
				read: (body) => body,
				async send() {
					await time.sleep(5);
					const verdict = limiter(time.timeOfDay());
					return { status: verdict.allowed ? 200 : 429, headers: forms[form](verdict), body: {} };
				},
			});
			expect(answer.ok).toBe(true);
		};
		const work = async (): Promise<number> => {
			for (let times = 0; times < 360; times++) {
				await ask();
				await time.sleep(10_000);
			}
			const begun = time.now();
			await Promise.all(Array.from({ length: 200 }, ask));
			return time.now() - begun;
		};
		return await time.run(work());
	}

	it.each(allForms)('a quiet hour is not taken for a slow limit: %s', async (form) => {
		expect(await quietThenBusy(form)).toBeLessThanOrEqual(1.2 * (180 / PER_SECOND) * 1000);
	});

	/** Milliseconds until the next request of a pace whose first request was answered, and the next refused a second later. */
	async function afterRefusal(
		answer: RateLimit,
		refusal: RateLimit,
		pauseMs = 1_000,
	): Promise<number> {
		const time = new VirtualTime();
		const pace = new Pace(time);
		pace.sent();
		pace.answered(answer);
		await time.run(time.sleep(1_000));
		pace.refused(pauseMs, refusal);
		await time.run(time.sleep(pauseMs * 2));
		pace.sent();
		await time.run(time.sleep(1_000));
		pace.answered(answer);
		pace.sent();
		return pace.wait();
	}

	it('a limit that is used up is what all begin with, one that is not says nothing', async () => {
		const limit = 200;
		expect(await afterRefusal({ limit, remaining: 1 }, { limit, remaining: 0 })).toBeLessThan(20);
		expect(await afterRefusal({ limit, remaining: 30 }, { limit, remaining: 30 })).toBeGreaterThan(
			500,
		);
	});

	it('a refusal that asks for hardly any pause makes nobody fast', async () => {
		expect(await afterRefusal({}, {}, 1)).toBeGreaterThan(500);
	});

	it('is forgotten after a minute without requests', async () => {
		const time = new VirtualTime();
		const pace = new Pace(time);
		pace.sent();
		pace.answered({});
		await time.run(time.sleep(500));
		pace.refused(500);
		await time.run(time.sleep(1_000));
		pace.sent();
		expect(pace.wait()).toBeGreaterThan(0);
		await time.run(time.sleep(61_000));
		pace.sent();
		expect(pace.wait()).toBe(0);
	});
});

describe('several processes on one limit of 20 requests/s that do not know of each other', () => {
	const bucket = () => tokenBucket(PER_SECOND, 20);
	const fixed = (seed: number) => fixedWindow(20, 1_000, seed * 237);
	const sliding = () => slidingWindow(20, 1_000);

	describe.each([1, 2, 4])('%d', (count) => {
		it.each(allForms)('token bucket, %s', async (form) => {
			expectPolite(await aMinute(bucket, form, count), { usage: 0.97, refused: 0.05 });
		});

		// The reset in whole seconds hides where a window of one second ends, so a part of each is left unused.
		it.each(allForms)('fixed window, %s', async (form) => {
			const usage = count === 4 && countForms.includes(form) ? 0.85 : 0.8;
			expectPolite(await aMinute(fixed, form, count), { usage, refused: 0.08 });
		});

		// What is held in reserve can never be used where nothing is saved up.
		it.each(allForms)('sliding window, %s', async (form) => {
			expectPolite(await aMinute(sliding, form, count), { usage: 0.68, refused: 0.06 });
		});
	});

	describe('8', () => {
		it.each(allForms)('token bucket, %s', async (form) => {
			expectPolite(await aMinute(bucket, form, 8), { usage: 0.97, refused: 0.08 });
		});

		it.each(allForms)('fixed window, %s', async (form) => {
			expectPolite(await aMinute(fixed, form, 8), { usage: 0.85, refused: 0.16 });
		});
	});

	it('four over a slow line', async () => {
		for (const form of allForms) {
			const seen = await runProcesses({
				limiter: bucket(),
				form,
				processes: together(4),
				latencyMs: [60, 120],
				fromMs: 10_000,
				untilMs: 70_000,
			});
			expectPolite([seen], { usage: 0.97, refused: 0.05 });
		}
	});

	it.each<[string, Form, readonly [number, number], number]>([
		['started at once', 'RateLimit fields', [1, 3], 40],
		['structured header', 'structured', [2, 8], 40],
		['one after another', 'RateLimit fields', [2, 8], 150],
		['over a slow line', 'RateLimit fields', [60, 120], 40],
	])(
		'four with 300 items each get between 20 and 30 %% while all are at work: %s',
		async (_, form, latencyMs, apartMs) => {
			const runs: Seen[] = [];
			for (let seed = 1; seed <= 3; seed++) {
				const processes = [0, 1, 2, 3].map((index) => ({ startMs: index * apartMs, items: 300 }));
				const limiter = bucket();
				runs.push(await runProcesses({ limiter, form, processes, latencyMs, seed: seed * 7_919 }));
			}
			const shares = runs.flatMap((seen) => seen.shares);
			expect(Math.min(...shares)).toBeGreaterThanOrEqual(20);
			expect(Math.max(...shares)).toBeLessThanOrEqual(30);
			for (const seen of runs) {
				expect(seen).toMatchObject({ lost: 0, repeated: 0, carriedOut: [300, 300, 300, 300] });
				expect(seen.endMs).toBeLessThanOrEqual(1.02 * 59_000);
				expect(seen.refused).toBeLessThanOrEqual(0.02);
			}
		},
		120_000,
	);

	it('get equal shares where the count is told, and none starves where it is not', async () => {
		for (const seen of await aMinute(bucket, 'RateLimit fields', 4)) {
			expect(fairness(seen)).toBeGreaterThanOrEqual(0.8);
			expect(seen.refused).toBeLessThanOrEqual(0.01);
		}
		for (const form of blindForms) {
			for (const seen of await aMinute(bucket, form, 4)) {
				expect(fairness(seen)).toBeGreaterThanOrEqual(0.4);
			}
		}
	}, 120_000);

	it('one that joins gets its share within half a minute', async () => {
		const seen = await runProcesses({
			limiter: bucket(),
			form: 'RateLimit fields',
			processes: [...together(3), { startMs: 30_000 }],
			fromMs: 60_000,
			untilMs: 120_000,
		});
		expectPolite([seen], { usage: 0.97, refused: 0.05 });
		expect(fairness(seen)).toBeGreaterThanOrEqual(0.8);
	});

	it.each([
		['RateLimit fields', 1.02],
		['only Retry-After', 1.25],
		['no header', 1.25],
	] as const)('those that stay use what those that leave set free: %s', async (form, most) => {
		const seen = await runProcesses({
			limiter: bucket(),
			form,
			processes: [{ items: 100 }, { items: 100 }, { items: 100 }, { items: 1_600 }],
		});
		expect(seen).toMatchObject({ lost: 0, repeated: 0, carriedOut: [100, 100, 100, 1_600] });
		expect(seen.endMs).toBeLessThanOrEqual(most * ((1_900 - 20) / PER_SECOND) * 1000);
		expect(seen.refused).toBeLessThanOrEqual(0.05);
	});

	it('the same seed gives the same run', async () => {
		const [once, again] = [
			await aMinute(bucket, 'no header', 4),
			await aMinute(bucket, 'no header', 4),
		];
		expect(again).toEqual(once);
	});
});
