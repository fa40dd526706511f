/**
 * The playbook that exports all events, as users import it, in a real n8n with a real PostgreSQL. What
 * the database holds is compared with the simulator's ledger, version by version.
 */
import { stopAll } from '@test/stopAll.cjs';
import { repositoryFolder } from '@host/places.cjs';
import type { RunResult } from '@host/runResult.cjs';
import { readWorkflow, type Workflow } from '@host/workflow.cjs';
import { sortableTime } from '@nodes/shared/core/timestamp';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { withSettings } from '../../scripts/demo/playbooks.cjs';
import { findPostgres, startPostgres, type Postgres } from './postgres.cjs';
import { makeWorld, manual, type World } from './setup.cjs';

const found = findPostgres();
const id = 'proofpointExport';
const checkpointTable = 'Proofpoint export checkpoints';
const imported = readWorkflow(
	JSON.parse(
		readFileSync(path.join(repositoryFolder, 'playbooks/export-events-to-database.json'), 'utf8'),
	),
);
/** With a name of its own, so that copies of it share its checkpoint. */
const playbook = withSettings(imported, { portal: 'acme' });
/** What strangers may write into a subject. */
const trick = `'; drop table proofpoint_events; -- $1 {{ 1 + 1 }} \\u0000 \\ "" `;
/** A character 0 and half a character: PostgreSQL stores neither. */
const unstorable = { sent: '\u0000\u0000 \ud83d 😀', stored: '\ufffd\ufffd \ufffd 😀' };

let world: World;
let database: Postgres;
/** The portal of another customer. */
let other: Simulator;

const suite = 'folder' in found ? describe : describe.skip;
suite(`export to PostgreSQL${'missing' in found ? `: skipped, ${found.missing}` : ''}`, () => {
	beforeAll(async () => {
		if (!('folder' in found)) return;
		database = await startPostgres(found.folder);
		other = await startSimulator({ events: 30, seed: 12 });
		world = await makeWorld({ events: 430, seed: 11 }, {}, () => [
			{
				id: 'other-portal',
				name: 'Another portal',
				type: 'proofpointApi',
				data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
			},
		]);
		const { host, port, user, password, database: name } = database;
		await world.n8n.importCredentials([
			{
				id: 'postgres',
				name: 'Postgres account',
				type: 'postgres',
				data: { host, port, user, password, database: name, ssl: 'disable' },
			},
		]);
		await world.n8n.importWorkflows([playbook]);
		await world.n8n.start();
	}, 300_000);

	afterAll(async () => {
		await stopAll(world, other, database);
	}, 60_000);

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
		await run();

		await expectEverything();
		expect(await count()).toBe(431);
		const asked = await pagesAsked();
		expect(asked).toHaveLength(5);
		expect(new Set(asked).size).toBe(5);
		process.stderr.write(
			`export: 431 events, ${asked.length} requests, ${seconds(startedAt)} s in n8n\n`,
		);
		const subject = "event->'inbound_email_details'->>'subject'";
		const [[stored = ''] = []] = await database.query(
			`select ${subject} from proofpoint_events where ${subject} like '%drop table%'`,
		);
		expect(stored).toBe(trick + unstorable.stored);
	}, 60_000);

	test('a run with nothing new asks once and writes nothing', async () => {
		await world.simulator.clearRequests();
		await run();
		expect(await pagesAsked()).toHaveLength(1);
		expect(await count()).toBe(431);
	});

	test('updated events come as further versions', async () => {
		const updated = await world.simulator.updateEvents({ count: 120 });
		await run();
		await expectEverything();
		// Of an event that changed twice, only the newest version was on offer.
		expect(await count()).toBe(431 + new Set(updated.map((event) => event.id)).size);
		const [[newest] = []] = await database.query(
			'select count(*) from (select distinct on (id) * from proofpoint_events order by id, updated_at desc) as newest',
		);
		expect(newest).toBe('431');
	});

	test('of two versions with one time the later one is the row', async () => {
		const [event] = await world.simulator.createEvents({ type: 'guardian' });
		if (!event) throw new Error('No event was made');
		await run();
		const before = await count();
		await world.simulator.updateEvents({
			ids: [event.id],
			updatedAt: event.updated_at,
			fields: { portal_link: 'https://later.example' },
		});
		await run();
		expect(await count()).toBe(before);
		expect(
			await database.query(
				`select event->>'portal_link' from proofpoint_events where id = '${event.id}'`,
			),
		).toEqual([['https://later.example']]);
	});

	test('n8n is killed in the middle: the next run completes the export, without duplicates', async () => {
		const before = await count();
		await world.simulator.createEvents({ count: 700 });
		await world.simulator.set({ latencyMs: 400 });
		await world.simulator.clearRequests();
		await world.n8n.client.run(id, 'Run by hand');
		await until(async () => (await count()) > before + 100);
		await world.n8n.kill();
		const inBetween = (await count()) - before;
		expect(inBetween).toBeGreaterThan(0);
		expect(inBetween).toBeLessThan(700);

		await world.simulator.set({ latencyMs: 0 });
		await world.n8n.start();
		await run();
		await expectEverything();
		const asked = await pagesAsked();
		const again = asked.length - new Set(asked).size;
		// The page that was under way when n8n ended, and no other.
		expect(again).toBeLessThanOrEqual(1);
		process.stderr.write(
			`export: killed after ${inBetween} of 700 events; ${asked.length} requests in all, ${again} asked twice\n`,
		);
	}, 120_000);

	test('while the database refuses a page, the checkpoint stays', async () => {
		const [event] = await world.simulator.createEvents({ count: 3 });
		await database.query(
			`alter table proofpoint_events add constraint refused check (id <> '${event?.id}')`,
		);
		const kept = checkpoint();
		expect((await runAnyway()).error?.message).toContain('refused');
		expect(checkpoint()).toBe(kept);
		await database.query('alter table proofpoint_events drop constraint refused');
		await run();
		await expectEverything();
		expect(checkpoint()).not.toBe(kept);
	});

	test('empty pages are passed, and an answer without a checkpoint changes nothing', async () => {
		await world.simulator.createEvents({ count: 150 });
		const kept = checkpoint();
		await world.simulator.planPages({ endpoint: 'events', checkpoint: 'null' });
		await run();
		expect(checkpoint()).toBe(kept);
		await world.simulator.clearPages();

		await world.simulator.planPages({ endpoint: 'events', times: 3, empty: true, more: true });
		await run();
		await expectEverything();
		await world.simulator.clearPages();
	});

	test('a checkpoint that Proofpoint forgot: start over, and nothing comes twice', async () => {
		await world.simulator.createEvents({ count: 5 });
		await world.simulator.expireCheckpoints();
		expect((await runAnyway()).status).toBe('error');
		await world.n8n.executeMany([manual('start-over', forget)]);
		expect(checkpoint()).toBeUndefined();
		await run();
		await expectEverything();
	}, 60_000);

	test('a copy for another portal, as imported: its own checkpoint, its own rows', async () => {
		const before = (await rows()).sort();
		const kept = checkpoint();
		const copy = withCredential({ ...imported, id: 'exportOther' }, 'other-portal');
		await world.n8n.importWorkflows([copy]);
		const { client } = world.n8n;
		const result = await client.finishedExecution(await client.run('exportOther', 'Run by hand'));
		expect(result.error?.message).toBeUndefined();
		const theirs = "portal = 'exportOther'";
		const [[count] = []] = await database.query(
			`select count(*) from proofpoint_events where ${theirs}`,
		);
		expect(count).toBe('30');
		expect(checkpoint()).toBe(kept);
		await database.query(`delete from proofpoint_events where ${theirs}`);
		expect((await rows()).sort()).toEqual(before);
		await run();
		await expectEverything();
	}, 60_000);

	test('the schedule runs it, also when two runs overlap', async () => {
		const { n8n, simulator } = world;
		await n8n.publish(id);
		await n8n.client.deactivate(id);
		const often = await n8n.client.createWorkflow(everySecond(playbook));
		await simulator.set({ latencyMs: 1_500 });
		await n8n.client.activate(often);
		const created = await simulator.createEvents({ count: 250 });
		await until(async () => (await missing()).length === 0);
		await n8n.client.deactivate(often);
		await simulator.set({ latencyMs: 0 });
		expect(created).toHaveLength(250);
		await expectEverything();
		// What ran at the same time may have put back an older checkpoint, and that costs no more than this.
		await run();
		await expectEverything();
	}, 60_000);
});

