import { PATIENCE_MS, type Reply } from '@nodes/shared/core/exchange';
import { backoffMs, Governor, MAX_IN_FLIGHT } from '@nodes/shared/core/governor';
import { api, ask, askOnce, ok, refusal } from './scriptedApi.cjs';
import { VirtualTime } from './virtualTime.cjs';

describe('requests under way', () => {
	it('never more than four at once, and all are served', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [ok]);
		const answers = await time.run(
			Promise.all(Array.from({ length: 500 }, () => ask(time, governor, portal.send))),
		);
		expect(answers.every(({ ok: done }) => done)).toBe(true);
		expect(portal.load.most).toBe(MAX_IN_FLIGHT);
		expect(MAX_IN_FLIGHT).toBe(4);
		expect(time.passed).toBe((500 / 4) * 50);
	});

	it('a place is given back after every fault', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const faults: Reply[] = [
			{ networkCode: 'ENOTFOUND' },
			{ status: 403, headers: {}, body: '' },
			{ status: 503, headers: {}, body: '' },
			refusal({ 'retry-after': '99999' }),
		];
		for (const fault of [...faults, ...faults]) {
			await time.run(ask(time, governor, api(time, [fault]).send));
		}
		// What the last refusal asked for is over.
		await time.run(time.sleep(100_000_000));
		const portal = api(time, [ok]);
		expect(await time.run(ask(time, governor, portal.send))).toMatchObject({
			ok: true,
		});
	});

	it.each(['0.001', '0.05', '0.9', '0'])(
		'a refusal again and again that asks for less than a second, %s: fewer and fewer requests',
		async (asked) => {
			const time = new VirtualTime();
			const portal = api(time, [refusal({ 'retry-after': asked })]);
			void ask(time, new Governor(time), portal.send);
			await time.run(time.sleep(30_000));
			expect(portal.sentAt.length).toBeLessThan(10);
		},
	);

	it('owners take turns: one item is not starved by a thousand of another owner', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [ok]);
		const batch = Array.from({ length: 1000 }, () => ask(time, governor, portal.send));
		let waited = Infinity;
		const single = ask(time, governor, portal.send, { owner: {} }).then(() => {
			waited = time.passed;
		});
		await time.run(Promise.all([...batch, single]));
		expect(waited).toBeLessThanOrEqual(3 * 50);
	});

	it('within one owner the order of asking is kept', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time, 1);
		const order: number[] = [];
		const send = (index: number) => async () => {
			order.push(index);
			await time.sleep(1);
			return ok;
		};
		await time.run(Promise.all([0, 1, 2, 3, 4].map((index) => ask(time, governor, send(index)))));
		expect(order).toEqual([0, 1, 2, 3, 4]);
	});
});

