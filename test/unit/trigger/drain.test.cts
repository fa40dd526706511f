import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer } from '@nodes/shared/core/fault';
import type { Page, PageQuery } from '@nodes/shared/core/walk';
import { drain, type Drain, type Drained } from '@nodes/Trigger/core/drain';
import { newState, readState, type Start } from '@nodes/Trigger/core/state';
import { ModelPortal } from './modelPortal.cjs';
import { isoOf, microsOf } from './times.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const HOUR = 3_600_000;
const fingerprint = 'this configuration';
const startOf = (event: Start['event'], startFrom: Start['startFrom'] = 'now'): Start => ({
	fingerprint,
	event,
	startFrom,
});
/** The state as the next poll finds it. */
const stored = ({ state }: Drained) =>
	readState(JSON.parse(JSON.stringify(state)), fingerprint).state;

function portalOf(kind: 'anomalies' | 'audits' | 'events'): ModelPortal {
	return new ModelPortal(kind, NOON, {
		dateHeader: true,
		seed: 1,
		looseEnd: false,
	});
}

function poll(
	portal: ModelPortal,
	start: Start,
	before?: Drained,
	more: Partial<Drain> = {},
): Promise<Drained> {
	return drain({
		state: (before && stored(before)) ?? newState(start),
		fetchPage: portal.fetchPage,
		pageSize: { min: 2, max: 100 },
		maxItems: 1000,
		matches: () => true,
		outOfTime: () => false,
		now: () => portal.now,
		processNow: () => portal.now,
		...more,
	});
}

/** Polls until the end is reached; returns everything that came and the largest state. */
async function pollToTheEnd(portal: ModelPortal, start: Start, before?: Drained) {
	const emitted: ApiRecord[] = [];
	let largest = 0;
	for (let last = before, polls = 1; ; polls++) {
		last = await poll(portal, start, last);
		for (const record of last.emit) emitted.push(record);
		largest = Math.max(largest, JSON.stringify(last.state).length);
		if (last.caughtUp) return { emitted, largest, last, polls };
		if (polls > 10_000) throw new Error('does not come to an end');
	}
}

describe('"now" does not replay the platform', () => {
	it.each<Start['event']>(['securityEventCreated', 'securityEventCreatedOrUpdated'])(
		'%s',
		async (event) => {
			const portal = portalOf('events');
			for (let hour = 2000; hour > 0; hour--) {
				portal.now = NOON - hour * HOUR;
				portal.create();
				if (hour % 7 === 0) portal.update(hour);
			}
			portal.now = NOON;
			const first = await poll(portal, startOf(event));
			expect(first).toMatchObject({ emit: [], caughtUp: true, progressed: true });
			// It looks back a little, not through everything.
			expect(portal.requests.length).toBeLessThan(6);
			portal.create();
			const second = await poll(portal, startOf(event), first);
			expect(second.emit).toHaveLength(1);
		},
	);

	it('updates of events from long ago are found behind "now"', async () => {
		const portal = portalOf('events');
		for (let hour = 200; hour > 0; hour--) {
			portal.now = NOON - hour * HOUR;
			portal.create();
		}
		portal.now = NOON;
		const start = startOf('securityEventCreatedOrUpdated');
		const first = await poll(portal, start);
		portal.now += 60_000;
		for (let round = 0; round < 20; round++) portal.update(0);
		const second = await poll(portal, start, first);
		expect(second.emit).toHaveLength(20);
	});
});

