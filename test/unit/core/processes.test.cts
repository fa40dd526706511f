import { runProcesses, type Process, type Seen } from './fleet.cjs';
import {
	allForms,
	blindForms,
	countForms,
	fixedWindow,
	slidingWindow,
	tokenBucket,
	type Form,
	type Limiter,
} from './limiters.cjs';

const PER_SECOND = 20;
const seeds = [1, 2];

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
