import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { resultsPageSchema } from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { JsonObject } from '@simulator/json.cjs';
import { twin } from '@simulator/twin.cjs';
import { askerOf } from './ask.cjs';
import { realShapes } from './realShapes.cjs';
import { shapeFaults, statisticsOf, type Leeway } from './shapeFaults.cjs';

const types = Object.keys(realShapes);
const exact: Leeway = { shares: 0, newer: false };
/** Newer records, other tenants: the shares may differ a little, and more fields may come. */
const like: Leeway = { shares: 0.15, newer: true };

let simulator: Simulator;
let events: JsonObject[];

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 3000,
		seed: 5,
		portal: 'https://acme.tessian-platform.com',
	});
	events = await chain();
});
afterAll(() => simulator.stop());

/** All events in the order of the chain, as a client gets them. */
async function chain(): Promise<JsonObject[]> {
	const ask = askerOf(simulator);
	const found: JsonObject[] = [];
	let query: Record<string, string> = {};
	for (let more = true; more; ) {
		const page = resultsPageSchema.parse((await ask('/api/v1/events', { query })).json);
		found.push(...page.results.map((record) => ({ ...record })));
		query = { after_checkpoint: String(page.checkpoint) };
		more = page.additional_results;
	}
	return found;
}

const ofType = (all: readonly JsonObject[], type: string) =>
	all.filter((event) => event['type'] === type);

describe('the twin of the 116 real records', () => {
	it.each(types)('%s: exactly the real fields, types, forms, nulls and lengths', (type) => {
		expect(shapeFaults(type, ofType(twin(), type), exact)).toEqual([]);
	});

	it('exactly the real times, ties, order and bursts', () => {
		const { protectedUsers, ...statistics } = statisticsOf(twin());
		expect(statistics).toEqual({
			types: { architect: 66, guardian: 22, defender: 28 },
			inOrderOfUpdate: true,
			inOrderOfCreation: false,
			ties: [17, 9, 7, 2, 2],
			wholeSeconds: 67,
			updatedBefore: 16,
			mostBeforeMs: 92,
			guardianLate: 18,
			guardianMinutes: [2, 57],
			burstSizes: [17, 2, 2, 1, 1, 1, 1, 1, 1, 1],
			simulations: 1,
			linksNameTheId: true,
		});
		expect(new Set(protectedUsers)).toEqual(new Set([1]));
	});

	it('is sent by a simulator that it was loaded into, record by record and in this order', async () => {
		const other = await startSimulatorHere({ events: 0 });
		try {
			const loaded = await other.load(twin());
			expect(loaded.map(({ id }) => id)).toEqual(twin().map(({ id }) => id));
			const ask = askerOf(other);
			const first = resultsPageSchema.parse((await ask('/api/v1/events')).json);
			const query = { after_checkpoint: String(first.checkpoint) };
			const second = resultsPageSchema.parse((await ask('/api/v1/events', { query })).json);
			expect([...first.results, ...second.results]).toEqual(twin());
		} finally {
			await other.stop();
		}
	});
});

