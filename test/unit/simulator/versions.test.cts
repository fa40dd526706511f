/** The control calls with which a test says itself what the chain shows, and when. */
import { z } from 'zod';
import { eventSchema, resultsPageSchema } from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { JsonObject } from '@simulator/json.cjs';
import { twin } from '@simulator/twin.cjs';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 10, remediationDelay: 0 });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const last = async (): Promise<JsonObject> => {
	const page = resultsPageSchema.parse((await ask('/api/v1/events')).json);
	return { ...page.results.at(-1) };
};
const release = (id: string) =>
	ask('/api/v1/remediation/release_from_quarantine', { method: 'POST', body: { event_id: id } });

async function held(): Promise<string> {
	const [event] = await simulator.createEvents({ type: 'defender', releasable: true });
	return event?.id ?? '';
}

describe('publishing versions', () => {
	it('a whole record is sent exactly as it is, whatever it holds, and replaces what was there', async () => {
		const id = await held();
		const record = { id, created_at: 'soon', updated_at: '2020-01-01T00:00:00Z', odd: [null] };
		await simulator.publish({ record });
		expect(await last()).toEqual(record);
		const stranger = { id: 'any text', type: 'sentinel' };
		const [touched] = await simulator.publish({ record: stranger });
		expect(await last()).toEqual(stranger);
		expect(touched).toMatchObject({ id: 'any text', type: 'sentinel' });
		expect(await simulator.event('any text')).toEqual(stranger);
		const { events } = await simulator.state();
		expect(events).toBe(12);
	});

	it('the next version of a record from outside has its own time, and the fields laid over it', async () => {
		const [event] = twin().slice(-2);
		await simulator.load(event ? [event] : []);
		const id = event?.id ?? '';
		await simulator.updateEvents({ ids: [id], fields: { note: 1 } });
		const { updated_at, ...rest } = await last();
		const { updated_at: before, ...wanted } = { ...event };
		expect(rest).toEqual({ ...wanted, note: 1 });
		expect(String(updated_at) > String(before)).toBe(true);
	});

	it('counts of an event, then what an action does with them', async () => {
		const id = await held();
		const quarantine = (admin: object) => ({
			defender_details: { quarantine_status_count: { admin_quarantine_status_count: admin } },
		});
		await simulator.publish({
			id,
			counts: {
				admin: { quarantined: 0, released: 1, not_quarantined: 0 },
				user: { quarantined: 0, not_quarantined: 1 },
				deletion: { deleted: 1, not_deleted: 0 },
			},
		});
		expect(await last()).toMatchObject({
			...quarantine({ quarantined: 0, released: 1 }),
			defender_details: { deletion_status_count: { deleted: 1, deletion_pending: 0 } },
		});
		expect((await release(id)).json).toMatchObject({
			results: [{ error: 'EMAIL_NOT_FOUND_IN_QUARANTINE' }],
		});
		await simulator.publish({
			id,
			counts: { admin: { quarantined: 1, released: 0 }, deletion: { deleted: 0 } },
		});
		expect((await release(id)).json).toMatchObject({ results: [{ error: null }] });
		expect(await last()).toMatchObject(quarantine({ quarantined: 0, released: 1 }));
	});

	it('versions come when they were told to, in the order of their times, and end with a reset', async () => {
		const id = await held();
		const fields = (step: number) => ({ id, fields: { step } });
		const now = await simulator.publish(
			{ ...fields(3), afterMs: 90_000 },
			{ ...fields(2), afterMs: 30_000 },
			fields(1),
			{ ...fields(4), afterMs: 600_000 },
		);
		expect(now).toHaveLength(1);
		expect(await last()).toMatchObject({ step: 1 });
		for (const step of [2, 3]) {
			expect(await simulator.next()).toBe(true);
			expect(await last()).toMatchObject({ step });
		}
		await simulator.reset();
		expect(await simulator.next()).toBe(false);
		const again = await held();
		await simulator.publish({ id: again, fields: { step: 5 }, afterMs: 20 });
		const asked = performance.now();
		// Jest ends it where it does not come.
		while ((await last())['step'] !== 5);
		expect(performance.now() - asked).toBeGreaterThan(10);
	});

	it('two versions with one `updated_at`, and one that takes fields away', async () => {
		const id = await held();
		const updatedAt = '2030-01-01T00:00:00.000001Z';
		const { checkpoint } = await eventPage(ask);
		await simulator.publish(
			{ id, updatedAt, fields: { step: 1 } },
			{ id, updatedAt, fields: { step: 2 }, without: ['portal_link'] },
		);
		const page = await eventPage(ask, { after_checkpoint: checkpoint });
		expect(page.events).toEqual([expect.objectContaining({ id, updated_at: updatedAt })]);
		const record = await last();
		expect(record).toMatchObject({ step: 2 });
		expect(record).not.toHaveProperty('portal_link');
	});

	it('refuses what it cannot publish', async () => {
		const bad = [{}, { id: 'x', record: { id: 'x' } }, { id: 'unknown' }];
		for (const version of bad)
			await expect(simulator.publish(version)).rejects.toThrow('Simulator');
		const id = await held();
		await expect(simulator.publish({ id, updatedAt: 'today' })).rejects.toThrow('ISO 8601');
		const nameless = { record: z.custom<{ id: string }>().parse({ type: 'x' }) };
		await expect(simulator.publish(nameless)).rejects.toThrow('record');
	});
});

