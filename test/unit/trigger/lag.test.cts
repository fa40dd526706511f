/** How far behind a trigger says that it is. */
import { ModelPortal, type Kind } from './modelPortal.cjs';
import { ModelUsers } from './modelUsers.cjs';
import { Player } from './player.cjs';
import { chainEvents, startOf, type TriggerEvent } from './polling.cjs';
import { microsOf } from './times.cjs';

const NOON = Date.parse('2026-01-31T12:00:00Z');
const MINUTE = 60_000;

function portalOf(kind: Kind, dateHeader = true): ModelPortal {
	return new ModelPortal(kind, NOON - 500 * MINUTE, { dateHeader, seed: 1, looseEnd: false });
}

describe.each(chainEvents)('%s', (event) => {
	/** 500 records, a minute apart; the last one is a minute old. */
	const stage = (dateHeader = true) => {
		const portal = portalOf(event === 'auditEntryCreated' ? 'audits' : 'events', dateHeader);
		for (let made = 0; made < 500; made++) {
			if (event === 'auditEntryCreated') portal.addAudit(false);
			else portal.create();
			portal.now += MINUTE;
		}
		return { portal, player: new Player(startOf(event, 'beginning'), portal) };
	};
	const timeOf = ({ timestamp, updated_at }: Record<string, unknown>) =>
		microsOf(updated_at ?? timestamp) / 1000;

	it.each([true, false])(
		'in a backlog: the age of the last record that was passed; at the end 0 (API says its time: %s)',
		async (dateHeader) => {
			const { player, portal } = stage(dateHeader);
			for (let polls = 1; polls <= 4; polls++) {
				const { behindMs, caughtUp, emit } = await player.poll({ maxItems: 100 });
				expect(caughtUp).toBe(false);
				const age = portal.now - timeOf(emit.at(-1) ?? {});
				expect(Math.abs((behindMs ?? NaN) - age)).toBeLessThan(5_000);
			}
			expect((await player.toTheEnd()).behindMs).toBe(0);
			portal.now += 600 * MINUTE;
			expect(await player.poll()).toMatchObject({ caughtUp: true, behindMs: 0 });
		},
	);

	it('is not 0 while a backlog is walked again, nor when a fault ends a poll', async () => {
		const { player, portal } = stage();
		for (let polls = 0; polls < 3; polls++) await player.poll({ maxItems: 100 });
		portal.expireCheckpoints();
		const again = await player.poll({ maxItems: 100, pagesInTime: 1 });
		expect(again.caughtUp).toBe(false);
		expect(again.behindMs).toBeGreaterThan(MINUTE);
		portal.script = ['plain', { kind: 'status', status: 503 }];
		const cut = await player.poll();
		expect(cut.caughtUp).toBe(false);
		expect(cut.behindMs).toBeGreaterThan(MINUTE);
	});

	it('a poll that gets nowhere does not say that it has caught up', async () => {
		const { player, portal } = stage();
		await player.toTheEnd();
		portal.now += 90 * MINUTE;
		portal.script = [{ kind: 'status', status: 503 }];
		const { behindMs, caughtUp } = await player.poll();
		expect({ behindMs, caughtUp }).not.toMatchObject({ behindMs: 0 });
		expect(caughtUp).toBe(false);
	});
});

it('an event that is updated late counts by its update, in the order of the chain', async () => {
	const portal = portalOf('events');
	for (let made = 0; made < 300; made++) portal.create();
	portal.now += 300 * MINUTE;
	for (let made = 0; made < 200; made++) portal.update(0);
	portal.now += 10 * MINUTE;
	const player = new Player(startOf('securityEventCreated', 'beginning'), portal);
	for (let polls = 0; polls < 2; polls++) {
		const { behindMs, emit } = await player.poll({ maxItems: 100 });
		const age = portal.now - microsOf(emit.at(-1)?.updated_at) / 1000;
		expect(Math.abs((behindMs ?? NaN) - age)).toBeLessThan(5_000);
	}
});

it.each<TriggerEvent>(['anomalyDetected', 'userConnectionChanged'])(
	'%s: 0 at the end of a listing and only there',
	async (event) => {
		const anomalies = portalOf('anomalies');
		const users = new ModelUsers(NOON);
		for (let made = 0; made < 25; made++) {
			anomalies.addAnomaly(1);
			users.add(made, 'Good connection');
		}
		const portal = event === 'anomalyDetected' ? anomalies : users;
		const options = { pageSize: { min: 1, max: 10 } };
		const player = new Player(startOf(event, 'beginning'), portal, options);
		const said: Array<number | undefined> = [];
		for (let polls = 0; polls < 6; polls++) {
			said.push((await player.poll({ pagesInTime: 1 })).behindMs);
			portal.now += MINUTE;
		}
		expect(said.map((behindMs) => behindMs === 0)).toEqual([
			false,
			false,
			true,
			false,
			false,
			true,
		]);
		// A listing that goes on over polls is as far behind as it has taken.
		expect(said[1]).toBeGreaterThan(MINUTE - 1);
	},
);
