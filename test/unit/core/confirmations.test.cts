import type { ApiRecord } from '@nodes/shared/api/contract';
import { Confirmations } from '@nodes/shared/core/confirmations';
import type { Answer, Fault } from '@nodes/shared/core/fault';
import type { Page, PageQuery, Position } from '@nodes/shared/core/walk';

import { VirtualTime } from './virtualTime.cjs';

const start: Position = { at: 'createdAfter', time: '2026-01-01T00:00:00.000000Z' };
const refused: Fault = { kind: 'status', status: 400 };
const down: Fault = { kind: 'status', status: 503 };

/** The events' chain as the API keeps it: an update moves the event to its end. */
class Portal {
	readonly queries: PageQuery[] = [];
	/** Answers instead of pages, one for each request. */
	faults: Array<Fault | undefined> = [];
	private chain: ApiRecord[] = [];
	private updates = 0;

	constructor(private readonly time: VirtualTime) {}

	/** A new version of an event, as of now or of `atMs`. */
	touch(id: string, atMs = this.time.timeOfDay()): void {
		const updated_at = new Date(atMs).toISOString();
		this.chain = this.chain.filter((event) => event.id !== id);
		this.chain.push({ id, updated_at, place: ++this.updates });
	}

	/** A new version after some seconds. */
	async touchIn(seconds: number, id: string): Promise<void> {
		await this.time.sleep(seconds * 1000);
		this.touch(id);
	}

	fetchPage = async (query: PageQuery): Promise<Answer<Page>> => {
		this.queries.push(query);
		const fault = this.faults.shift();
		if (fault) return { ok: false, fault };
		const after = Number(query.after_checkpoint?.slice(1) ?? 0);
		const behind = this.chain.filter(({ place }) => Number(place) > after);
		const records = behind.slice(0, query.limit);
		const last = records.at(-1)?.place ?? (query.created_after === undefined ? after : 0);
		return {
			ok: true,
			value: { records, checkpoint: `c${String(last)}`, more: behind.length > records.length },
		};
	};
}

function setUp({ pageSize = 100 } = {}) {
	const time = new VirtualTime();
	const portal = new Portal(time);
	const { fetchPage } = portal;
	const chain = new Confirmations({ start, fetchPage, clock: time, pageSize });
	return { time, portal, chain };
}

const minute = { timeoutMs: 60_000 };

describe('before the action', () => {
	it('all events share one walk to the end of the chain', async () => {
		const { time, portal, chain } = setUp({ pageSize: 2 });
		const ids = ['a', 'b', 'c', 'd', 'e'];
		for (const id of ids) portal.touch(id);
		expect(await time.run(Promise.all(ids.map(async (id) => await chain.prepare(id))))).toEqual(
			ids.map(() => undefined),
		);
		expect(
			portal.queries.map(
				({ created_after, after_checkpoint }) => created_after ?? after_checkpoint,
			),
		).toEqual([start.time, 'c2', 'c4']);
	});

	it('a fault is everybody’s, and nobody asks again', async () => {
		const { time, portal, chain } = setUp();
		portal.faults = [down];
		expect(await time.run(Promise.all([chain.prepare('a'), chain.prepare('b')]))).toEqual([
			down,
			down,
		]);
		expect(portal.queries).toHaveLength(1);
	});
});

