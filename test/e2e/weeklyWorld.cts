/** The weekly report twice in one n8n, on two portals, with a real mail server; and what its mails say. */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import type { DateTime } from 'luxon';
import { z } from 'zod';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { startMailServer, type MailServer, type ReceivedMail } from './mailServer.cjs';
import { impatient, withNodes } from './playbookWorld.cjs';
import { items, makeWorld, manual, proofpointApi, type World } from './setup.cjs';

/** The time zone of both copies: a day begins there at half past six of the evening, UTC. */
export const zone = 'Asia/Kolkata';
/** A portal that is empty at first. */
export const here = 'weeklyHere';
/** A portal with far more events than its copy counts: 300. */
export const there = 'weeklyThere';

const otherPortal = { id: 'other-portal', name: 'Other portal' };

/** A world with the two copies. */
export interface WeeklyWorld extends World {
	mailServer: MailServer;
	/** Starts a copy; returns the execution's ID, and the error's message if it failed. */
	start(id: string, trigger?: string): Promise<{ execution: string; message: string | undefined }>;
	/** *Retry* in n8n's list of executions: it goes on with the node that failed. Waits for its end. */
	retry(execution: string): Promise<void>;
	/** Starts a copy, and returns the mails that it sent. */
	mails(id: string, trigger?: string): Promise<ReceivedMail[]>;
	/** Creates a Defender event at a time, to one recipient, its mail in quarantine. */
	create(
		at: DateTime,
		details: Record<string, unknown>,
		mail: Record<string, unknown>,
	): Promise<void>;
	/** Leaves only these rows in a data table, as a person could. */
	setRows(table: string, rows: ReadonlyArray<Record<string, string | null>>): Promise<void>;
}

/** Starts both portals, the mail server and the n8n; publishes the playbook as imported, too. */
export async function makeWeeklyWorld(): Promise<WeeklyWorld> {
	const mailServer = await startMailServer();
	const other: Simulator = await startSimulator({ events: 4000, days: 30, seed: 5 });
	const world = await makeWorld({ events: 0 }, {}, () => [
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
	const playbook = readPlaybook('weekly-report.json');
	const second = { portal: 'globex', tracePortals: 'globex', maxEvents: 300 };
	await world.n8n.start();
	await world.n8n.importWorkflows([
		copy(withSettings(playbook, { portal: 'acme' }), here, proofpointApi),
		copy(withSettings(playbook, second), there, otherPortal),
		{ ...playbook, id: 'weeklyReport' },
	]);
	await world.n8n.publish('weeklyReport');

	const { client } = world.n8n;
	const start = async (id: string, trigger = 'Every Monday') => {
		const execution = await client.run(id, trigger);
		return { execution, message: (await client.finishedExecution(execution)).error?.message };
	};
	return {
		...world,
		mailServer,
		start,
		async stop() {
			await stopAll(world, other, mailServer);
		},
		async retry(execution) {
			const answer = await client.rest('POST', `/executions/${execution}/retry`, {});
			const { id } = z.object({ data: z.object({ id: z.coerce.string() }) }).parse(answer).data;
			await client.finishedExecution(id);
		},
		async mails(id, trigger) {
			const before = mailServer.mails.length;
			const { message } = await start(id, trigger);
			if (message !== undefined) throw new Error(message);
			return mailServer.mails.slice(before);
		},
		async create(at, details, mail) {
			const anna = ['anna@acme.example'];
			const recipients = { to: anna, cc: [], bcc: [], all: anna, count: 1 };
			await world.simulator.createEvents({
				type: 'defender',
				createdAt: iso(at),
				place: 'quarantined',
				fields: {
					inbound_email_details: { ...mail, recipients },
					defender_details: { ...said(0), ...details },
				},
			});
		},
		async setRows(table, rows) {
			const [run] = await world.n8n.executeMany([manual('rows', ...rowNodes(table, rows))]);
			if (run?.error !== undefined) throw new Error(run.error.message);
		},
	};
}

/** The field of an event in which so many users said that it is malicious. */
export function said(malicious: number) {
	return { users_responded: { malicious, safe: 0, unsure: 0, deleted: 0 } };
}

/** The API's form of a time. */
export function iso(time: DateTime): string {
	return time.toUTC().toISO() ?? '';
}

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

function rowNodes(table: string, rows: ReadonlyArray<Record<string, string | null>>) {
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
	const clear = node('Delete', 'deleteRows', { matchType: 'allConditions', filters: all });
	if (rows.length === 0) return [clear];
	return [
		clear,
		items('Rows', `return ${JSON.stringify(rows.map((json) => ({ json })))};`),
		node('Insert', 'insert', { columns: { mappingMode: 'defineBelow', value } }),
	];
}

function decoded(html: string): string {
	return html
		.replaceAll(/<[^>]*>/g, '')
		.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The lines above the table, without the title. */
export function linesOf({ html = '' }: Partial<ReceivedMail> = {}): string[] {
	const [head = ''] = html.split('<table');
	return head
		.split(/<br\s*\/?>/)
		.slice(1)
		.map((line) => decoded(line).trim());
}

/** The cells of each row of the table, as text. */
export function rowsOf({ html = '' }: Partial<ReceivedMail> = {}): string[][] {
	return [...html.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(([, row = '']) =>
		[...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => decoded(cell)),
	);
}
