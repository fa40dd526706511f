/**
 * The playbook that exports all events, as users import it, in a real n8n with a real PostgreSQL. What
 * the database holds is compared with the simulator's ledger, version by version.
 */
import { stopAll } from '@test/stopAll.cjs';
import { everySeconds, reached } from './playbookWorld.cjs';
import {
	checkpointTable,
	exportId,
	ExportWorld,
	imported,
	playbook,
	withCredential,
} from './exportWorld.cjs';
import { findPostgres } from './postgres.cjs';
import { forget, manual } from './setup.cjs';

const found = findPostgres();
/** What strangers may write into a subject. */
const trick = `'; drop table proofpoint_events; -- $1 {{ 1 + 1 }} \\u0000 \\ "" `;
/** A character 0 and half a character: PostgreSQL stores neither. */
const unstorable = { sent: '\u0000\u0000 \ud83d 😀', stored: '\ufffd\ufffd \ufffd 😀' };

let world: ExportWorld;

const suite = 'folder' in found ? describe : describe.skip;
suite(`export to PostgreSQL${'missing' in found ? `: skipped, ${found.missing}` : ''}`, () => {
	beforeAll(async () => {
		if ('folder' in found) world = await ExportWorld.start(found.folder);
	}, 600_000);

	afterAll(async () => await stopAll(world), 60_000);

	test('its id is short enough for n8n to keep what its trigger stores', () => {
		expect(playbook.id).toMatch(/^[A-Za-z0-9]{1,16}$/);
	});

	test('the first run brings every event once, and asks for no page twice', async () => {
		await world.simulator.createEvents({
			type: 'defender',
			fields: { inbound_email_details: { subject: trick + unstorable.sent } },
		});
		await world.simulator.clearRequests();
		const startedAt = Date.now();
		await world.run();

		await world.expectEverything();
		expect(await world.count()).toBe(431);
		const asked = await world.pagesAsked();
		expect(asked).toHaveLength(5);
		expect(new Set(asked).size).toBe(5);
		process.stderr.write(
			`export: 431 events, ${asked.length} requests, ${seconds(startedAt)} s in n8n\n`,
		);
		const subject = "event->'inbound_email_details'->>'subject'";
		const [[stored = ''] = []] = await world.database.query(
			`select ${subject} from proofpoint_events where ${subject} like '%drop table%'`,
		);
		expect(stored).toBe(trick + unstorable.stored);
	}, 120_000);

	test('a run with nothing new asks once and writes nothing', async () => {
		await world.simulator.clearRequests();
		await world.run();
		expect(await world.pagesAsked()).toHaveLength(1);
		expect(await world.count()).toBe(431);
	});

	test('updated events come as further versions', async () => {
		const updated = await world.simulator.updateEvents({ count: 120 });
		await world.run();
		await world.expectEverything();
		// Of an event that changed twice, only the newest version was on offer.
		expect(await world.count()).toBe(431 + new Set(updated.map((event) => event.id)).size);
		const [[newest] = []] = await world.database.query(
			'select count(*) from (select distinct on (id) * from proofpoint_events order by id, updated_at desc) as newest',
		);
		expect(newest).toBe('431');
	});

	test('of two versions with one time the later one is the row', async () => {
		const [event] = await world.simulator.createEvents({ type: 'guardian' });
		if (!event) throw new Error('No event was made');
		await world.run();
		const before = await world.count();
		await world.simulator.updateEvents({
			ids: [event.id],
			updatedAt: event.updated_at,
			fields: { portal_link: 'https://later.example' },
		});
		await world.run();
		expect(await world.count()).toBe(before);
		expect(
			await world.database.query(
				`select event->>'portal_link' from proofpoint_events where id = '${event.id}'`,
			),
		).toEqual([['https://later.example']]);
	});

	test('n8n is killed in the middle: the next run completes the export, without duplicates', async () => {
		const before = await world.count();
		await world.simulator.createEvents({ count: 700 });
		await world.simulator.clearRequests();
		await world.simulator.addFaults({
			endpoint: 'events',
			nth: 4,
			times: 0,
			action: { kind: 'hang' },
		});
		await world.n8n.client.run(exportId, 'Run by hand');
		expect(await reached(async () => (await world.count()) > before + 100)).toBe(true);
		await world.n8n.kill();
		const inBetween = (await world.count()) - before;
		expect(inBetween).toBeGreaterThan(0);
		expect(inBetween).toBeLessThan(700);

		await world.simulator.clearFaults();
		await world.n8n.start();
		await world.run();
		await world.expectEverything();
		const asked = await world.pagesAsked();
		const again = asked.length - new Set(asked).size;
		// The page that was under way when n8n ended, and no other.
		expect(again).toBeLessThanOrEqual(1);
		process.stderr.write(
			`export: killed after ${inBetween} of 700 events; ${asked.length} requests in all, ${again} asked twice\n`,
		);
	}, 240_000);

	test('while the database refuses a page, the checkpoint stays', async () => {
		const [event] = await world.simulator.createEvents({ count: 3 });
		await world.database.query(
			`alter table proofpoint_events add constraint refused check (id <> '${event?.id}')`,
		);
		const kept = world.checkpoint();
		expect((await world.runAnyway()).error?.message).toContain('refused');
		expect(world.checkpoint()).toBe(kept);
		await world.database.query('alter table proofpoint_events drop constraint refused');
		await world.run();
		await world.expectEverything();
		expect(world.checkpoint()).not.toBe(kept);
	});

	test('empty pages are passed, and an answer without a checkpoint changes nothing', async () => {
		await world.simulator.createEvents({ count: 150 });
		const kept = world.checkpoint();
		await world.simulator.planPages({ endpoint: 'events', checkpoint: 'null' });
		await world.run();
		expect(world.checkpoint()).toBe(kept);
		await world.simulator.clearPages();

		await world.simulator.planPages({ endpoint: 'events', times: 3, empty: true, more: true });
		await world.run();
		await world.expectEverything();
		await world.simulator.clearPages();
	});

	test('a checkpoint that Proofpoint forgot: start over, and nothing comes twice', async () => {
		await world.simulator.createEvents({ count: 5 });
		await world.simulator.expireCheckpoints();
		expect((await world.runAnyway()).status).toBe('error');
		await world.n8n.executeMany([
			manual('start-over', forget(checkpointTable, 'list', 'security events')),
		]);
		expect(world.checkpoint()).toBeUndefined();
		await world.run();
		await world.expectEverything();
	}, 120_000);

	test('a copy for another portal, as imported: its own checkpoint, its own rows', async () => {
		const before = (await world.rows()).sort();
		const kept = world.checkpoint();
		const copy = withCredential({ ...imported, id: 'exportOther' }, 'other-portal');
		await world.n8n.importWorkflows([copy]);
		const { client } = world.n8n;
		const result = await client.finishedExecution(await client.run('exportOther', 'Run by hand'));
		expect(result.error?.message).toBeUndefined();
		const theirs = "portal = 'exportOther'";
		const [[count] = []] = await world.database.query(
			`select count(*) from proofpoint_events where ${theirs}`,
		);
		expect(count).toBe('30');
		expect(world.checkpoint()).toBe(kept);
		await world.database.query(`delete from proofpoint_events where ${theirs}`);
		expect((await world.rows()).sort()).toEqual(before);
		await world.run();
		await world.expectEverything();
	}, 120_000);

	test('the schedule runs it, also when two runs overlap', async () => {
		const { n8n, simulator } = world;
		await n8n.publish(exportId);
		await n8n.client.deactivate(exportId);
		const often = await n8n.client.createWorkflow(everySeconds(1, 'Export every second', playbook));
		await simulator.set({ latencyMs: 1_500 });
		await n8n.client.activate(often);
		const created = await simulator.createEvents({ count: 250 });
		expect(await reached(async () => (await world.missing()).length === 0)).toBe(true);
		await n8n.client.deactivate(often);
		await simulator.set({ latencyMs: 0 });
		expect(created).toHaveLength(250);
		await world.expectEverything();
		// What ran at the same time may have put back an older checkpoint, and that costs no more than this.
		await world.run();
		await world.expectEverything();
	}, 120_000);
});

function seconds(since: number): string {
	return ((Date.now() - since) / 1000).toFixed(1);
}