describe('after the action', () => {
	it('follows the chain from its end, at growing distances, until the event comes back', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		await time.run(chain.prepare('a'));
		portal.queries.length = 0;
		time.waits.length = 0;
		const waiting = chain.wait('a', { timeoutMs: 300_000 });
		void portal.touchIn(100, 'a');
		expect(await time.run(waiting)).toMatchObject({ id: 'a', place: 2 });
		expect(time.waits.map((ms) => ms / 1000)).toEqual([
			2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30, 30,
		]);
		// Never again from the start.
		expect(new Set(portal.queries.map(({ after_checkpoint }) => after_checkpoint))).toEqual(
			new Set(['c1']),
		);
	});

	it('200 events waiting together cost as many requests as one', async () => {
		const { time, portal, chain } = setUp();
		const ids = Array.from({ length: 200 }, (_, index) => `event ${index}`);
		for (const id of ids) portal.touch(id);
		await time.run(Promise.all(ids.map(async (id) => await chain.prepare(id))));
		portal.queries.length = 0;
		const waiting = Promise.all(ids.map(async (id) => await chain.wait(id, minute)));
		void portal.touchIn(1, 'event 0');
		for (const id of ids.slice(1)) void portal.touchIn(4, id);
		const events = await time.run(waiting);
		expect(events.map((event) => event?.id)).toEqual(ids);
		// At 2 s one event; at 5 s two pages with the other 199.
		expect(portal.queries).toHaveLength(3);
	});

	it('a version that was there before, or an older one, confirms nothing', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a', time.startedAt);
		await time.run(chain.prepare('a'));
		// Both come by again behind the checkpoint.
		portal.touch('a', time.startedAt);
		expect(await time.run(chain.wait('a', { timeoutMs: 5_000 }))).toBeUndefined();
		portal.touch('a', time.startedAt - 1);
		expect(await time.run(chain.wait('a', { timeoutMs: 5_000 }))).toBeUndefined();
	});

	it('an update from before the API answered the action confirms nothing, but for clocks that differ a little', async () => {
		const answeredAtMs = Date.parse('2026-01-31T12:00:20Z');
		for (const [before, confirmed] of [
			[6_000, false],
			[4_000, true],
		] as const) {
			const { time, portal, chain } = setUp();
			portal.touch('a');
			await time.run(chain.prepare('a'));
			portal.touch('a', answeredAtMs - before);
			const event = await time.run(chain.wait('a', { timeoutMs: 10_000, answeredAtMs }));
			expect(event !== undefined).toBe(confirmed);
		}
	});

	it('the same event waited for twice is confirmed twice', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		await time.run(Promise.all([chain.prepare('a'), chain.prepare('a')]));
		const waiting = Promise.all([chain.wait('a', minute), chain.wait('a', minute)]);
		void portal.touchIn(1, 'a');
		expect((await time.run(waiting)).map((event) => event?.place)).toEqual([2, 2]);
	});

	it('when nothing was found before the action, the same created_after is asked again, never its checkpoint', async () => {
		const { time, portal, chain } = setUp();
		await time.run(chain.prepare('a'));
		const waiting = chain.wait('a', minute);
		void portal.touchIn(7, 'a');
		expect(await time.run(waiting)).toMatchObject({ id: 'a' });
		expect(new Set(portal.queries.map(({ created_after }) => created_after))).toEqual(
			new Set([start.time]),
		);
	});

	it('times out to the millisecond, each event by its own time, and others wait on', async () => {
		const { time, portal, chain } = setUp();
		await time.run(Promise.all([chain.prepare('a'), chain.prepare('b')]));
		const from = time.now();
		const ended: Array<[string, number, boolean]> = [];
		const wait = async (id: string, timeoutMs: number) => {
			const event = await chain.wait(id, { timeoutMs });
			ended.push([id, time.now() - from, event !== undefined]);
		};
		void portal.touchIn(8, 'b');
		await time.run(Promise.all([wait('a', 6_100), wait('b', 60_000)]));
		expect(ended[0]).toEqual(['a', 6_100, false]);
		expect(ended[1]?.[0]).toBe('b');
		expect(ended[1]?.[2]).toBe(true);
	});

	it('a cancel ends all at once, and the chain is left alone', async () => {
		const { time, portal, chain } = setUp();
		await time.run(Promise.all([chain.prepare('a'), chain.prepare('b')]));
		portal.queries.length = 0;
		const waiting = Promise.all([chain.wait('a', minute), chain.wait('b', minute)]);
		void time.sleep(500).then(() => time.cancel());
		expect(await time.run(waiting)).toEqual([undefined, undefined]);
		expect(time.passed).toBeLessThan(1_000);
		expect(portal.queries).toHaveLength(0);
	});
});

describe('while the chain cannot be read', () => {
	it('a passing fault is waited out', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		await time.run(chain.prepare('a'));
		portal.faults = [down, { kind: 'network', code: 'ECONNRESET', sent: true }];
		const waiting = chain.wait('a', minute);
		void portal.touchIn(1, 'a');
		expect(await time.run(waiting)).toMatchObject({ id: 'a', place: 2 });
	});

	it('a lasting one ends the waiting', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		await time.run(chain.prepare('a'));
		portal.queries.length = 0;
		portal.faults = [{ kind: 'status', status: 403 }];
		expect(await time.run(chain.wait('a', minute))).toBeUndefined();
		expect(portal.queries).toHaveLength(1);
	});

	it('a refused checkpoint: from the start again, where the old version confirms nothing', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		portal.touch('b');
		await time.run(chain.prepare('a'));
		portal.queries.length = 0;
		portal.faults = [refused];
		const waiting = chain.wait('a', minute);
		void portal.touchIn(8, 'a');
		expect(await time.run(waiting)).toMatchObject({ id: 'a', place: 3 });
		expect(
			portal.queries
				.slice(0, 3)
				.map(({ created_after, after_checkpoint }) => created_after ?? after_checkpoint),
		).toEqual(['c2', start.time, 'c2']);
	});

	it('a start that is refused too ends the waiting', async () => {
		const { time, portal, chain } = setUp();
		portal.touch('a');
		await time.run(chain.prepare('a'));
		portal.faults = [refused, refused];
		expect(await time.run(chain.wait('a', minute))).toBeUndefined();
	});
});
