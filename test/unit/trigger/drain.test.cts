/** What one poll does and what the next one makes of it; the guarantee itself is in the property tests. */
import { triggerLog } from '@nodes/Trigger/words';
import { ModelPortal, type Kind } from './modelPortal.cjs';
import { Player } from './player.cjs';
import { startOf, type Start } from './polling.cjs';
import { isoOf, microsOf } from './times.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const HOUR = 3_600_000;

function portalOf(kind: Kind): ModelPortal {
	return new ModelPortal(kind, NOON, { dateHeader: true, seed: 1, looseEnd: false });
}

/** A portal with so many events, and a trigger that begins at the beginning. */
function stageOf(count: number, event: Start['event'] = 'securityEventCreated') {
	const portal = portalOf('events');
	for (let made = 0; made < count; made++) portal.create();
	return { portal, player: new Player(startOf(event, 'beginning'), portal) };
}

describe('"now" does not replay the platform', () => {
	it.each(['securityEventCreated', 'securityEventCreatedOrUpdated'] as const)(
		'%s',
		async (event) => {
			const portal = portalOf('events');
			for (let hour = 2000; hour > 0; hour--) {
				portal.now = NOON - hour * HOUR;
				portal.create();
				if (hour % 7 === 0) portal.update(hour);
			}
			portal.now = NOON;
			const player = new Player(startOf(event), portal);
			expect(await player.poll()).toMatchObject({ emit: [], caughtUp: true, progressed: true });
			// It looks back a little, not through everything.
			expect(portal.requests.length).toBeLessThan(6);
			portal.create();
			expect((await player.poll()).emit).toHaveLength(1);
		},
	);

	it('updates of events from long ago are found behind "now"', async () => {
		const portal = portalOf('events');
		for (let hour = 200; hour > 0; hour--) {
			portal.now = NOON - hour * HOUR;
			portal.create();
		}
		portal.now = NOON;
		const player = new Player(startOf('securityEventCreatedOrUpdated'), portal);
		await player.poll();
		portal.now += 60_000;
		for (let round = 0; round < 20; round++) portal.update(0);
		expect((await player.poll()).emit).toHaveLength(20);
	});
});

describe('a refused checkpoint', () => {
	it('goes on from the last time dealt with, once, and says so', async () => {
		const portal = portalOf('events');
		const player = new Player(startOf('securityEventCreated'), portal);
		await player.poll();
		for (let made = 0; made < 5; made++) portal.create();
		expect((await player.poll()).emit).toHaveLength(5);
		portal.expireCheckpoints();
		portal.create();
		const third = await player.poll();
		expect(third.emit.map(({ id }) => id)).toEqual(['event-5']);
		expect(third.notices).toEqual([triggerLog.checkpointRefused()]);
		expect(await player.poll()).toMatchObject({ emit: [], caughtUp: true, notices: [] });
	});

	it('with nothing to find is settled by one poll, not by every poll anew', async () => {
		const { player, portal } = stageOf(1);
		portal.now += 100 * HOUR;
		await player.toTheEnd();
		portal.expireCheckpoints();
		expect((await player.poll()).notices).toEqual([triggerLog.checkpointRefused()]);
		expect(await player.poll()).toMatchObject({ emit: [], notices: [] });
	});

	it('when everything is refused the old state stays', async () => {
		const { player, portal } = stageOf(1);
		await player.toTheEnd();
		const before = player.stored;
		portal.script = [
			{ kind: 'status', status: 400 },
			{ kind: 'status', status: 400 },
		];
		expect(await player.poll()).toMatchObject({ progressed: false, fault: { status: 400 } });
		expect(portal.script).toEqual([]);
		expect(player.stored).toBe(before);
		portal.create();
		expect((await player.poll()).emit).toHaveLength(1);
	});

	it.each([401, 403, 429, 500])('%i does not touch the checkpoint', async (status) => {
		const { player, portal } = stageOf(1);
		await player.toTheEnd();
		portal.script = [{ kind: 'status', status }];
		const requests = portal.requests.length;
		const second = await player.poll();
		expect(second).toMatchObject({ progressed: false, emit: [], fault: { status } });
		expect(portal.requests).toHaveLength(requests + 1);
	});

	it.each(['securityEventCreated', 'securityEventCreatedOrUpdated'] as const)(
		'%s: of 15,000 none comes twice',
		async (event) => {
			const portal = portalOf('events');
			portal.now -= 15_000_000;
			for (let made = 0; made < 15_000; made++) {
				portal.now += 1000;
				portal.create();
			}
			const player = new Player(startOf(event, 'beginning'), portal);
			for (let polls = 0; polls < 14; polls++) await player.poll({ maxItems: 1000 });
			portal.expireCheckpoints();
			await player.toTheEnd({ maxItems: 1000 });
			const twice = player.delivered.length - new Set(player.delivered.map(({ id }) => id)).size;
			expect({ twice, came: player.delivered.length }).toEqual({ twice: 0, came: 15_000 });
		},
	);
});

