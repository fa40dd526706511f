/** Who waits, for what, and what that keeps others from: nobody holds a place while waiting. */
import { exchange, PATIENCE_MS, type Exchange, type Reply } from '@nodes/shared/core/exchange';
import type { Answer } from '@nodes/shared/core/fault';
import { Governor, MAX_IN_FLIGHT } from '@nodes/shared/core/governor';
import { VirtualTime } from './virtualTime.cjs';

const LATENCY_MS = 50;
const ok: Reply = { status: 200, headers: {}, body: { value: 1 } };
const sick: Reply = { status: 503, headers: { 'retry-after': '100' }, body: '' };
const refusal: Reply = { status: 429, headers: { 'retry-after': '30' }, body: '' };

/** One portal, its requests by endpoint, and when each was sent. */
class Portal {
	readonly time = new VirtualTime();
	readonly governor = new Governor(this.time);
	readonly sent: Array<{ endpoint: string; at: number }> = [];

	/** @param replies by endpoint: what it answers, in turn; the last one for ever */
	constructor(private readonly replies: Record<string, Reply[]>) {}

	async ask(endpoint: string, more: Partial<Exchange<unknown>> = {}): Promise<Answer<unknown>> {
		return await exchange<unknown>({
			owner: this,
			endpoint,
			account: 'token',
			governor: this.governor,
			clock: this.time,
			secrets: [],
			readOnly: true,
			read: (body) => body,
			send: async () => {
				const replies = this.replies[endpoint] ?? [ok];
				const number = this.at(endpoint).length;
				this.sent.push({ endpoint, at: this.time.passed });
				await this.time.sleep(LATENCY_MS);
				return replies[Math.min(number, replies.length - 1)] ?? ok;
			},
			...more,
		});
	}

	/** When an endpoint was asked. */
	at(endpoint: string): number[] {
		return this.sent.filter((entry) => entry.endpoint === endpoint).map(({ at }) => at);
	}

	async many(count: number, endpoint: string, more: Partial<Exchange<unknown>> = {}) {
		return await Promise.all(Array.from({ length: count }, () => this.ask(endpoint, more)));
	}
}

describe('an endpoint that answers 5xx with Retry-After', () => {
	it.each([500, 502, 503, 504, 529])('%i: holds up itself only', async (status) => {
		const portal = new Portal({ audits: [{ ...sick, status }] });
		const audits = portal.many(MAX_IN_FLIGHT, 'audits');
		const gaps: number[] = [];
		const polls = async () => {
			const owner = {};
			for (let poll = 0; poll < 20; poll++) {
				const before = portal.time.passed;
				await portal.ask('events', { owner, patienceMs: 37_500 });
				gaps.push(portal.time.passed - before);
				await portal.time.sleep(10_000);
			}
		};
		await portal.time.run(Promise.all([audits, polls()]));
		expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * LATENCY_MS);
	});

	it('is asked again when its pause is over, and by nobody before', async () => {
		const portal = new Portal({ audits: [sick, sick, ok] });
		const answers = await portal.time.run(portal.many(8, 'audits'));
		expect(answers.every((answer) => answer.ok)).toBe(true);
		const early = portal.at('audits').filter((at) => at > 0 && at < 100_000 + LATENCY_MS);
		expect(early).toEqual([]);
	});

	it('does not hold up other endpoints of the same owner', async () => {
		const portal = new Portal({ audits: [sick, ok] });
		const audits = portal.many(MAX_IN_FLIGHT, 'audits');
		const others = async () => {
			await portal.time.sleep(1_000);
			await portal.many(10, 'groups');
			return portal.time.passed;
		};
		const [, passed] = await portal.time.run(Promise.all([audits, others()]));
		expect(passed).toBeLessThanOrEqual(1_000 + 3 * LATENCY_MS);
	});

	it('who cannot wait that long is told at once, from memory, and has sent nothing', async () => {
		const portal = new Portal({ audits: [sick] });
		const audits = portal.ask('audits');
		const poll = async () => {
			await portal.time.sleep(10_000);
			const answer = await portal.ask('audits', {
				owner: {},
				account: 'other',
				patienceMs: 37_500,
				readOnly: false,
			});
			return { answer, at: portal.time.passed, requests: portal.at('audits').length };
		};
		const [, { answer, at, requests }] = await portal.time.run(Promise.all([audits, poll()]));
		expect(answer).toEqual({
			ok: false,
			fault: { kind: 'paused', status: 503, retryAfterMs: 90_050 },
		});
		expect([at, requests]).toEqual([10_000, 1]);
	});

	it('is given up for all together, not four by four', async () => {
		const portal = new Portal({ audits: [sick] });
		const answers = await portal.time.run(portal.many(100, 'audits'));
		expect(answers.filter((answer) => answer.ok)).toEqual([]);
		expect(portal.time.passed).toBeLessThanOrEqual(PATIENCE_MS + 1_000);
		expect(portal.sent.length).toBeLessThanOrEqual(4 * MAX_IN_FLIGHT);
	});

	it('a pause of nought or of the past is none', async () => {
		for (const retryAfter of ['0', 'Sat, 31 Jan 2026 11:00:00 GMT']) {
			const portal = new Portal({
				audits: [{ ...sick, headers: { 'retry-after': retryAfter } }, ok],
			});
			await portal.time.run(portal.ask('audits'));
			expect(portal.time.passed).toBeLessThanOrEqual(2_000);
		}
	});
});

