/** Waits are durations: whoever sets the machine's clock, either way, holds up nothing and hurries nothing. */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { exchange, type Reply } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { hostClock } from '@nodes/shared/n8n/connection';

/** A context without a signal that ends it, like that of the editor's lists; nothing else of it is used. */
const host = {} as ILoadOptionsFunctions;
const HOURS = 3_600_000;

/** The machine's clock as it really is; asked for once, because {@link stepClock} stands in for it. */
const timeOfDay = Date.now;

/** Sets the machine's clock by so many milliseconds, from now on. */
function stepClock(ms: number): void {
	jest.spyOn(Date, 'now').mockImplementation(() => timeOfDay() + ms);
}

afterEach(() => jest.restoreAllMocks());

describe.each([
	['two hours back', -2 * HOURS],
	['two hours forward', 2 * HOURS],
	['a day back', -24 * HOURS],
	['a year forward', 8760 * HOURS],
])('a clock that is set %s', (_name, ms) => {
	it('does not touch what durations are measured with', () => {
		const clock = hostClock(host);
		const before = clock.now();
		stepClock(ms);
		expect(clock.now() - before).toBeGreaterThanOrEqual(0);
		expect(clock.now() - before).toBeLessThan(HOURS);
		expect(Math.abs(clock.timeOfDay() - ms - new Date().getTime())).toBeLessThan(HOURS);
	});

	it('while a 429 is waited for, changes nothing about the wait', () => {
		const governor = new Governor(hostClock(host));
		governor.sent();
		governor.refused({ retryAfterMs: 30_000 });
		stepClock(ms);
		expect(governor.pause()).toBeGreaterThan(0);
		expect(governor.pause()).toBeLessThanOrEqual(31_000);
		expect(governor.refusedForMs()).toBeLessThan(30_000);
	});

	it('in the middle of a wait neither ends it early nor makes it longer', async () => {
		const clock = hostClock(host);
		const begun = performance.now();
		const waiting = clock.wait(1_500);
		stepClock(ms);
		await withoutWaiting(2 * HOURS, async () => await waiting);
		expect(performance.now() - begun).toBeGreaterThanOrEqual(1_490);
	});

	it('between a refusal and the next try holds up nobody', async () => {
		const clock = hostClock(host);
		const replies: Reply[] = [
			{ status: 429, headers: { 'retry-after': '1' }, body: '' },
			{ status: 200, headers: {}, body: {} },
		];
		const begun = performance.now();
		const answer = await withoutWaiting(2 * HOURS, async () =>
			exchange({
				owner: host,
				governor: new Governor(clock),
				clock,
				secrets: [],
				readOnly: true,
				read: () => true,
				send: async () => {
					const reply = replies.shift();
					stepClock(ms);
					return reply ?? { networkCode: 'ECONNRESET' };
				},
			}),
		);
		expect(answer.ok).toBe(true);
		expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
	});
});