/** Deletes the checkpoint as the playbook's note says. */
const forget = {
	name: 'Forget',
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1.1,
	parameters: {
		resource: 'row',
		operation: 'deleteRows',
		dataTableId: { __rl: true, mode: 'name', value: checkpointTable },
		filters: {
			conditions: [{ keyName: 'list', condition: 'eq', keyValue: 'security events' }],
		},
	},
};

async function runAnyway(): Promise<RunResult> {
	const { client } = world.n8n;
	return await client.finishedExecution(await client.run(id, 'Run by hand'));
}

async function run(): Promise<void> {
	const { error, status } = await runAnyway();
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}

/** `id updated_at` of every row. */
async function rows(): Promise<string[]> {
	const stored = await database.query(
		`select id, to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') from proofpoint_events`,
	);
	return stored.map(([event, updated]) => `${event} ${updated}`);
}

async function count(): Promise<number> {
	return (await rows()).length;
}

/** The newest version of each event that is not in the database. */
async function missing(): Promise<string[]> {
	const { events } = await world.simulator.ledger();
	const stored = new Set(await rows());
	return events
		.map((event) => `${event.id} ${sortableTime(event.versions.at(-1)?.updated_at)}`)
		.filter((version) => !stored.has(version));
}

/** Every event is there in its newest version, and no version is there that never was, or twice. */
async function expectEverything(): Promise<void> {
	expect(await missing()).toEqual([]);
	const { events } = await world.simulator.ledger();
	const known = new Set(
		events.flatMap((event) =>
			event.versions.map(({ updated_at }) => `${event.id} ${sortableTime(updated_at)}`),
		),
	);
	const stored = await rows();
	expect(new Set(stored).size).toBe(stored.length);
	expect(stored.filter((version) => !known.has(version))).toEqual([]);
}

/** The `after_checkpoint` of each request for a page that was answered, in order. */
async function pagesAsked(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests.map(({ query }) => query.after_checkpoint ?? '');
}

/** What the data table holds. */
function checkpoint(): string | undefined {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', checkpointTable);
	const [row] = world.n8n.query(
		`SELECT checkpoint FROM "data_table_user_${String(table?.id)}" WHERE portal = 'acme'`,
	);
	return row === undefined ? undefined : String(row.checkpoint);
}

/** A copy whose Proofpoint nodes have another credential. */
function withCredential(workflow: Workflow, credential: string): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.proofpointApi === undefined
			? node
			: { ...node, credentials: { proofpointApi: { id: credential, name: credential } } },
	);
	return { ...workflow, nodes };
}

function everySecond(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger'
			? {
					...node,
					parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } },
				}
			: node,
	);
	return { ...workflow, name: 'Export every second', nodes };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
	for (const end = Date.now() + 45_000; Date.now() < end; await delay(100)) {
		if (await holds()) return;
	}
	throw new Error('It did not happen within 45 seconds');
}

function seconds(since: number): string {
	return ((Date.now() - since) / 1000).toFixed(1);
}
