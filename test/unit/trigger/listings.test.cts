/** Listings that end oddly, are listed anew, or are longer than the memory. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Answer } from '@nodes/shared/core/fault';
import type { Page, PageQuery } from '@nodes/shared/core/walk';
import { ModelPortal, type Kind } from './modelPortal.cjs';
import { Player } from './player.cjs';
import { chainEvents, startOf } from './polling.cjs';
import { isoOf } from './times.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const HOUR = 3_600_000;

function portalOf(kind: Kind): ModelPortal {
	return new ModelPortal(kind, NOON, { dateHeader: true, seed: 1, looseEnd: false });
}

describe('a last page without a checkpoint', () => {
	it.each(chainEvents)('%s: comes once, however often it is listed', async (event) => {
		const portal = portalOf(event === 'auditEntryCreated' ? 'audits' : 'events');
		const add = () => (event === 'auditEntryCreated' ? portal.addAudit(true) : portal.create());
		const player = new Player(startOf(event, 'beginning'), portal);
		const pollAgain = async () => {
			portal.script = ['missingCheckpoint'];
			const polled = await player.poll();
			expect(polled.fault).toBeUndefined();
			return polled;
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
		await player.poll();
		add();
		await player.poll();
		expect(player.delivered).toHaveLength(6);
		expect(player.phase).toBe('following');
	});
});

describe('checkpoints in a circle from poll to poll', () => {
	it.each(['securityEventCreatedOrUpdated', 'auditEntryCreated'] as const)(
		'%s: nothing comes twice, and the polls tell of it',
		async (event) => {
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
			const player = new Player(
				startOf(event, 'beginning'),
				{ fetchPage, now: NOON },
				{ pageSize: { min: 1, max: 1 } },
			);
			const faults: unknown[] = [];
			for (let polls = 0; polls < 12; polls++) {
				faults.push((await player.poll({ maxItems: 2 })).fault);
			}
			expect(player.delivered).toHaveLength(7);
			expect(faults.at(-1)).toEqual({ kind: 'stuck', why: 'repeated' });
			expect(requests).toBeLessThan(25);
		},
	);
});

it('a full page that promises nothing is not taken for the end of a long history', async () => {
	const portal = portalOf('events');
	for (let hour = 500; hour > 0; hour--) {
		portal.now = NOON - hour * HOUR;
		portal.create();
	}
	portal.now = NOON;
	portal.script = ['fullFalse'];
	const player = new Player(startOf('securityEventCreated', 'beginning'), portal);
	await player.toTheEnd();
	expect(player.delivered).toHaveLength(500);
});

describe('anomalies', () => {
	it('those on show at the start are old, the others come once, also when they stay on show for days', async () => {
		const portal = portalOf('anomalies');
		portal.addAnomaly(-5);
		const player = new Player(startOf('anomalyDetected'), portal);
		await player.poll();
		portal.addAnomaly(-30);
		for (let day = 0; day < 5; day++) {
			await player.poll();
			portal.now += 24 * HOUR;
		}
		expect(player.delivered.map(({ id }) => id)).toEqual(['anomaly-1']);
	});

	it.each([
		['one poll', Infinity],
		['several polls', 2000],
	])(
		'more than are remembered otherwise, listed in %s: each comes once',
		async (_name, maxItems) => {
			const portal = portalOf('anomalies');
			const count = 5_250;
			for (let made = 0; made < count; made++) portal.addAnomaly(1);
			const options = { pageSize: { min: 1, max: 1000 } };
			const player = new Player(startOf('anomalyDetected', 'beginning'), portal, options);
			for (let polls = 0; polls < 12; polls++) {
				if (polls === 7) portal.addAnomaly(1);
				await player.poll({ maxItems });
			}
			expect(player.delivered).toHaveLength(count + 1);
			expect(new Set(player.delivered.map(({ id }) => id)).size).toBe(count + 1);
			portal.now += 24 * HOUR;
			portal.addAnomaly(1);
			await player.poll({ maxItems });
			expect(player.delivered).toHaveLength(count + 2);
			expect(player.stored?.length).toBeLessThan(100_000);
		},
	);

	it('never asks with the checkpoint of a listing that was ended', async () => {
		const portal = portalOf('anomalies');
		for (let made = 0; made < 250; made++) portal.addAnomaly(1);
		const player = new Player(startOf('anomalyDetected'), portal);
		await player.poll();
		const { length } = portal.requests;
		expect(length).toBe(3);
		await player.poll();
		expect(portal.requests[length]).toEqual({ limit: 100 });
	});

	it.each([
		['one page', 1000, 500],
		['five pages', 100, 100],
	])(
		'500 on %s with Max Items 1: one request per poll, a whole page each, each once, and then caught up',
		async (_name, max, onPage) => {
			const portal = portalOf('anomalies');
			for (let made = 0; made < 500; made++) portal.addAnomaly(1);
			const options = { pageSize: { min: 1, max } };
			const player = new Player(startOf('anomalyDetected', 'beginning'), portal, options);
			for (let polls = 1; polls <= 500 / onPage; polls++) {
				const { behindMs, emit } = await player.poll({ maxItems: 1 });
				expect(emit).toHaveLength(onPage);
				expect(behindMs === 0).toBe(polls === 500 / onPage);
				expect(portal.requests).toHaveLength(polls);
			}
			expect(new Set(player.delivered.map(({ id }) => id)).size).toBe(500);
			expect(portal.requests.filter(({ limit }) => limit !== max)).toEqual([]);
			const { caughtUp, emit } = await player.poll();
			expect({ caughtUp, emit }).toEqual({ caughtUp: true, emit: [] });
		},
	);

	it('a day that ends while it is worked off is worked off, and the next one after it', async () => {
		const portal = portalOf('anomalies');
		for (let made = 0; made < 30; made++) portal.addAnomaly(1);
		const options = { pageSize: { min: 1, max: 10 } };
		const player = new Player(startOf('anomalyDetected', 'beginning'), portal, options);
		for (let polls = 0; polls < 2; polls++) await player.poll({ maxItems: 1 });
		portal.now += 24 * HOUR;
		for (let made = 0; made < 10; made++) portal.addAnomaly(1);
		for (let polls = 0; polls < 30; polls++) await player.poll({ maxItems: 1 });
		const ids = player.delivered.map(({ id }) => Number(String(id).slice(8)));
		expect(ids).toEqual(Array.from({ length: 40 }, (_, at) => at));
	});
});

it('equal audit entries are two', async () => {
	const portal = portalOf('audits');
	const player = new Player(startOf('auditEntryCreated', 'beginning'), portal);
	portal.addAudit(false);
	portal.addAudit(true);
	expect((await player.poll()).emit).toHaveLength(2);
	portal.addAudit(true);
	portal.expireCheckpoints();
	expect((await player.poll()).emit).toHaveLength(1);
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
			for (const event of ['securityEventCreated', 'securityEventCreatedOrUpdated'] as const) {
				const portal = { fetchPage: longChain(count, hoursApart), now: NOON };
				const player = new Player(startOf(event, 'beginning'), portal);
				await player.toTheEnd({}, count);
				expect(player.delivered).toHaveLength(count);
				expect(player.largestState).toBeLessThanOrEqual(100_000);
			}
		},
		600_000,
	);

	it('bursts of more than the memory within an hour: nothing lost', async () => {
		const portal = portalOf('events');
		const player = new Player(startOf('securityEventCreated', 'beginning'), portal);
		for (let made = 0; made < 7_000; made++) {
			portal.now += 100;
			portal.create();
		}
		await player.toTheEnd();
		expect(player.delivered).toHaveLength(7_000);
		for (let pick = 0; pick < 50; pick++) portal.update(pick * 97);
		for (let made = 0; made < 10; made++) portal.create();
		await player.toTheEnd();
		expect(new Set(player.delivered.map(({ id }) => id)).size).toBe(7_010);
		expect(player.largestState).toBeLessThanOrEqual(100_000);
	});
});