describe('a refused checkpoint', () => {
	it('goes on from the last time dealt with, once, and says so', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated');
		const first = await poll(portal, start);
		for (let made = 0; made < 5; made++) portal.create();
		const second = await poll(portal, start, first);
		expect(second.emit).toHaveLength(5);
		portal.expireCheckpoints();
		portal.create();
		const third = await poll(portal, start, second);
		expect(third.emit.map(({ id }) => id)).toEqual(['event-5']);
		expect(third.notice).toMatch(/refused the stored checkpoint/);
		const fourth = await poll(portal, start, third);
		expect(fourth).toMatchObject({ emit: [], caughtUp: true });
		expect(fourth.notice).toBeUndefined();
	});

	it('with nothing to find is settled by one poll, not by every poll anew', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		portal.create();
		portal.now += 100 * HOUR;
		const { last } = await pollToTheEnd(portal, start);
		portal.expireCheckpoints();
		const second = await poll(portal, start, last);
		expect(second.notice).toMatch(/refused/);
		const third = await poll(portal, start, second);
		expect(third.notice).toBeUndefined();
		expect(third.emit).toEqual([]);
	});

	it('when everything is refused the old state stays', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		portal.create();
		const { last } = await pollToTheEnd(portal, start);
		const refuse = async (): Promise<Answer<Page>> => ({
			ok: false,
			fault: { kind: 'status', status: 400 },
		});
		const second = await poll(portal, start, last, { fetchPage: refuse });
		expect(second).toMatchObject({ progressed: false, fault: { status: 400 } });
		expect(second.state).toEqual(last.state);
	});

	it.each([401, 403, 429, 500])('%i does not touch the checkpoint', async (status) => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		portal.create();
		const { last } = await pollToTheEnd(portal, start);
		portal.script = [{ kind: 'status', status }];
		const second = await poll(portal, start, last);
		expect(second).toMatchObject({
			progressed: false,
			emit: [],
			fault: { status },
		});
		expect(second.state).toEqual(last.state);
	});
});

describe('progress', () => {
	it('keeps and delivers the pages before a fault', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		for (let made = 0; made < 250; made++) portal.create();
		portal.script = ['plain', 'plain', { kind: 'network', code: 'ECONNRESET', sent: true }];
		const first = await poll(portal, start);
		expect(first).toMatchObject({
			progressed: true,
			caughtUp: false,
			fault: { kind: 'network' },
		});
		expect(first.emit).toHaveLength(200);
		expect((await poll(portal, start, first)).emit).toHaveLength(50);
	});

	it('stops at maxItems and when the time is over, at the end of a page', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		for (let made = 0; made < 350; made++) portal.create();
		const first = await poll(portal, start, undefined, { maxItems: 120 });
		expect(first.emit).toHaveLength(120);
		const second = await poll(portal, start, first, { outOfTime: () => true });
		expect(second.emit).toHaveLength(100);
		const { emitted } = await pollToTheEnd(portal, start, second);
		expect(emitted).toHaveLength(130);
	});

	it('asks for pages within the bounds of the API, never 1 or 101', async () => {
		const portal = portalOf('events');
		for (let made = 0; made < 450; made++) portal.create();
		for (const maxItems of [1, 99, 100, 101, 201, 100_000]) {
			await poll(portal, startOf('securityEventCreated', 'beginning'), undefined, { maxItems });
		}
		for (const { limit } of portal.requests) {
			expect(limit).toBeGreaterThanOrEqual(2);
			expect(limit).toBeLessThanOrEqual(100);
		}
	});

	it('an event that is updated between its two pages comes once, in its newest version', async () => {
		const portal = portalOf('events');
		for (let made = 0; made < 150; made++) portal.create();
		portal.between = [() => {}, () => portal.update(0)];
		const { emit } = await poll(portal, startOf('securityEventCreated', 'beginning'));
		expect(emit).toHaveLength(150);
		expect(emit.at(-1)).toMatchObject({ id: 'event-0', revision: 1 });
	});

	it('a quiet poll changes nothing, so that the host has nothing to store', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		portal.create();
		const { last } = await pollToTheEnd(portal, start);
		portal.script = ['unchangedCheckpoint'];
		const second = await poll(portal, start, last);
		expect(second).toMatchObject({
			emit: [],
			progressed: false,
			caughtUp: true,
		});
	});

	it('a page that promises more but gives no way on is a fault, not a loss and not an endless repetition', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		for (let made = 0; made < 150; made++) portal.create();
		portal.script = ['missingCheckpoint'];
		const first = await poll(portal, start);
		expect(first).toMatchObject({
			emit: [],
			progressed: false,
			fault: { kind: 'stuck', why: 'missing' },
		});
		expect((await poll(portal, start, first)).emit).toHaveLength(150);
	});
});

