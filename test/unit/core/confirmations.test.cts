import { Confirmations, type Confirmation } from '@nodes/Remediation/core/confirmations';
import type { Fault } from '@nodes/shared/core/fault';
import type { Queued } from '@nodes/Remediation/core/mailState';

import { EventChain, start } from './eventChain.cjs';
import { VirtualTime } from './virtualTime.cjs';

const refused: Fault = { kind: 'status', status: 400 };
const forbidden: Fault = { kind: 'status', status: 403 };
const html: Fault = { kind: 'unreadable', what: 'html' };
const down: Fault = { kind: 'status', status: 503 };
const one: Queued = { action: 'releaseFromQuarantine', recipients: 1, all: true };

function setUp({ pageSize = 100 } = {}) {
	const time = new VirtualTime();
	const portal = new EventChain(time);
	const { fetchPage } = portal;
	const chain = new Confirmations({
		starts: [start],
		fetchPage,
		followPage: fetchPage,
		clock: time,
		pageSize,
	});
	/** Looks for events, and sends the action for each. */
	const send = async (...ids: string[]) => {
		await time.run(Promise.all(ids.map(async (id) => await chain.find({ kind: 'id', id }))));
		portal.queries.length = 0;
		portal.times.length = 0;
		return ids.map((id) => {
			const watch = chain.watch(id);
			watch.begin();
			return async (seconds = 60): Promise<Confirmation> =>
				await watch.outcome(one, seconds * 1000);
		});
	};
	return { time, portal, chain, send };
}

/** One event in quarantine, and the action on it was sent. */
async function oneSent() {
	const all = setUp();
	all.portal.put('a', 'quarantined');
	const [wait] = await all.send('a');
	if (!wait) throw new Error('nothing was sent');
	return { ...all, wait };
}

it('follows the chain from its end, at growing distances, and ends with the version that decides', async () => {
	const { time, portal, wait } = await oneSent();
	const from = time.now();
	void portal.putIn(100, 'a', 'released');
	expect(await time.run(wait(300))).toMatchObject({
		confirmation: 'confirmed',
		event: { id: 'a', number: 2 },
	});
	const gaps = portal.times.map((at, index) => (at - (portal.times[index - 1] ?? from)) / 1000);
	expect(gaps).toEqual([2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30, 30]);
	expect(new Set(portal.places)).toEqual(new Set(['c1']));
});

it('200 events waiting together cost as many requests as one', async () => {
	const { time, portal, send } = setUp();
	const ids = Array.from({ length: 200 }, (_, index) => `event ${index}`);
	for (const id of ids) portal.put(id, 'quarantined');
	const waits = await send(...ids);
	const waiting = Promise.all(waits.map(async (wait) => await wait()));
	void portal.putIn(1, 'event 0', 'released');
	for (const id of ids.slice(1)) void portal.putIn(4, id, 'released');
	const ended = await time.run(waiting);
	expect(ended.map(({ event }) => event?.id)).toEqual(ids);
	expect(ended.map(({ confirmation }) => confirmation)).toEqual(ids.map(() => 'confirmed'));
	// At 2 s one event; at 5 s two pages with the other 199.
	expect(portal.queries).toHaveLength(3);
});

describe('before and now', () => {
	it('what is returned between the search and the request belongs to before', async () => {
		const { time, portal, chain, send } = setUp();
		portal.put('a', 'quarantined');
		portal.put('b', 'quarantined');
		const [waitForB] = await send('b');
		await time.run(chain.find({ kind: 'id', id: 'a' }));
		const watch = chain.watch('a');
		// While the request waits for its turn, somebody else releases the mail.
		portal.put('a', 'released');
		await time.run(waitForB?.(3) ?? Promise.reject(new Error()));
		watch.begin();
		expect(await time.run(watch.outcome(one, 5_000))).toMatchObject({ confirmation: 'timedOut' });
	});

	it('a request that is sent again begins anew', async () => {
		const { time, portal, chain, send } = setUp();
		portal.put('a', 'quarantined');
		await send('a');
		const watch = chain.watch('a');
		watch.begin();
		portal.put('a', 'released');
		await time.run(chain.find({ kind: 'id', id: 'a' }));
		watch.begin();
		expect(await time.run(watch.outcome(one, 5_000))).toMatchObject({ confirmation: 'timedOut' });
	});

	it('what is returned between the request and its answer counts', async () => {
		const { time, portal, chain, send } = setUp();
		portal.put('a', 'quarantined');
		await send('a');
		const watch = chain.watch('a');
		watch.begin();
		portal.put('a', 'released');
		await time.run(chain.find({ kind: 'id', id: 'a' }));
		portal.queries.length = 0;
		expect(await time.run(watch.outcome(one, 5_000))).toMatchObject({ confirmation: 'confirmed' });
		expect(portal.queries).toHaveLength(0);
	});

	it('an event waited for twice is judged twice', async () => {
		const { time, portal, send } = setUp();
		portal.put('a', 'quarantined');
		const waits = await send('a', 'a');
		const waiting = Promise.all(waits.map(async (wait) => await wait()));
		void portal.putIn(1, 'a', 'released');
		const ended = await time.run(waiting);
		expect(ended.map(({ confirmation }) => confirmation)).toEqual(['confirmed', 'confirmed']);
	});

	it('an event that was not found, or nothing queued: no waiting', async () => {
		const { time, portal, chain, send } = setUp();
		portal.put('b', 'quarantined');
		await send('a', 'b');
		for (const [id, recipients, confirmation] of [
			['a', 1, 'notVerifiable'],
			['b', undefined, 'notVerifiable'],
			['b', 0, 'notQueued'],
		] as const) {
			const watch = chain.watch(id);
			watch.begin();
			const ended = await time.run(watch.outcome({ ...one, recipients }, 60_000));
			expect(ended).toMatchObject({ confirmation });
			expect(ended.event?.id).toBe(id === 'b' ? 'b' : undefined);
		}
		expect(portal.queries).toHaveLength(0);
	});
});

