import { exchange } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { Pace } from '@nodes/shared/core/pace';
import type { RateLimit } from '@nodes/shared/core/rateLimitHeaders';
import { runProcesses } from './fleet.cjs';
import { allForms, blindForms, fixedWindow, forms, tokenBucket, type Form } from './limiters.cjs';
import { VirtualTime } from './virtualTime.cjs';

const PER_SECOND = 20;

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