it('new events are bursts of their own, or one burst', async () => {
	const bursts = async (oneBurst: boolean) => {
		const made = await simulator.createEvents({ type: 'defender', count: 8, oneBurst });
		const records = await Promise.all(made.map(({ id }) => simulator.event(id)));
		return new Set(
			records.map((record) => eventSchema.parse(record).defender_details?.burst_attack_id),
		).size;
	};
	expect(await bursts(false)).toBe(8);
	expect(await bursts(true)).toBe(1);
});

describe('times', () => {
	it('the chain stays in the order of `updated_at`, also when an event becomes visible late', async () => {
		const late = new Date(Date.now() - 70 * 60_000).toISOString();
		const before = await last();
		const [event] = await simulator.createEvents({ type: 'guardian', createdAt: late });
		const { updated_at, created_at } = eventSchema.parse(await simulator.event(event?.id ?? ''));
		expect(Date.parse(created_at)).toBe(Date.parse(late));
		expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(Date.parse(String(before['updated_at'])));
		const ahead = '2031-01-01T00:00:00Z';
		await simulator.createEvents({ createdAt: ahead });
		const [next] = await simulator.createEvents({ type: 'defender' });
		await simulator.updateEvents({ ids: [next?.id ?? ''] });
		expect(String((await last())['updated_at']) > ahead.replace('Z', '.000000Z')).toBe(true);
	});

	it('about half of the new Architect events are stamped as updated just before they were created', async () => {
		const made = await simulator.createEvents({ type: 'architect', count: 40 });
		const before = made.filter(({ created_at, updated_at }) => updated_at < created_at);
		expect(before.length).toBeGreaterThan(5);
		expect(before.length).toBeLessThan(35);
	});

	it('Guardian events of the live stream become visible together', async () => {
		await simulator.set({ guardianBatchMs: 200 });
		await simulator.setLive({ perSecond: 200, updateProbability: 0, type: 'guardian' });
		const { startSequence } = await simulator.ledger();
		const live = async () => (await simulator.ledger(startSequence)).events;
		// Jest ends it where they do not come.
		while ((await live()).length < 51);
		await simulator.setLive({ perSecond: 0 });
		const events = await live();
		const times = new Set(events.map(({ versions }) => versions[0]?.updated_at));
		expect(times.size).toBeLessThan(8);
		expect(events.every((event) => event.created_at < String(event.versions[0]?.updated_at))).toBe(
			true,
		);
	});
});