describe('time', () => {
	it('ends to the millisecond, each event by its own, and others wait on', async () => {
		const { time, portal, send } = setUp();
		portal.put('a', 'quarantined');
		portal.put('b', 'quarantined');
		const [a, b] = await send('a', 'b');
		const from = time.now();
		const ended: Array<[string, number]> = [];
		const noteEnd = async (waiting: Promise<Confirmation> | undefined) => {
			const confirmation = (await waiting)?.confirmation ?? '';
			ended.push([confirmation, time.now() - from]);
		};
		void portal.putIn(1, 'b', 'pending_release');
		void portal.putIn(8, 'b', 'released');
		await time.run(Promise.all([noteEnd(a?.(6.1)), noteEnd(b?.(60))]));
		expect(ended).toEqual([
			['timedOut', 6_100],
			['confirmed', expect.any(Number)],
		]);
	});

	it('over while it is pending', async () => {
		const { time, portal, wait } = await oneSent();
		void portal.putIn(1, 'a', 'pending_release');
		expect(await time.run(wait(10))).toMatchObject({
			confirmation: 'pending',
			event: { number: 2 },
		});
	});

	it('back in quarantine ends it at once', async () => {
		const { time, portal, wait } = await oneSent();
		void portal.putIn(1, 'a', 'pending_release');
		void portal.putIn(4, 'a', 'quarantined');
		expect(await time.run(wait(300))).toMatchObject({ confirmation: 'notDone' });
		expect(time.passed).toBeLessThan(10_000);
	});

	it('a page that hangs makes nobody wait much longer', async () => {
		const { time, portal, wait } = await oneSent();
		portal.faults = ['hang'];
		expect(await time.run(wait(10))).toMatchObject({ confirmation: 'unreadable' });
		expect(time.passed).toBeLessThan(25_000);
	});

	it('a cancel ends all at once, and the chain is left alone', async () => {
		const { time, portal, send } = setUp();
		portal.put('a', 'quarantined');
		portal.put('b', 'quarantined');
		const waits = await send('a', 'b');
		const waiting = Promise.all(waits.map(async (wait) => await wait()));
		void time.sleep(500).then(() => time.cancel());
		const ended = await time.run(waiting);
		expect(ended.map(({ confirmation }) => confirmation)).toEqual(['unreadable', 'unreadable']);
		expect(portal.queries).toHaveLength(0);
	});
});

describe('while the chain cannot be read', () => {
	const stuck: Fault = { kind: 'stuck', why: 'missing' };
	const lost: Fault = { kind: 'network', code: 'ECONNRESET', sent: true };
	const noHost: Fault = { kind: 'network', code: 'ENOTFOUND', sent: false };
	const cut: Fault = { kind: 'unreadable', what: 'truncated' };

	it.each([down, lost, noHost, forbidden, html, cut, refused, stuck].map((fault) => [fault]))(
		'%p twice in between: the waiting goes on',
		async (fault) => {
			const { time, portal, wait } = await oneSent();
			portal.faults = [fault, fault];
			void portal.putIn(1, 'a', 'released');
			expect(await time.run(wait())).toMatchObject({ confirmation: 'confirmed' });
		},
	);

	it('until time is over: said so, with what was seen before', async () => {
		const { time, portal, wait } = await oneSent();
		void portal.putIn(1, 'a', 'pending_release');
		portal.faults = [undefined, ...Array.from({ length: 50 }, () => forbidden)];
		const from = time.now();
		expect(await time.run(wait())).toMatchObject({
			confirmation: 'unreadable',
			fault: forbidden,
			detail: expect.stringContaining('pending_release 0 → 1'),
			event: { number: 2 },
		});
		expect(time.now() - from).toBe(60_000);
	});

	it('a refused checkpoint: from the start again, where the old version shows no change', async () => {
		const { time, portal, wait } = await oneSent();
		portal.faults = [refused];
		void portal.putIn(8, 'a', 'released');
		expect(await time.run(wait())).toMatchObject({
			confirmation: 'confirmed',
			event: { number: 2 },
		});
		expect(portal.places.slice(0, 3)).toEqual(['c1', start, 'c1']);
	});
});
