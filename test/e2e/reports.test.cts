/**
 * The playbooks "connection health report" and "audit trail to a SIEM", as users import them, in one real n8n: with a
 * real mail server and with a collector that refuses, loses answers and never answers.
 */
import { stopAll } from '@test/stopAll.cjs';
import { repositoryFolder } from '@host/places.cjs';
import type { RunResult } from '@host/runResult.cjs';
import { readWorkflow, type Workflow } from '@host/workflow.cjs';
import { monitoredUserSchema, type AuditEntry } from '@nodes/shared/api/contract';
import { endpoints } from '@nodes/shared/api/endpoints';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { withSettings } from '../../scripts/demo/playbooks.cjs';
import {
	startEventCollector,
	type CollectedEvent,
	type EventCollector,
} from './eventCollector.cjs';
import { startMailServer, type MailServer, type ReceivedMail } from './mailServer.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { makeWorld, manual, type World } from './setup.cjs';
import { shown } from './shown.cjs';

const health = readPlaybook('connection-health-report.json');
const siem = withSettings(readPlaybook('audit-trail-to-siem.json'), { portal: 'acme' });
const healthId = 'proofpointHealth';
const siemId = 'proofpointSiem';
const checkpointTable = 'Proofpoint SIEM checkpoints';
const good = 'Good connection';

let world: World;
let mailServer: MailServer;
let collector: EventCollector;
/** The portal of another customer. */
let other: Simulator;