describe('a last page without a checkpoint', () => {
	it.each([
		['securityEventCreated', 'events'],
		['securityEventCreatedOrUpdated', 'events'],
		['auditEntryCreated', 'audits'],
	] as const)('%s: comes once, however often it is listed', async (event, kind) => {
		const portal = portalOf(kind);
		const start = startOf(event, 'beginning');
		const add = () => (kind === 'audits' ? portal.addAudit(true) : portal.create());
		const emitted: unknown[] = [];
		let last: Drained | undefined;
		const pollAgain = async () => {
			portal.script = ['missingCheckpoint'];
			last = await poll(portal, start, last);
			expect(last.fault).toBeUndefined();
			emitted.push(...last.emit);
			return last;
		};
		for (let made = 0; made < 3; made++) add();
		expect((await pollAgain()).emit).toHaveLength(3);
		expect(await pollAgain()).toMatchObject({ emit: [], progressed: false });
		add();
		expect((await pollAgain()).emit).toHaveLength(1);
		portal.now += 50 * HOUR;
		add();
		expect((await pollAgain()).emit).toHaveLength(1);
		expect((await pollAgain()).emit).toHaveLength(0);
		// The server gives checkpoints again, and the entries that were listed again do not come a last time.
		last = await poll(portal, start, last);
		add();
		last = await poll(portal, start, last);
		expect([...emitted, ...last.emit]).toHaveLength(6);
		expect(last.state).toMatchObject({ rewalking: false, position: { at: 'checkpoint' } });
		expect(last.state.listedAgain).toBeUndefined();
	});
});

describe('checkpoints in a circle from poll to poll', () => {
	it.each(['securityEventCreatedOrUpdated', 'auditEntryCreated'] as const)(
		'%s: nothing comes twice, and the polls tell of it',
		async (event) => {
			const start = startOf(event, 'beginning');
			const at = (index: number) => isoOf((NOON - 1e6 + index) * 1000);
			let requests = 0;
			const fetchPage = async ({
				after_checkpoint: after = '0',
			}: PageQuery): Promise<Answer<Page>> => {
				requests++;
				const index = Number(after);
				const records = [{ id: `e${index}`, timestamp: at(index), updated_at: at(index) }];
				return { ok: true, value: { records, more: true, checkpoint: String((index + 1) % 7) } };
			};
			const portal = { fetchPage, now: NOON };
			const emitted: unknown[] = [];
			const faults: unknown[] = [];
			let state = newState(start);
			for (let polls = 0; polls < 12; polls++) {
				const result = await drain({
					state,
					fetchPage: portal.fetchPage,
					pageSize: { min: 1, max: 1 },
					maxItems: 2,
					matches: () => true,
					outOfTime: () => false,
					now: () => NOON,
					processNow: () => NOON,
				});
				emitted.push(...result.emit);
				faults.push(result.fault);
				state = stored(result) ?? state;
			}
			expect(emitted).toHaveLength(7);
			expect(faults.at(-1)).toEqual({ kind: 'stuck', why: 'repeated' });
			expect(requests).toBeLessThan(25);
		},
	);
});

describe('full page and false', () => {
	it('is not taken for the end of a long history', async () => {
		const portal = portalOf('events');
		for (let hour = 500; hour > 0; hour--) {
			portal.now = NOON - hour * HOUR;
			portal.create();
		}
		portal.now = NOON;
		portal.script = ['fullFalse'];
		const { emitted } = await pollToTheEnd(portal, startOf('securityEventCreated', 'beginning'));
		expect(emitted).toHaveLength(500);
	});
});

describe('anomalies', () => {
	const start = startOf('anomalyDetected');

	it('those on show at the start are old, the others come once, also when they stay on show for days', async () => {
		const portal = portalOf('anomalies');
		portal.addAnomaly(-5);
		let last = await poll(portal, start);
		portal.addAnomaly(-30);
		const emitted: unknown[] = [];
		for (let day = 0; day < 5; day++) {
			last = await poll(portal, start, last);
			emitted.push(...last.emit.map(({ id }) => id));
			portal.now += 24 * HOUR;
		}
		expect(emitted).toEqual(['anomaly-1']);
	});

	it('never asks for a later poll with an old checkpoint', async () => {
		const portal = portalOf('anomalies');
		for (let made = 0; made < 250; made++) portal.addAnomaly(1);
		const first = await poll(portal, start);
		const { length } = portal.requests;
		expect(length).toBe(3);
		await poll(portal, start, first);
		expect(portal.requests[length]).toEqual({ limit: 100 });
	});
});