describe('a 429', () => {
	it.each([
		['Retry-After in seconds', { 'retry-after': '40' }, 40_000],
		['Retry-After as a date', { 'retry-after': 'Sat, 31 Jan 2026 12:00:40 GMT' }, 39_950],
		['RateLimit-Reset', { 'ratelimit-remaining': '0', 'ratelimit-reset': '40' }, 40_000],
		['structured', { ratelimit: '"default";r=0;t=40' }, 40_000],
		['structured, older draft', { ratelimit: 'limit=20, remaining=0, reset=40' }, 40_000],
		['Retry-After before RateLimit-Reset', { 'retry-after': '40', 'ratelimit-reset': '7' }, 40_000],
	])('is waited for as long as the headers say: %s', async (_form, headers, waitMs) => {
		const { answer, sentAt } = await askOnce([refusal(headers), ok]);
		expect(answer.ok).toBe(true);
		expect(sentAt).toHaveLength(2);
		expect(sentAt[1]).toBeGreaterThanOrEqual(50 + waitMs);
		expect(sentAt[1]).toBeLessThanOrEqual(50 + waitMs + 1_000);
	});

	it('is not followed by all processes coming back at once', async () => {
		const time = new VirtualTime();
		const portal = api(time, [
			...Array.from({ length: 8 }, () => refusal({ 'retry-after': '10' })),
			ok,
		]);
		const processes = Array.from({ length: 8 }, () => new Governor(time));
		await time.run(Promise.all(processes.map((governor) => ask(time, governor, portal.send))));
		const back = portal.sentAt.slice(8);
		expect(back).toHaveLength(8);
		expect(new Set(back).size).toBe(8);
		expect(Math.min(...back)).toBeGreaterThanOrEqual(10_050);
		expect(Math.max(...back)).toBeLessThanOrEqual(11_050);
		expect(Math.max(...back) - Math.min(...back)).toBeGreaterThan(300);
	});

	it.each([
		['none', {}],
		['blank', { 'retry-after': '' }],
		['a date in the past', { 'retry-after': 'Sat, 31 Jan 2026 11:00:00 GMT' }],
		['nonsense', { 'retry-after': 'soon' }],
		['nought', { 'retry-after': '0' }],
	])('without usable headers backs off, jittered and doubling: %s', async (_form, headers) => {
		const { answer, sentAt } = await askOnce([
			...Array.from({ length: 5 }, () => refusal(headers)),
			ok,
		]);
		expect(answer.ok).toBe(true);
		const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0) - 50);
		expect(gaps).toHaveLength(5);
		gaps.forEach((gap, index) => {
			expect(gap).toBeGreaterThanOrEqual(500 * 2 ** index);
			expect(gap).toBeLessThanOrEqual(1100 * 2 ** index);
		});
	});

	it('makes all wait, those of other owners too', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [refusal({ 'retry-after': '30' }), ok]);
		await time.run(
			Promise.all(
				Array.from({ length: 40 }, () => ask(time, governor, portal.send, { owner: {} })),
			),
		);
		const early = portal.sentAt.filter((at) => at > 50 && at < 30_050);
		expect(early).toEqual([]);
		// Only those that were under way when the refusal came were sent before.
		expect(portal.sentAt.filter((at) => at <= 50).length).toBeLessThanOrEqual(4);
	});

	it('several refusals of one burst double the wait once', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const replies = [refusal(), refusal(), refusal(), refusal(), ok];
		const portal = api(time, replies);
		await time.run(Promise.all([1, 2, 3, 4].map(() => ask(time, governor, portal.send))));
		expect(time.passed).toBeLessThanOrEqual(50 + 1100 + 50);
	});

	it('is repeated for a write as well', async () => {
		const { answer, sentAt } = await askOnce([refusal({ 'retry-after': '1' }), ok], {
			secrets: [],
			readOnly: false,
		});
		expect(answer.ok).toBe(true);
		expect(sentAt).toHaveLength(2);
	});

	it('that asks for more than our patience ends at once, with the longest pause that is believed', async () => {
		const { answer, time } = await askOnce([refusal({ 'retry-after': '99999999999' })]);
		expect(answer).toMatchObject({
			ok: false,
			fault: { kind: 'status', status: 429 },
		});
		expect(answer.ok || answer.fault).toMatchObject({
			retryAfterMs: 3_600_000,
		});
		expect(time.passed).toBe(50);
	});

	it('that never ends is given up within the patience, for many items together', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [refusal({ 'retry-after': '7' })]);
		const answers = await time.run(
			Promise.all(Array.from({ length: 12 }, () => ask(time, governor, portal.send))),
		);
		for (const answer of answers) {
			expect(answer).toMatchObject({
				ok: false,
				// Those that had no turn know it from the answers to the others.
				fault: { kind: expect.stringMatching(/^(?:status|paused)$/), status: 429 },
			});
		}
		// The bound is one for the portal, not one per item: twelve items do not wait twelve times.
		expect(time.passed).toBeLessThanOrEqual(PATIENCE_MS + 1_000);
		expect(time.passed).toBeGreaterThan(PATIENCE_MS - 10_000);
	});

	it('after a success the back-off begins anew', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [refusal(), refusal(), refusal(), ok, refusal(), ok]);
		await time.run(ask(time, governor, portal.send));
		const before = time.passed;
		await time.run(ask(time, governor, portal.send));
		expect(time.passed - before).toBeLessThanOrEqual(1100 + 100);
	});

	it('after a success it is forgotten since when the API has refused', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [refusal({ 'retry-after': '1' }), ok, refusal(), ok]);
		await time.run(ask(time, governor, portal.send));
		await time.run(time.sleep(2 * PATIENCE_MS));
		expect(await time.run(ask(time, governor, portal.send))).toMatchObject({ ok: true });
	});

	it('lets one request go ahead, whatever count was told before', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const headers = { 'ratelimit-remaining': '60', 'ratelimit-reset': '60' };
		const no = refusal({ 'retry-after': '2' });
		const portal = api(time, [{ status: 200, headers, body: {} }, no, no, no, no, ok]);
		await time.run(ask(time, governor, portal.send));
		await time.run(Promise.all(Array.from({ length: 8 }, () => ask(time, governor, portal.send))));
		const [ahead = 0, next = 0] = portal.sentAt.slice(5);
		expect(next - ahead).toBeGreaterThanOrEqual(50);
	});
});

