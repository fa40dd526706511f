/**
 * The playbook "security events to a SIEM", as users import it, in one real n8n: one copy for Splunk and one for Sentinel,
 * each with a portal of its own. What the SIEMs hold is compared with the simulators' ledgers, version by version.
 */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { stopAll } from '@test/stopAll.cjs';
import type { Simulator } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';

import { hostileTexts } from '../hostileTexts.cjs';
import { forget, manual } from './setup.cjs';
import type { SiemEdge } from './siemEdge.cjs';
import {
	everyVersion,
	makeSiemWorld,
	newest,
	sentinelId,
	splunkId,
	wrongId,
	type SiemWorld,
	table,
} from './siemWorld.cjs';

/** One character of it is three bytes of UTF-8, and six of escaped JSON. */
const longText = '見積書'.repeat(8_000);

let world: SiemWorld;
let other: Simulator;
let siem: SiemEdge;

beforeAll(async () => {
	world = await makeSiemWorld();
	({ other, siem } = world);
}, 600_000);

afterAll(async () => {
	await stopAll(world);
}, 240_000);

describe('Splunk', () => {
	test('the first run brings each event once, whole, in the order of the portal', async () => {
		await run(splunkId);
		expect(siem.splunk).toHaveLength(250);
		await expectEverything({ again: 0 });
		expect(siem.requests.map(({ status, count }) => [status, count])).toEqual([
			...[
				[200, 100],
				[200, 100],
			],
			[200, 50],
		]);
		const [first] = siem.splunk;
		if (first === undefined) throw new Error('No event arrived');
		const { event_version: _version, portal, ...record } = first.event;
		expect(record).toEqual(await world.simulator.event(record.id));
		expect(portal).toBe('acme');
		expect(first).toMatchObject({ host: 'proofpoint', sourcetype: 'proofpoint:event' });
		for (const { time, event } of siem.splunk) {
			const updated = String(event.updated_at);
			const fraction = /\.\d+/.exec(updated)?.[0] ?? '';
			expect(time).toBe(Number(`${Date.parse(`${updated.slice(0, 19)}Z`) / 1000}${fraction}`));
		}
	}, 360_000);

	test('a run with nothing new sends nothing; changed events are new versions', async () => {
		await run(splunkId);
		expect(siem.requests).toHaveLength(3);
		const changed = await world.simulator.updateEvents({ count: 40 });
		await run(splunkId);
		expect(siem.splunk).toHaveLength(250 + new Set(changed.map(({ id }) => id)).size);
		await expectEverything({ again: 0 });
	}, 240_000);

	test('forty hostile texts arrive as they were written, one event each', async () => {
		for (const [, subject] of hostileTexts) {
			await world.simulator.createEvents({
				type: 'guardian',
				fields: { outbound_email_details: { subject } },
			});
		}
		const before = siem.splunk.length;
		await run(splunkId);
		expect(siem.splunk.slice(before).map(subjectOf)).toEqual(hostileTexts.map(([, text]) => text));
		await expectEverything({ again: 0 });
	}, 240_000);

	test('large events: several requests, none above maxBytes; one that is too long loses its details only', async () => {
		const large = { guardian_details: { justifications: [longText, 'ok'] } };
		await world.simulator.createEvents({ type: 'guardian', count: 13, fields: large });
		const giant = { outbound_email_details: { subject: longText.repeat(8) } };
		const [tooLong] = await world.simulator.createEvents({ type: 'guardian', fields: giant });
		const before = siem.requests.length;
		await run(splunkId);
		await expectEverything({ again: 0 });
		const sent = siem.requests.slice(before);
		expect(sent.map(({ count }) => count)).toEqual([6, 6, 2]);
		for (const { bytes } of sent) expect(bytes).toBeLessThanOrEqual(900_000);
		const { event } = siem.splunk.at(-1) ?? {};
		expect(event).toMatchObject({
			id: tooLong?.id,
			shortened: expect.stringMatching(/1\d{6} bytes$/),
		});
		expect(event).not.toHaveProperty('outbound_email_details');
		expect(siem.splunk.at(-2)?.event).toMatchObject(large);
	}, 240_000);

	test('busy, then throttled: the same run waits as long as it was told, and sends once', async () => {
		await world.simulator.createEvents({ count: 3 });
		siem.next('throttle', 'busy');
		await run(splunkId);
		const [throttled, busy, accepted] = siem.requests.slice(-3);
		expect([throttled?.status, busy?.status, accepted?.status]).toEqual([429, 503, 200]);
		expect(Number(busy?.at) - Number(throttled?.at)).toBeGreaterThanOrEqual(2000);
		await expectEverything({ again: 0 });
	}, 240_000);

	test('refused for good: five tries or none, the checkpoint stays, the next run brings all', async () => {
		await world.simulator.createEvents({ count: 3 });
		const kept = checkpointOf('acme');
		siem.next(...Array.from({ length: 5 }, () => 'throttle' as const));
		const before = siem.requests.length;
		expect((await world.run(splunkId)).error?.message).toMatch(
			/after 5 tries.*429.*checkpoint stays/,
		);
		expect(siem.requests).toHaveLength(before + 5);
		siem.next('page');
		expect((await world.run(splunkId)).error?.message).toMatch(/after 1 tries.*200 <html>Sign in/);
		expect(checkpointOf('acme')).toBe(kept);
		await run(splunkId);
		await expectEverything({ again: 0 });
		expect(checkpointOf('acme')).not.toBe(kept);
	}, 480_000);

	test('a lost answer: only that batch arrives twice, with the same IDs', async () => {
		const large = { guardian_details: { justifications: [longText] } };
		await world.simulator.createEvents({ type: 'guardian', count: 8, fields: large });
		siem.next('accept', 'lose');
		const before = siem.requests.length;
		await run(splunkId);
		expect(siem.requests.slice(before).map(({ count }) => count)).toEqual([6, 2, 2]);
		await expectEverything({ again: 2 });
	}, 240_000);

	test('n8n is killed before it learns of the answer: nothing is lost, that page arrives twice', async () => {
		await world.simulator.createEvents({ count: 120 });
		const before = siem.splunk.length;
		siem.next('accept', 'hang');
		await world.n8n.client.run(splunkId, 'Run by hand');
		for (let tries = 0; siem.splunk.length < before + 120 && tries < 900; tries++) await delay(100);
		await world.n8n.kill();
		await world.n8n.start({ timeoutMs: 300_000 });
		await run(splunkId);
		await expectEverything({ again: 2 + 20 });
	}, 480_000);

	test('start over: everything comes again, with the IDs that it had', async () => {
		await world.simulator.expireCheckpoints();
		expect((await world.run(splunkId)).status).toBe('error');
		await world.n8n.executeMany([manual('start-over', forget(table, 'portal', 'acme'))]);
		const known = new Set(siem.splunk.map(({ event }) => event.event_version));
		const before = siem.splunk.length;
		await run(splunkId);
		const again = siem.splunk.slice(before).map(({ event }) => event.event_version);
		const { events } = await world.simulator.ledger();
		expect(again).toHaveLength(events.length);
		expect(again.filter((version) => !known.has(version))).toEqual([]);
	}, 360_000);
});

