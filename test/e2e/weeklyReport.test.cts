/**
 * The playbook "weekly report", as users import it, in one real n8n with a real mail server and two portals. What the mail
 * says is compared with what the simulator was told and what the trace holds.
 */
import type { Workflow } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { DateTime } from 'luxon';
import { z } from 'zod';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { startMailServer, type MailServer, type ReceivedMail } from './mailServer.cjs';
import { impatient, withNodes } from './playbookWorld.cjs';
import { items, makeWorld, manual, proofpointApi, type World } from './setup.cjs';

const zone = 'Asia/Kolkata';
const thisWeek = DateTime.now().setZone(zone).startOf('week');
const week = thisWeek.minus({ weeks: 1 });
const otherPortal = { id: 'other-portal', name: 'Other portal' };
const playbook = readPlaybook('weekly-report.json');
const here = { id: 'weeklyHere', portal: 'acme' };
const there = { id: 'weeklyThere', portal: 'globex' };

let world: World;
let mailServer: MailServer;
/** A portal with many events. */
let other: Simulator;
/** The execution that could not read the portal. */
let refused = '';

beforeAll(async () => {
	mailServer = await startMailServer();
	other = await startSimulator({ events: 4000, days: 30, seed: 5 });
	world = await makeWorld({ events: 0 }, {}, () => [
		{
			...otherPortal,
			type: 'proofpointApi',
			data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
		},
	]);
	const { host, port, user, password } = mailServer;
	const smtp = { host, port, user, password, secure: false, disableStartTls: true };
	await world.n8n.importCredentials([
		{ id: 'smtp', name: 'SMTP account', type: 'smtp', data: smtp },
	]);
	await world.n8n.importWorkflows([
		copy(withSettings(playbook, { portal: here.portal }), here.id, proofpointApi),
		copy(
			withSettings(playbook, { portal: there.portal, tracePortals: 'globex', maxEvents: 300 }),
			there.id,
			otherPortal,
		),
		{ ...playbook, id: 'weeklyReport' },
	]);
	await world.n8n.start();
	await world.n8n.publish('weeklyReport');
}, 300_000);

afterAll(async () => {
	await world?.stop();
	await other?.stop();
	await mailServer?.stop();
}, 60_000);

test('a portal that refuses: the execution fails, and nothing is sent; the next hour sends', async () => {
	await world.simulator.addFaults({
		endpoint: 'events',
		times: 0,
		action: { kind: 'status', status: 403 },
	});
	const failed = await start(here.id);
	expect(failed.message).toMatch(/Security Events/);
	refused = failed.execution;
	expect(mailServer.mails).toEqual([]);
	await world.simulator.clearFaults();
});

test('an empty week is a mail, and says so', async () => {
	const [mail] = await mails(here.id, 'Run by hand');
	expect(mail?.subject).toBe(
		`Proofpoint: no security events and 0 actions in the week of ${week.toISODate()}`,
	);
	expect(mail?.html).toContain('Proofpoint has no security events of this week.');
	expect(mail?.html).toContain('The trace of the playbooks has no action of this week.');
	expect(rowsOf(mail)).toEqual([]);
	expect(mail).toMatchObject({
		sender: 'proofpoint-report@example.com',
		recipients: ['security@example.com'],
	});
	await setRows('Proofpoint reports', []);
}, 60_000);