describe('cancelling', () => {
	it('ends the waiting for a rate limit', async () => {
		const time = new VirtualTime();
		const portal = api(time, [refusal({ 'retry-after': '200' })]);
		const asked = ask(time, new Governor(time), portal.send);
		void time.sleep(1_000).then(() => time.cancel());
		expect(await time.run(asked)).toEqual({
			ok: false,
			fault: { kind: 'cancelled' },
		});
		expect(time.passed).toBe(1_000);
	});

	it('ends the pause before another try, and sends nothing for those in the queue', async () => {
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [{ status: 503, headers: {}, body: '' }]);
		const asked = Promise.all(Array.from({ length: 20 }, () => ask(time, governor, portal.send)));
		void time.sleep(60).then(() => time.cancel());
		const answers = await time.run(asked);
		expect(answers).toEqual(answers.map(() => ({ ok: false, fault: { kind: 'cancelled' } })));
		// Four that fail hold up the rest of their owner, though they take no place.
		expect(portal.sentAt).toHaveLength(4);
	});

	it('a request that nobody wants any more is not sent', async () => {
		const { answer, sentAt } = await askOnce([ok], { dropped: () => true });
		expect(answer).toEqual({ ok: false, fault: { kind: 'cancelled' } });
		expect(sentAt).toEqual([]);
	});
});

describe('a limit that is told beforehand', () => {
	it('nothing left for an hour is believed for a minute at most after a success', async () => {
		const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': '3600' };
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [{ status: 200, headers, body: {} }, ok]);
		await time.run(ask(time, governor, portal.send));
		await time.run(ask(time, governor, portal.send));
		expect(portal.sentAt[1]).toBeLessThanOrEqual(50 + 60_000);
	});

	it('nothing left for three seconds is waited for before the next request', async () => {
		const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': '3' };
		const time = new VirtualTime();
		const governor = new Governor(time);
		const portal = api(time, [{ status: 200, headers, body: {} }, ok]);
		await time.run(ask(time, governor, portal.send));
		await time.run(ask(time, governor, portal.send));
		expect(portal.sentAt).toEqual([0, 3_050]);
	});
});

describe('backoffMs', () => {
	it('is half to all of 1 s, 2 s, 4 s … and never more than a minute', () => {
		expect(backoffMs(0, 0)).toBe(500);
		expect(backoffMs(0, 0.999999)).toBe(1000);
		expect(backoffMs(3, 0)).toBe(4000);
		expect(backoffMs(50, 0.999999)).toBe(60_000);
		expect(backoffMs(-1, 0)).toBe(500);
	});
});