describe('a 429', () => {
	it('holds up every endpoint and every token of the portal', async () => {
		const portal = new Portal({ audits: [refusal, ok] });
		const audits = portal.ask('audits');
		const others = async () => {
			await portal.time.sleep(100);
			await Promise.all([
				portal.ask('events', { owner: {}, account: 'other' }),
				portal.ask('groups', { owner: {} }),
			]);
		};
		await portal.time.run(Promise.all([audits, others()]));
		for (const endpoint of ['events', 'groups']) {
			expect(Math.min(...portal.at(endpoint))).toBeGreaterThanOrEqual(30_000);
		}
	});

	it('what one token waited in vain makes no other give up', async () => {
		const portal = new Portal({ audits: [refusal], events: [ok] });
		const audits = portal.many(3, 'audits');
		const other = async () => {
			await portal.time.sleep(290_000);
			return await portal.ask('events', { owner: {}, account: 'other' });
		};
		const [answers, answer] = await portal.time.run(Promise.all([audits, other()]));
		expect(answers.every((each) => !each.ok)).toBe(true);
		expect(answer.ok).toBe(true);
	});
});

describe('a wait at the door', () => {
	/** Four requests of another owner that hang for `ms`. */
	const blocked = (portal: Portal, ms: number) =>
		Promise.all(
			Array.from({ length: MAX_IN_FLIGHT }, () =>
				portal.ask('audits', {
					owner: portal.governor,
					send: async () => {
						await portal.time.sleep(ms);
						return ok;
					},
				}),
			),
		);

	it('obeys the time that a poll has', async () => {
		const portal = new Portal({});
		const hanging = blocked(portal, 60_000);
		const poll = async () => {
			const answer = await portal.ask('events', { patienceMs: 27_000 });
			return { answer, at: portal.time.passed };
		};
		const [, { answer, at }] = await portal.time.run(Promise.all([hanging, poll()]));
		expect(answer).toEqual({ ok: false, fault: { kind: 'busy', waitedMs: 27_000 } });
		expect(at).toBe(27_000);
		expect(portal.at('events')).toEqual([]);
	});

	it('counts towards that time, so that what is left is all that is waited for a limit', async () => {
		const portal = new Portal({ events: [refusal, ok] });
		const hanging = blocked(portal, 20_000);
		const poll = async () => {
			const answer = await portal.ask('events', { patienceMs: 37_500 });
			return { answer, at: portal.time.passed };
		};
		const [, { answer, at }] = await portal.time.run(Promise.all([hanging, poll()]));
		expect(answer).toMatchObject({ ok: false, fault: { kind: 'status', status: 429 } });
		expect(at).toBeLessThanOrEqual(37_500);
	});

	it('obeys the patience of a node when nothing of its own moves', async () => {
		const portal = new Portal({});
		const hanging = blocked(portal, 2 * PATIENCE_MS);
		const answers = portal.many(10, 'events').then((each) => ({ each, at: portal.time.passed }));
		const [, { each, at }] = await portal.time.run(Promise.all([hanging, answers]));
		expect(each.map((answer) => !answer.ok && answer.fault.kind)).toEqual(each.map(() => 'busy'));
		expect(at).toBe(PATIENCE_MS);
	});

	it('does not tire a long batch that moves: each gets its turn', async () => {
		const portal = new Portal({});
		const slow = async () => {
			await portal.time.sleep(1_000);
			return ok;
		};
		const answers = await portal.time.run(portal.many(2_000, 'events', { send: slow }));
		expect(portal.time.passed).toBe(500_000);
		expect(answers.filter((answer) => !answer.ok)).toEqual([]);
	});

	it('ends at once when the execution is cancelled', async () => {
		const portal = new Portal({});
		const hanging = blocked(portal, 60_000);
		const waiting = portal.many(5, 'events').then((each) => ({ each, at: portal.time.passed }));
		void portal.time.sleep(3_000).then(() => portal.time.cancel());
		const [, { each, at }] = await portal.time.run(Promise.all([hanging, waiting]));
		expect(each).toEqual(each.map(() => ({ ok: false, fault: { kind: 'cancelled' } })));
		expect(at).toBe(3_000);
	});

	it('ends within a second when it is not wanted any more', async () => {
		const portal = new Portal({ audits: [{ ...refusal, headers: { 'retry-after': '200' } }] });
		let unwanted = false;
		const waiting = portal
			.many(5, 'audits', { dropped: () => unwanted })
			.then((each) => ({ each, at: portal.time.passed }));
		void portal.time.sleep(7_300).then(() => (unwanted = true));
		const { each, at } = await portal.time.run(waiting);
		expect(each).toEqual(each.map(() => ({ ok: false, fault: { kind: 'cancelled' } })));
		expect(at).toBeLessThanOrEqual(8_300);
	});

	it('keeps the order of asking: what is tried again comes before what asked later', async () => {
		const portal = new Portal({});
		const order: string[] = [];
		const replies = new Map([['first', [refusal, ok]]]);
		const one = (name: string) =>
			portal.ask('events', {
				send: async () => {
					order.push(name);
					await portal.time.sleep(LATENCY_MS);
					return replies.get(name)?.shift() ?? ok;
				},
			});
		const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
		await portal.time.run(Promise.all(names.map(one)));
		expect(order.slice(0, 5)).toEqual(['first', 'second', 'third', 'fourth', 'first']);
	});
});

it('no timer outlives those who wait by more than a second', async () => {
	const portal = new Portal({ events: [{ ...refusal, headers: { 'retry-after': '99999999' } }] });
	const answers = await portal.time.run(portal.many(3, 'events'));
	expect(answers.map(({ ok: isOk }) => isOk)).toEqual([false, false, false]);
	expect(Math.max(...portal.time.waits)).toBeLessThanOrEqual(1_000);
});

it('requests that fail are not hurried: no more than four of one owner and endpoint are under way', async () => {
	const portal = new Portal({ audits: [{ ...sick, headers: {} }] });
	const answers = portal.many(100, 'audits');
	const after = (ms: number) => portal.time.sleep(ms).then(() => portal.sent.length);
	const [, early] = await portal.time.run(Promise.all([answers, after(400)]));
	expect(early).toBe(MAX_IN_FLIGHT);
});