test('counts the week, from midnight to midnight of the zone, and the trace; compares with the week before', async () => {
	await create('defender', week, { confidence: 'HIGH' }, { from: 'Eve@evil.example' });
	await create(
		'defender',
		week.plus({ days: 3 }),
		{ confidence: 'LOW' },
		{ from: 'eve@evil.example' },
	);
	await create(
		'defender',
		thisWeek.minus({ milliseconds: 2 }),
		{ confidence: 'HIGH' },
		{ from: null },
	);
	await create('defender', week.minus({ milliseconds: 5 }), {}, {});
	await create('defender', thisWeek, {}, {});
	for (const type of ['guardian', 'guardian', 'architect', 'sentinel']) {
		await world.simulator.createEvents({ type, createdAt: iso(week.plus({ days: 1 })) });
	}
	const at = (days: number) => iso(week.plus({ days }));
	const row = (outcome: string, confirmation: string, when: string, portal = 'a') => ({
		at: when,
		portal,
		what: 'delete from inboxes',
		event: `defender::inbound-${outcome.length}`,
		outcome,
		confirmation,
	});
	await setRows('Proofpoint actions', [
		row('queued', 'confirmed', at(0)),
		row('queued', 'timedOut', at(1)),
		row('alreadyHandled', '', at(2)),
		row('not done: declined', '', at(3), 'globex'),
		row('failed or not known: 500', '', at(4)),
		row('queued', 'confirmed', at(-0.001)),
		row('queued', 'confirmed', at(7)),
	]);
	const before = week.minus({ weeks: 1 }).toISODate();
	await setRows('Proofpoint reports', [
		{ portal: 'acme', week: before, events: '41', defender: '40', done: '3', failed: '0' },
		{ portal: 'globex', week: before, events: '7', defender: '7' },
	]);
	const [mail] = await mails(here.id);
	expect(mail?.subject).toBe(
		`Proofpoint: 7 security events and 1 action in the week of ${week.toISODate()}`,
	);
	expect(linesOf(mail)).toEqual([
		`Week: ${week.toISODate()} 00:00 +05:30 to ${thisWeek.toISODate()} 00:00 +05:30 (${zone})`,
		'Security events: 7 (the week before: 41)',
		'Actions: 1 (the week before: 3) done',
		'Handled before: 1',
		'Kept from acting: 1',
		'Requested, not confirmed: 1',
		'Failed or not known: 1 (the week before: 0)',
	]);
	const rows = rowsOf(mail);
	expect(rows.slice(0, 6)).toEqual([
		['Security events', 'Defender', '3', 'the week before: 40'],
		['Security events', 'Guardian', '2', ''],
		['Security events', 'Architect', '1', ''],
		['Security events', 'sentinel', '1', ''],
		['Defender, by confidence', 'HIGH', '2', ''],
		['Defender, by confidence', 'LOW', '1', ''],
	]);
	const of = (part: string) => rows.filter(([name]) => name === part).map(([, ...rest]) => rest);
	expect(of('Defender, most frequent senders')).toEqual([
		['eve@evil[.]example', '2', ''],
		['unknown', '1', ''],
	]);
	expect(of('Defender, recipients whose mail is now')[0]).toEqual(['in quarantine', '3', '']);
	expect(of('Defender, most frequent recipients')).toEqual([['anna@acme[.]example', '3', '']]);
	expect(of('Kept from acting')).toEqual([['delete from inboxes: declined', '1', '']]);
	const time = (days: number) => week.plus({ days }).toFormat('yyyy-MM-dd HH:mm ZZ');
	expect(of('Requested, not confirmed')).toEqual([
		['defender::inbound-6', 'delete from inboxes: timedOut', time(1)],
	]);
	expect(of('Failed or not known')).toEqual([
		['defender::inbound-24', 'delete from inboxes: failed or not known: 500', time(4)],
	]);
}, 90_000);

test('a week is sent once: not by the next hour, and not after a restart; by hand it is', async () => {
	expect(await mails(here.id)).toEqual([]);
	await retry(refused);
	expect(mailServer.mails).toHaveLength(2);
	await world.n8n.restart();
	expect(await mails(here.id)).toEqual([]);
	expect(await mails(here.id, 'Run by hand')).toHaveLength(1);
	expect(await mails(here.id)).toEqual([]);
}, 120_000);