describe('Sentinel', () => {
	test('each event of the other portal once, with one token; a checkpoint of its own', async () => {
		await run(sentinelId);
		expect(siem.tokens).toBe(1);
		expect(world.checkpoints().map(({ portal, list }) => [portal, list])).toEqual([
			['acme', 'security events to splunk'],
			[sentinelId, 'security events to sentinel'],
		]);
		expect(siem.sentinel.map(({ EventVersion }) => EventVersion)).toEqual(
			newest(await other.ledger()),
		);
		for (const row of [siem.sentinel[0], siem.sentinel.at(-1)]) {
			if (row === undefined) throw new Error('No row arrived');
			const { Email, Details, More, ...columns } = row;
			const event = await other.event(columns.EventId);
			const own = Object.keys(event).filter((name) => name.endsWith('_details') && event[name]);
			expect(own.map((name) => event[name])).toEqual(expect.arrayContaining([Email, Details]));
			expect(columns).toEqual({
				TimeGenerated: event.updated_at,
				UpdatedAt: event.updated_at,
				CreatedAt: event.created_at,
				EventVersion: `${String(event.id)}#${String(event.updated_at)}`,
				EventId: event.id,
				EventType: event.type,
				Portal: sentinelId,
				PortalLink: event.portal_link,
			});
			const placed = ['id', 'type', 'created_at', 'updated_at', 'portal_link', ...own];
			expect([...Object.keys(More), ...placed].sort()).toEqual(Object.keys(event).sort());
		}
	}, 240_000);

	test('large and hostile events: none lost, none above a megabyte', async () => {
		await other.createEvents({
			type: 'defender',
			count: 9,
			fields: { inbound_email_details: { urls: [longText] } },
		});
		for (const [, subject] of hostileTexts.slice(-12)) {
			await other.createEvents({
				type: 'defender',
				fields: { inbound_email_details: { subject } },
			});
		}
		const before = siem.requests.length;
		await run(sentinelId);
		expect(siem.sentinel).toHaveLength(130 + 21);
		expect(siem.sentinel.slice(-12).map(({ Email }) => Email)).toEqual(
			hostileTexts.slice(-12).map(([, subject]) => expect.objectContaining({ subject })),
		);
		const sent = siem.requests.slice(before);
		expect(sent.length).toBeGreaterThan(1);
		for (const { status, bytes } of sent) {
			expect(status).toBe(204);
			expect(bytes).toBeLessThanOrEqual(900_000);
		}
	}, 240_000);

	test('throttled, and with an expired token: the same run sends everything once', async () => {
		await other.createEvents({ count: 2 });
		siem.expireToken();
		siem.next('throttle');
		await run(sentinelId);
		expect(siem.requests.slice(-2).map(({ status }) => status)).toEqual([429, 204]);
		expect(siem.sentinel).toHaveLength(130 + 23);
	}, 240_000);
});

test('a target that it does not know is refused before anything is asked for', async () => {
	await world.simulator.clearRequests();
	expect((await world.run(wrongId)).error?.message).toMatch(/target must be splunk or sentinel/);
	expect((await world.simulator.requests()).requests).toEqual([]);
}, 120_000);

/** The checkpoint of one portal. */
const checkpointOf = (portal: string): unknown =>
	world.checkpoints().find((row) => row.portal === portal)?.checkpoint;

const subjectOf = ({ event }: { event: Record<string, unknown> }): unknown =>
	fieldsIn(event.outbound_email_details).subject;

async function run(id: string): Promise<void> {
	const { error, status } = await world.run(id);
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}

/** Splunk has the newest version of every event and none that never was; `again` came a second time. */
async function expectEverything({ again }: { again: number }): Promise<void> {
	const ledger = await world.simulator.ledger();
	const sent = siem.splunk.map(({ event }) => event.event_version);
	const distinct = new Set(sent);
	const real = new Set(everyVersion(ledger));
	expect(newest(ledger).filter((version) => !distinct.has(version))).toEqual([]);
	expect([...distinct].filter((version) => !real.has(version))).toEqual([]);
	expect(sent.length - distinct.size).toBe(again);
}