describe('audits', () => {
	it('equal entries are two entries', async () => {
		const portal = portalOf('audits');
		const start = startOf('auditEntryCreated', 'beginning');
		portal.addAudit(false);
		portal.addAudit(true);
		const first = await poll(portal, start);
		expect(first.emit).toHaveLength(2);
		portal.addAudit(true);
		portal.expireCheckpoints();
		expect((await poll(portal, start, first)).emit).toHaveLength(1);
	});
});

describe('beyond the memory', () => {
	/** A chain so long that only its end fits into the memory, served without building it. */
	function longChain(count: number, hoursApart: number) {
		const timeOf = (index: number) =>
			NOON * 1000 - Math.round((count - index) * hoursApart * 3.6e9);
		const record = (index: number): ApiRecord => ({
			id: `e${index}`,
			type: 'defender',
			created_at: isoOf(timeOf(index)),
			updated_at: isoOf(timeOf(index)),
		});
		return async ({ limit, after_checkpoint: after }: PageQuery): Promise<Answer<Page>> => {
			const from = Number(after ?? 0);
			const to = Math.min(count, from + limit);
			const records = Array.from({ length: to - from }, (_, index) => record(from + index));
			return {
				ok: true,
				value: { records, checkpoint: String(to), more: to < count },
				serverTime: NOON,
			};
		};
	}

	const count = Number(process.env.CHAIN_LENGTH ?? 30_000);
	it.each([
		['a second apart', 1 / 3600],
		['an hour apart', 1],
	])(
		'%s: each once, and the state stays small',
		async (_name, hoursApart) => {
			const fetchPage = longChain(count, hoursApart);
			for (const event of ['securityEventCreated', 'securityEventCreatedOrUpdated'] as const) {
				const start = startOf(event, 'beginning');
				const portal = { fetchPage, now: NOON };
				let state = newState(start);
				let came = 0;
				let largest = 0;
				for (let caughtUp = false; !caughtUp; ) {
					const result = await drain({
						state,
						fetchPage: portal.fetchPage,
						pageSize: { min: 2, max: 100 },
						maxItems: 5_000,
						matches: () => true,
						outOfTime: () => false,
						now: () => NOON,
						processNow: () => NOON,
					});
					largest = Math.max(largest, JSON.stringify(result.state).length);
					state = stored(result) ?? newState(start);
					came += result.emit.length;
					caughtUp = result.caughtUp;
				}
				expect(came).toBe(count);
				expect(largest).toBeLessThanOrEqual(100_000);
			}
		},
		600_000,
	);

	it('bursts of more than the memory within an hour: nothing lost', async () => {
		const portal = portalOf('events');
		const start = startOf('securityEventCreated', 'beginning');
		for (let made = 0; made < 7_000; made++) {
			portal.now += 100;
			portal.create();
		}
		const first = await pollToTheEnd(portal, start);
		for (let pick = 0; pick < 50; pick++) portal.update(pick * 97);
		for (let made = 0; made < 10; made++) portal.create();
		const second = await pollToTheEnd(portal, start, first.last);
		const ids = new Set([...first.emitted, ...second.emitted].map(({ id }) => id));
		expect(ids.size).toBe(7_010);
		expect(first.emitted).toHaveLength(7_000);
		expect(Math.max(first.largest, second.largest)).toBeLessThanOrEqual(100_000);
	});
});

describe('the model itself', () => {
	it('writes timestamps as the API does, and reads them back', () => {
		expect(isoOf(NOON * 1000)).toBe('2026-01-31T12:00:00Z');
		expect(isoOf(NOON * 1000 + 1)).toBe('2026-01-31T12:00:00.000001Z');
		expect(microsOf(isoOf(NOON * 1000 + 123_456))).toBe(NOON * 1000 + 123_456);
	});

	it('springs the created_after trap', async () => {
		const portal = portalOf('events');
		portal.create();
		const empty = await portal.fetchPage({
			limit: 5,
			created_after: isoOf((NOON + HOUR) * 1000),
		});
		const trap = empty.ok ? empty.value.checkpoint : undefined;
		const all = await portal.fetchPage({
			limit: 5,
			...(trap === undefined ? {} : { after_checkpoint: trap }),
		});
		expect(all).toMatchObject({ value: { records: [{ id: 'event-0' }] } });
	});
});