describe('what the simulator makes up', () => {
	it.each(types)('%s: the real fields, types and forms, about as many nulls', (type) => {
		const made = ofType(events, type);
		expect(made.length).toBeGreaterThan(400);
		expect(shapeFaults(type, made, like)).toEqual([]);
	});

	it('times, ties, bursts and recipients lie as the real ones do', () => {
		const found = statisticsOf(events);
		expect(found.inOrderOfUpdate).toBe(true);
		expect(found.inOrderOfCreation).toBe(false);
		expect(found.ties.length).toBeGreaterThan(20);
		expect(found.wholeSeconds / events.length).toBeGreaterThan(0.2);
		expect(found.updatedBefore).toBeGreaterThan(50);
		expect(found.mostBeforeMs).toBeLessThanOrEqual(92);
		expect(found.linksNameTheId).toBe(true);
		const singles = found.burstSizes.filter((size) => size === 1).length;
		expect(singles / found.burstSizes.length).toBeGreaterThan(0.7);
		expect(found.burstSizes[0]).toBeGreaterThan(9);
		expect(found.burstSizes.filter((size) => size > 1).length).toBeGreaterThan(3);
		const single = found.protectedUsers.filter((users) => users === 1).length;
		expect(single / found.protectedUsers.length).toBeGreaterThan(0.93);
		expect(Math.max(...found.protectedUsers)).toBeGreaterThan(2);
		expect(found.simulations / found.protectedUsers.length).toBeGreaterThan(0.02);
	});

	it('Guardian events that were not updated since came 2 to 63 minutes late, in batches', async () => {
		await simulator.reset({ updated: 0 });
		const guardians = ofType(await chain(), 'guardian');
		const found = statisticsOf(guardians);
		expect(found.guardianLate / guardians.length).toBeGreaterThan(0.5);
		const [least, most] = found.guardianMinutes;
		expect(least).toBeGreaterThanOrEqual(2);
		expect(most).toBeLessThanOrEqual(63);
		expect(most).toBeGreaterThan(50);
		expect(found.ties.length).toBeGreaterThan(20);
	});

	it('nulls and absences that clients saw, in a few records each', () => {
		const share = (type: string, path: string, test: (value: unknown) => boolean) => {
			const records = ofType(events, type);
			const at = (event: unknown) =>
				path.split('.').reduce<unknown>((value, key) => fieldsIn(value)[key], event);
			return records.filter((event) => test(at(event))).length / records.length;
		};
		const isNull = (value: unknown) => value === null;
		const isAbsent = (value: unknown) => value === undefined;
		for (const path of [
			'inbound_email_details.from',
			'inbound_email_details.tessian_id',
			'defender_details.confidence',
			'defender_details.number_protected_users',
		]) {
			expect([path, share('defender', path, isNull)]).toEqual([path, expect.any(Number)]);
			expect(share('defender', path, isNull)).toBeGreaterThan(0);
			expect(share('defender', path, isNull)).toBeLessThan(0.05);
		}
		const hasNull = (value: unknown) => Array.isArray(value) && value.includes(null);
		expect(share('guardian', 'outbound_email_details.reply_to', hasNull)).toBeGreaterThan(0);
		const counts = 'defender_details.quarantine_status_count';
		expect(share('defender', counts, isAbsent)).toBeGreaterThan(0.05);
		expect(share('defender', counts, isAbsent)).toBeLessThan(0.3);
		const action = 'outbound_email_details.subsequent_action';
		expect(share('architect', action, isAbsent)).toBeGreaterThan(0.6);
		expect(share('guardian', 'guardian_details.admin_action', isAbsent)).toBeGreaterThan(0.6);
	});

	it('hostile justifications and links without a scheme are among them', () => {
		const text = JSON.stringify(events);
		expect(text).toContain('{{ $json.id }}');
		expect(text).toContain('\\\\Users');
		expect(text).toContain('ご確認済み');
		expect(text).toContain('"parcel-track.example/p/9');
	});

	it('a description that does not fit is noticed', () => {
		const [event] = ofType(twin(), 'guardian');
		const wrong = shapeFaults(
			'guardian',
			[{ ...event, id: '5c9d2c1e-0000-4000-a000-000000000000', novel: 1, portal_link: 7 }],
			like,
		);
		expect(wrong).toContain('novel: no real record has it');
		expect(wrong).toContain('portal_link: number instead of string');
		expect(wrong.some((fault) => fault.startsWith('id: "5c9d'))).toBe(true);
		const { guardian_details: _details, ...bare } = event ?? {};
		expect(shapeFaults('guardian', [bare], like)).toContain('guardian_details: missing');
		expect(shapeFaults('guardian', [event ?? {}], exact).length).toBeGreaterThan(0);
	});
});