beforeAll(async () => {
	mailServer = await startMailServer();
	collector = await startEventCollector();
	other = await startSimulator({ events: 5, audits: 40, seed: 22 });
	world = await makeWorld({ events: 5, users: 400, audits: 1300, seed: 21 }, {}, () => [
		{
			id: 'other-portal',
			name: 'Other',
			type: 'proofpointApi',
			data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
		},
	]);
	const { host, port, user, password } = mailServer;
	await world.n8n.importCredentials([
		{
			id: 'smtp',
			name: 'SMTP account',
			type: 'smtp',
			data: { host, port, user, password, secure: false, disableStartTls: true },
		},
		{
			id: 'http-header-auth',
			name: 'SIEM collector',
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Splunk ${collector.token}` },
		},
	]);
	await world.n8n.importWorkflows([health, withSettings(siem, { collector: collector.url })]);
	await world.n8n.start();
}, 180_000);

afterAll(async () => {
	await stopAll(world, other, mailServer, collector);
}, 60_000);

test('their ids are short enough for n8n to keep what their triggers store, and no key is inside', () => {
	for (const playbook of [health, siem]) {
		expect(playbook.id).toMatch(/^[A-Za-z0-9]{1,16}$/);
		expect(JSON.stringify(playbook)).not.toMatch(/API-Token|"password"/);
	}
});

describe('connection health report', () => {
	test('one mail, one row per user with a problem, and nobody else', async () => {
		const { simulator } = world;
		// A status that nobody knows yet, and a name that would break the mail.
		await simulator.setUserStatus({ status: '<b>Broken</b> & odd', count: 2, from: 7 });
		await simulator.clearRequests();
		const mail = await reportMail();
		const expected = await problems(7);
		expect(mail.sender).toBe('proofpoint-report@example.com');
		expect(mail.recipients).toEqual(['it-support@example.com']);
		expect(mail.subject).toBe(
			`Proofpoint: ${expected.length} of 400 users have a connection problem`,
		);
		expect(rowsOf(mail).map(([address, problem]) => `${problem}: ${address}`)).toEqual(expected);
		expect(expected.filter((row) => row.startsWith('‹b›Broken‹/b› ＆ odd'))).toHaveLength(2);
		expect(mail.html).not.toContain('<b>Broken');
		const { requests } = await simulator.requests();
		const lines = requests.map(
			({ method, path: at, query, status }) => `${method} ${at}?limit=${query.limit} ${status}`,
		);
		process.stderr.write(`health: ${lines[0]}; mail "${mail.subject}", ${expected.length} rows\n`);
	}, 60_000);

	test('the number of days in “Settings” decides when an add-in is silent', async () => {
		const { simulator } = world;
		await simulator.setUserStatus({ status: good, count: 400 });
		const often = withSettings(health, { addinSilentDays: 1 });
		const [run] = await world.n8n.executeMany([often], { trigger: 'Run by hand' });
		expect(run?.error?.message).toBeUndefined();
		const expected = await problems(1);
		expect(expected.length).toBeGreaterThan((await problems(7)).length);
		expect(
			expected.every((row) => row.startsWith('Good connection, but the add-in is silent')),
		).toBe(true);
		expect(rowsOf(latest()).map(([address, problem]) => `${problem}: ${address}`)).toEqual(
			expected,
		);
	}, 60_000);

	test('forty hostile texts as statuses: no cell holds a line, a link, a mention or markup', async () => {
		const { simulator } = world;
		await simulator.setUserStatus({ status: good, count: 400 });
		for (const [index, [, status]] of hostileTexts.entries()) {
			await simulator.setUserStatus({ status, count: 1, from: index });
		}
		const mail = await reportMail();
		const cells = [...mail.html.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell);
		expect(cells.length).toBeGreaterThanOrEqual(5 * hostileTexts.length);
		const bad = cells.flatMap((cell) => {
			const reason = damages(cell.replaceAll(/&#\d+;/g, ''), { lines: 1, length: 400 });
			return reason.length === 0 ? [] : [{ reason, cell }];
		});
		expect(bad).toEqual([]);
		expect(new Set(mail.html.match(/<\/?[a-z]+/g))).toEqual(
			new Set([
				'<b',
				'</b',
				'<br',
				'<table',
				'</table',
				'<tr',
				'</tr',
				'<th',
				'</th',
				'<td',
				'</td',
			]),
		);
	}, 90_000);

	test('a night with nothing to report says so', async () => {
		await world.simulator.reset({ users: 3 });
		await world.simulator.setUserStatus({ status: good, count: 3 });
		expect(await problems(7)).toEqual([]);
		const mail = await reportMail();
		expect(mail.subject).toBe('Proofpoint: all 3 users are connected');
		expect(rowsOf(mail)).toEqual([]);
	}, 60_000);

	test('a portal without users, and one that refuses, are not taken for a good night', async () => {
		await world.simulator.reset({ users: 0 });
		expect((await reportMail()).subject).toBe('Proofpoint: no monitored users found');
		await world.simulator.addFaults({
			endpoint: 'monitoredUsers',
			times: 0,
			action: { kind: 'status', status: 403 },
		});
		const mail = await reportMail();
		expect(mail.subject).toBe('Proofpoint: the connection report could not be made');
		expect(mail.html).toContain('User Monitoring');
		await world.simulator.clearFaults();
	}, 60_000);

	test('many users: the first 500 rows; a mail server that fails once gets the mail again', async () => {
		await world.simulator.reset({ users: 700 });
		await world.simulator.setUserStatus({ status: 'Connection issues', count: 700 });
		mailServer.refuse(1);
		const before = mailServer.refused;
		const mail = await reportMail();
		expect(mailServer.refused).toBe(before + 1);
		expect(mail.subject).toContain('700 of 700');
		expect(rowsOf(mail)).toHaveLength(500);
		expect(mail.html).toContain('<p>and 200 more</p>');
		await world.simulator.reset();
	}, 60_000);
});

describe('audit trail to a SIEM', () => {
	test('the first run brings the whole trail, each entry once, in order', async () => {
		await world.simulator.clearRequests();
		await run();
		await expectEverything({ twice: 0 });
		expect(collector.events).toHaveLength(1300);
		const [first] = collector.events;
		expect(first).toMatchObject({
			host: 'proofpoint',
			source: 'n8n',
			sourcetype: 'proofpoint:audit',
		});
		for (const { time, event } of collector.events) {
			expect(time).toBe(
				Number(
					`${Date.parse(`${event.timestamp.slice(0, 19)}Z`) / 1000}${fraction(event.timestamp)}`,
				),
			);
		}
		expect(await asked()).toHaveLength(2);
		process.stderr.write(`siem: ${(await asked()).join('; ')} | ${collector.log.join('; ')}\n`);
	}, 60_000);

	test('a run with nothing new asks once and sends nothing', async () => {
		const sent = collector.log.length;
		await world.simulator.clearRequests();
		await run();
		expect(await asked()).toHaveLength(1);
		expect(collector.log).toHaveLength(sent);
	}, 30_000);

	test('two equal entries are two', async () => {
		const twin = {
			timestamp: new Date().toISOString(),
			type: 'Twin',
			details: 'twin',
			user: 'a',
			ip: 'b',
		};
		await world.simulator.createAudits({ count: 2, fields: { ...twin, category: 'Twin' } });
		await run();
		await expectEverything({ twice: 0 });
		const twins = collector.events.filter(({ event }) => event.details === 'twin');
		expect(new Set(twins.map(({ event }) => event.entry_id)).size).toBe(2);
	}, 30_000);

	test('a collector that refuses once: the same run sends the page again, once', async () => {
		await world.simulator.createAudits({ count: 3 });
		collector.next('refuse');
		await run();
		expect(collector.log.slice(-2).map((line) => line.split(' ')[2])).toEqual(['503', '200']);
		await expectEverything({ twice: 0 });
	}, 60_000);

	test('a collector that goes on refusing: the checkpoint stays, and the next run brings all', async () => {
		await world.simulator.createAudits({ count: 3 });
		const kept = checkpoint();
		collector.next('refuse', 'refuse', 'refuse');
		const failed = await runAnyway();
		expect(failed.status).toBe('error');
		expect(checkpoint()).toBe(kept);
		collector.next('page');
		expect((await runAnyway()).error?.message).toContain('did not confirm the page');
		expect(checkpoint()).toBe(kept);
		await run();
		await expectEverything({ twice: 0 });
		expect(checkpoint()).not.toBe(kept);
	}, 90_000);

	test('a lost answer: the page comes twice, with the same ids', async () => {
		await world.simulator.createAudits({ count: 4 });
		collector.next('lose');
		await run();
		await expectEverything({ twice: 4 });
	}, 60_000);

	test('n8n is killed after the collector took the page: nothing is lost, that page comes twice', async () => {
		await world.simulator.createAudits({ count: 1010 });
		const kept = checkpoint();
		const before = collector.events.length;
		collector.next('hang');
		await world.n8n.client.run(siemId, 'Run by hand');
		await until(() => collector.events.length >= before + 1000);
		await world.n8n.kill();
		expect(checkpoint()).toBe(kept);
		await world.n8n.start();
		await run();
		await expectEverything({ twice: 4 + 1000 });
		process.stderr.write(`siem: ${collector.log.slice(-3).join('; ')}\n`);
	}, 120_000);

	test('start over: everything comes again, with the ids that it had', async () => {
		await world.simulator.expireCheckpoints();
		expect((await runAnyway()).status).toBe('error');
		const before = new Set(collector.events.map(({ event }) => event.entry_id));
		const taken = collector.events.length;
		await world.n8n.executeMany([manual('start-over', forget)]);
		expect(checkpoint()).toBeUndefined();
		await run();
		const again = collector.events.slice(taken).map(({ event }) => event.entry_id);
		expect(again).toHaveLength(before.size);
		expect(new Set(again)).toEqual(before);
	}, 60_000);

	test('a copy for another portal, as imported: its own checkpoint, its own entries', async () => {
		const kept = checkpoint();
		const before = collector.events.length;
		const { audits } = await other.ledger();
		const imported = withSettings(readPlaybook('audit-trail-to-siem.json'), {
			collector: collector.url,
		});
		const nodes = imported.nodes.map((node) =>
			node.credentials?.proofpointApi === undefined
				? node
				: { ...node, credentials: { proofpointApi: { id: 'other-portal', name: 'Other' } } },
		);
		await world.n8n.importWorkflows([{ ...imported, nodes, id: 'siemOther' }]);
		const { client } = world.n8n;
		const result = await client.finishedExecution(await client.run('siemOther', 'Run by hand'));
		expect(result.error?.message).toBeUndefined();
		const theirs = collector.events.slice(before).map(({ event }) => event);
		expect(theirs).toHaveLength(audits.length);
		expect(new Set(theirs.map(({ portal }) => portal))).toEqual(new Set(['siemOther']));
		expect(checkpoint()).toBe(kept);
		await run();
		expect(collector.events).toHaveLength(before + audits.length);
	}, 60_000);

	test('both schedules start', async () => {
		await world.n8n.publish(siemId);
		await world.n8n.publish(healthId);
		const often = await world.n8n.client.createWorkflow(
			everySecond(withSettings(siem, { collector: collector.url })),
		);
		await world.n8n.client.activate(often);
		const made = await world.simulator.createAudits({ count: 2 });
		await until(() =>
			made.every((entry) => collector.events.some(({ event }) => isSame(event, entry))),
		);
		await world.n8n.client.deactivate(often);
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
		filters: { conditions: [{ keyName: 'list', condition: 'eq', keyValue: 'audit trail' }] },
	},
};

/** Runs the report by hand; returns the one mail that it sent. */
async function reportMail(): Promise<ReceivedMail> {
	const before = mailServer.mails.length;
	const { client } = world.n8n;
	const result = await client.finishedExecution(await client.run(healthId, 'Run by hand'));
	expect(result.error?.message).toBeUndefined();
	expect(mailServer.mails).toHaveLength(before + 1);
	return latest();
}

function latest(): ReceivedMail {
	const mail = mailServer.mails.at(-1);
	if (mail === undefined) throw new Error('No mail came');
	return mail;
}

/** The cells of each row of the table, as text. */
function rowsOf({ html }: ReceivedMail): string[][] {
	return [...html.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(([, row = '']) =>
		[...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) =>
			cell.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
		),
	);
}

const usersSchema = z.object({ results: z.array(monitoredUserSchema) });

/** `problem: address` of each user who has to be in the report, from the API's own answer. */
async function problems(silentDays: number): Promise<string[]> {
	const answer = await fetch(`${world.simulator.url}${endpoints.monitoredUsers.path}?limit=2000`, {
		headers: { Authorization: `API-Token ${world.simulator.token}` },
	});
	const { results } = usersSchema.parse(await answer.json());
	const since = Date.now() - silentDays * 86_400_000;
	return results
		.flatMap((user) => {
			if (user.status !== good) return [`${user.status}: ${user.address}`];
			const signs = [user.addin_ping, user.addin_check, user.m365_addin_check];
			const heard = signs.some((sign) => sign !== null && Date.parse(sign) >= since);
			const has = user.addin_version !== null || user.addin_hardware !== null;
			return has && !heard ? [`Good connection, but the add-in is silent: ${user.address}`] : [];
		})
		.sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
		.map(shown);
}

async function runAnyway(): Promise<RunResult> {
	const { client } = world.n8n;
	return await client.finishedExecution(await client.run(siemId, 'Run by hand'));
}

async function run(): Promise<void> {
	const { error, status } = await runAnyway();
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}

/** The collector has every entry of the trail, in order, none that never was; `twice` came a second time. */
async function expectEverything({ twice }: { twice: number }): Promise<void> {
	const { audits } = await world.simulator.ledger();
	const seen = new Set<string>();
	const distinct = collector.events.filter(({ event }) => {
		const isNew = !seen.has(event.entry_id);
		seen.add(event.entry_id);
		return isNew;
	});
	expect(distinct.map(({ event: { entry_id: _id, portal: _portal, ...entry } }) => entry)).toEqual(
		audits,
	);
	expect(collector.events.length - distinct.length).toBe(twice);
}

function isSame(event: CollectedEvent['event'], entry: AuditEntry): boolean {
	return event.timestamp === entry.timestamp && event.details === entry.details;
}

function fraction(timestamp: string): string {
	return /\.\d+/.exec(timestamp)?.[0] ?? '';
}

/** The requests for pages of the trail, as lines of the simulator's log. */
async function asked(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter(({ endpoint }) => endpoint === 'audits')
		.map(
			({ method, path: at, query, status }) =>
				`${method} ${at}?limit=${query.limit}${query.after_checkpoint === undefined ? '' : '&after_checkpoint=…'} ${status}`,
		);
}

/** What the data table holds. */
function checkpoint(): string | undefined {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', checkpointTable);
	const [row] = world.n8n.query(
		`SELECT checkpoint FROM "data_table_user_${String(table?.id)}" WHERE portal = 'acme'`,
	);
	return row === undefined ? undefined : String(row.checkpoint);
}

function everySecond(workflow: Workflow): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger'
			? { ...node, parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } } }
			: node,
	);
	return { ...workflow, name: 'Every second', nodes };
}

function readPlaybook(file: string): Workflow {
	return readWorkflow(
		JSON.parse(readFileSync(path.join(repositoryFolder, 'playbooks', file), 'utf8')),
	);
}

async function until(holds: () => boolean): Promise<void> {
	for (const end = Date.now() + 45_000; Date.now() < end; await delay(100)) {
		if (holds()) return;
	}
	throw new Error('It did not happen within 45 seconds');
}