it.each(['securityEventCreated', 'securityEventCreatedOrUpdated'] as const)(
	'%s: a version without a readable time comes once, after refused checkpoints too',
	async (event) => {
		const portal = portalOf('events');
		const player = new Player(startOf(event), portal);
		await player.poll();
		const garbled = { created_at: null, updated_at: 'garbage' };
		portal.create({ fields: { ...garbled, subject: 'one' } });
		portal.create({ fields: { ...garbled, subject: 'other' } });
		portal.create();
		await player.toTheEnd();
		for (let round = 0; round < 3; round++) {
			portal.now += 50 * HOUR;
			portal.create();
			await player.toTheEnd();
			portal.expireCheckpoints();
			await player.toTheEnd();
		}
		const ids = player.delivered.map(({ id }) => id);
		expect(ids).toHaveLength(6);
		expect(new Set(ids).size).toBe(6);
	},
);

it('a record from the far future does not make what was not walked yet count as walked', async () => {
	const portal = portalOf('events');
	portal.now -= 8_000_000;
	for (let made = 0; made < 8_000; made++) {
		portal.now += 1000;
		portal.create(made === 3_000 ? { fields: { updated_at: '2099-01-01T00:00:00Z' } } : {});
	}
	portal.update(10);
	const player = new Player(startOf('securityEventCreated', 'beginning'), portal);
	for (let polls = 0; polls < 7; polls++) await player.poll({ maxItems: 1000 });
	portal.expireCheckpoints();
	await player.toTheEnd({ maxItems: 1000 });
	expect(new Set(player.delivered.map(({ id }) => id)).size).toBe(8_000);
	expect(player.delivered.filter(({ id }) => id === 'event-10')).toHaveLength(1);
});

describe('progress', () => {
	it('keeps and delivers the pages before a fault', async () => {
		const { player, portal } = stageOf(250);
		portal.script = ['plain', 'plain', { kind: 'network', code: 'ECONNRESET', sent: true }];
		const first = await player.poll();
		expect(first).toMatchObject({ progressed: true, caughtUp: false, fault: { kind: 'network' } });
		expect(first.emit).toHaveLength(200);
		expect((await player.poll()).emit).toHaveLength(50);
	});

	it('stops at maxItems and when the time is over, at the end of a page', async () => {
		const { player } = stageOf(350);
		expect((await player.poll({ maxItems: 120 })).emit).toHaveLength(120);
		expect((await player.poll({ pagesInTime: 1 })).emit).toHaveLength(100);
		await player.toTheEnd();
		expect(player.delivered).toHaveLength(350);
	});

	it('asks for pages within the bounds of the API, never 1 or 101', async () => {
		const { portal } = stageOf(450);
		for (const maxItems of [1, 99, 100, 101, 201, 100_000]) {
			const player = new Player(startOf('securityEventCreated', 'beginning'), portal);
			await player.poll({ maxItems });
		}
		for (const { limit } of portal.requests) {
			expect(limit).toBeGreaterThanOrEqual(2);
			expect(limit).toBeLessThanOrEqual(100);
		}
	});

	it('an event that is updated between its two pages comes once, in its newest version', async () => {
		const { player, portal } = stageOf(150);
		portal.between = [() => undefined, () => portal.update(0)];
		const { emit } = await player.poll();
		expect(emit).toHaveLength(150);
		expect(emit.at(-1)).toMatchObject({ id: 'event-0', revision: 1 });
	});

	it('a quiet poll changes nothing, so that the host has nothing to store', async () => {
		const { player, portal } = stageOf(1);
		await player.toTheEnd();
		portal.script = ['unchangedCheckpoint'];
		expect(await player.poll()).toMatchObject({ emit: [], progressed: false, caughtUp: true });
	});

	it('a page that promises more but gives no way on is a fault, not a loss and not an endless repetition', async () => {
		const { player, portal } = stageOf(150);
		portal.script = ['missingCheckpoint'];
		expect(await player.poll()).toMatchObject({
			emit: [],
			progressed: false,
			fault: { kind: 'stuck', why: 'missing' },
		});
		expect((await player.poll()).emit).toHaveLength(150);
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