test('a mail server that fails: the execution fails, its retry sends nothing, the next hour sends once', async () => {
	mailServer.refuse(3);
	const before = mailServer.refused;
	const failed = await start(there.id);
	expect(failed.message).toMatch(/The weekly report could not be sent: .*Try again later/);
	expect(mailServer.refused).toBe(before + 3);
	const [mail, ...more] = await mails(there.id);
	expect(more).toEqual([]);
	await retry(failed.execution);
	expect(await mails(there.id)).toEqual([]);

	// Its own portal, its own trace: and far more events than it counts.
	expect(mail?.subject).toContain('more than 300 security events and 0 actions');
	expect(linesOf(mail)[1]).toBe('Security events: more than 300 (the week before: 7)');
	expect(linesOf(mail)[2]).toMatch(/^Only the newest 300 events were read, back to \d{4}-/);
	const types = rowsOf(mail).filter(([part]) => part === 'Security events');
	expect(types.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(300);
	expect(rowsOf(mail).filter(([part]) => part === 'Kept from acting')).toHaveLength(1);
	expect(linesOf(mail).join()).not.toContain('Handled before');
}, 120_000);

test('forty hostile texts in the trace and as senders: no cell holds a line, a link, a mention or markup', async () => {
	const at = iso(week.plus({ days: 1 }));
	await setRows(
		'Proofpoint actions',
		hostileTexts.map(([, text], index) => ({
			at,
			portal: text,
			what: text,
			event: text,
			outcome: index % 2 ? `failed: ${text}` : 'queued',
			confirmation: text,
		})),
	);
	for (const [, text] of hostileTexts.slice(0, 10)) {
		await create('defender', week.plus({ days: 1 }), { confidence: text }, { from: text }, 3);
	}
	const [mail] = await mails(here.id, 'Run by hand');
	const named = rowsOf(mail).filter(([part = '']) => /^(?:Requested|Failed)/.test(part));
	expect(named).toHaveLength(hostileTexts.length);
	const cells = rowsOf(mail).flat();
	const bad = cells.flatMap((cell) => {
		const reason = damages(cell, { lines: 1, length: 400 });
		return reason.length === 0 ? [] : [{ reason, cell }];
	});
	expect(bad).toEqual([]);
	expect(new Set(mail?.html.match(/<[a-z]+/g))).toEqual(
		new Set(['<b', '<br', '<table', '<tr', '<th', '<td']),
	);
}, 90_000);

/** A copy of the playbook as a user sets it up: its portal, its zone. */
function copy(
	workflow: Workflow,
	id: string,
	portal: { id: string; name: string },
): Workflow & { id: string } {
	const own = withNodes(workflow, (node) =>
		impatient(
			node.credentials?.proofpointApi ? { ...node, credentials: { proofpointApi: portal } } : node,
		),
	);
	return { ...own, id, settings: { ...own.settings, timezone: zone } };
}

/** Starts it; returns the execution's ID, and the error's message if it failed. */
async function start(id: string, trigger = 'Every Monday') {
	const { client } = world.n8n;
	const execution = await client.run(id, trigger);
	return { execution, message: (await client.finishedExecution(execution)).error?.message };
}

/** *Retry* in n8n's list of executions: it goes on with the node that failed. Waits for its end. */
async function retry(execution: string): Promise<void> {
	const { client } = world.n8n;
	const answer = await client.rest('POST', `/executions/${execution}/retry`, {});
	const { id } = z.object({ data: z.object({ id: z.coerce.string() }) }).parse(answer).data;
	await client.finishedExecution(id);
}

/** Starts it, and returns the mails that it sent. */
async function mails(id: string, trigger?: string): Promise<ReceivedMail[]> {
	const before = mailServer.mails.length;
	expect((await start(id, trigger)).message).toBeUndefined();
	return mailServer.mails.slice(before);
}

/** The API's form of a time. */
function iso(time: DateTime): string {
	return time.toUTC().toISO() ?? '';
}

/** Creates a Defender event at a time, to one recipient, its mail in quarantine. */
async function create(
	type: string,
	at: DateTime,
	details: Record<string, unknown>,
	mail: Record<string, unknown>,
	count = 1,
): Promise<void> {
	const anna = ['anna@acme.example'];
	const recipients = { to: anna, cc: [], bcc: [], all: anna, count: 1 };
	await world.simulator.createEvents({
		type,
		count,
		createdAt: iso(at),
		place: 'quarantined',
		fields: { inbound_email_details: { ...mail, recipients }, defender_details: details },
	});
}

/** Leaves only these rows in a data table, as a person could. */
async function setRows(
	table: string,
	rows: ReadonlyArray<Record<string, string | null>>,
): Promise<void> {
	const node = (name: string, operation: string, more: Record<string, unknown>) => ({
		name,
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			operation,
			dataTableId: { __rl: true, mode: 'name', value: table },
			...more,
		},
		alwaysOutputData: true,
		executeOnce: operation === 'deleteRows',
	});
	const all = { conditions: [{ keyName: 'portal', condition: 'neq', keyValue: 'nobody' }] };
	const names = [...new Set(rows.flatMap(Object.keys))];
	const value = Object.fromEntries(names.map((name) => [name, `={{ $json.${name} }}`]));
	const fill =
		rows.length === 0
			? []
			: [
					items('Rows', `return ${JSON.stringify(rows.map((json) => ({ json })))};`),
					node('Insert', 'insert', { columns: { mappingMode: 'defineBelow', value } }),
				];
	const [run] = await world.n8n.executeMany([
		manual(
			'rows',
			node('Delete', 'deleteRows', { matchType: 'allConditions', filters: all }),
			...fill,
		),
	]);
	expect(run?.error?.message).toBeUndefined();
}

function decoded(html: string): string {
	return html
		.replaceAll(/<[^>]*>/g, '')
		.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The lines above the table, without the title. */
function linesOf({ html = '' }: Partial<ReceivedMail> = {}): string[] {
	const [head = ''] = html.split('<table');
	return head
		.split(/<br\s*\/?>/)
		.slice(1)
		.map((line) => decoded(line).trim());
}

/** The cells of each row of the table, as text. */
function rowsOf({ html = '' }: Partial<ReceivedMail> = {}): string[][] {
	return [...html.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(([, row = '']) =>
		[...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => decoded(cell)),
	);
}
