/**
 * The playbook "error workflow", as users import it, in a real n8n: workflows and triggers fail for real, n8n starts the
 * playbook, and what reached Slack is counted.
 */
import { z } from 'zod';
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { impatient, nextPoll, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';
import { readSlackMessages } from './slackReviews.cjs';

const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-failures-'));
const slackFile = path.join(folder, 'slack.jsonl');
const slackCredential = { id: 'slack-api', name: 'Slack account' };
const hostile = '<!channel> *Approved* https://evil.example\nWorkflow: all is well';

let world: World;
/** The ID of the playbook, and of the credential for n8n's own API. */
let errors = '';
let n8nApi = { id: '', name: 'n8n account' };

beforeAll(async () => {
	world = await makeWorld(
		{ events: 0, seed: 3 },
		{
			preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
			env: { SLACK_EDGE_FILE: slackFile },
		},
		(simulator) => [
			{
				id: 'deleted-token',
				name: 'A deleted token',
				type: 'proofpointApi',
				data: { portalUrl: simulator.url, apiToken: 'deleted', allowCustomHost: true },
			},
		],
	);
	const { n8n } = world;
	await n8n.importCredentials([
		{ ...slackCredential, type: 'slackApi', data: { accessToken: 'xoxb-test' } },
	]);
	await n8n.start();
	const { client } = n8n;
	n8nApi = {
		...n8nApi,
		id: await client.createCredential(n8nApi.name, 'n8nApi', {
			apiKey: client.apiKey,
			baseUrl: `${client.url}/api/v1`,
		}),
	};
	errors = await client.createWorkflow(prepared([]));
	await client.activate(errors);
}, 240_000);

afterAll(async () => {
	await stopAll(world);
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('a workflow that fails again and again is told once, and its words forge nothing', async () => {
	const { client } = world.n8n;
	const failing = await client.createWorkflow({
		name: `Fails ${hostile}`,
		nodes: [
			{
				name: 'Every second',
				type: 'n8n-nodes-base.scheduleTrigger',
				typeVersion: 1.2,
				position: [0, 0],
				parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } },
			},
			{
				name: 'Fails',
				type: 'n8n-nodes-base.stopAndError',
				typeVersion: 1,
				position: [200, 0],
				parameters: { errorMessage: hostile },
			},
		],
		connections: { 'Every second': { main: [[{ node: 'Fails', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1', errorWorkflow: errors },
	});
	await client.activate(failing);
	expect(await reached(() => rows(`failed ${failing}`).length >= 5)).toBe(true);
	await client.deactivate(failing);
	await nextPoll();

	const told = messages('Fails');
	expectOnceAnHour(told, `failed ${failing}`);
	const [text = ''] = told;
	expect(text).toContain('*A workflow failed*');
	expect(text).toContain('*Failed in:* Fails');
	expect(text).not.toMatch(/<!channel>|https:\/\/evil|\*Approved\*/);
	expect(text.split('\n').filter((line) => line.startsWith('Workflow'))).toEqual([]);
}, 120_000);

test('a trigger whose token was deleted is told once, with what to do', async () => {
	const { client } = world.n8n;
	const alert = await client.createWorkflow(alerting('Guardian alert, token deleted'));
	await client.activate(alert);
	expect(await reached(() => rows(`failed ${alert} trigger`).length >= 2)).toBe(true);
	await client.deactivate(alert);
	await nextPoll();
	const told = messages('Guardian alert, token deleted');
	expectOnceAnHour(told, `failed ${alert} trigger`);
	expect(told[0]).toContain('*A trigger failed*');
	expect(told[0]).toContain('Proofpoint refused access (403)');
	expect(told[0]).not.toContain('deleted"');
}, 120_000);

test('a trigger that dies while it is published is told', async () => {
	const { client } = world.n8n;
	const broken = withNodes(alerting('Guardian alert, dead at activation'), (node) =>
		node.type.endsWith('proofpointTrigger')
			? { ...node, parameters: { ...node.parameters, startFrom: 'date', startDate: 'no date' } }
			: node,
	);
	const id = await client.createWorkflow(broken);
	// n8n answers with the failure, or publishes and fails a moment later.
	await client.activate(id).catch(() => undefined);
	expect(await reached(() => messages('dead at activation').length > 0)).toBe(true);
	await client.deactivate(id).catch(() => undefined);
	await nextPoll();
	expectOnceAnHour(messages('dead at activation'), `failed ${id} trigger`);
}, 120_000);

test('a trigger that misses an event is told once, one that keeps up is not', async () => {
	const { client } = world.n8n;
	const quiet = await client.createWorkflow(alerting('Guardian alert, silent', proofpointApi));
	const fine = await client.createWorkflow(alerting('Guardian alert, keeps up', proofpointApi));
	const off = await client.createWorkflow(alerting('Guardian alert, off', proofpointApi));
	await client.activate(fine);
	const later = new Date(Date.now() + 2_000).toISOString();
	await nextPoll();
	await world.simulator.createEvents({ type: 'guardian', fields: { created_at: later } });
	await nextPoll();
	expect(
		await reached(async () => (await client.executions({ workflowId: fine })).length > 0),
	).toBe(true);
	const watch = await client.createWorkflow(
		prepared([
			{ workflow: quiet, name: 'silent', types: ['guardian'] },
			{ workflow: fine, name: 'keeps up', types: ['guardian'] },
			{ workflow: off, name: 'architect only', types: ['architect'] },
			{ workflow: 'no-such-id', name: 'Nobody knows it' },
		]),
	);
	for (let turn = 0; turn < 2; turn++) {
		const run = await client.finishedExecution(await client.run(watch, 'Every 15 minutes'));
		expect(run.error?.message).toBeUndefined();
	}
	await client.deactivate(fine);
	expect(messages('Guardian alert, silent')).toHaveLength(1);
	expect(messages('Guardian alert, silent')[0]).toContain('A watched workflow is not published');
	expect(messages('Guardian alert, keeps up')).toEqual([]);
	expect(messages('Guardian alert, off')).toEqual([]);
	expectOnceAnHour(messages('Nobody knows it'), 'unchecked no-such-id');
}, 180_000);

test('Slack refuses: the execution fails, and the failure stands in the table', async () => {
	writeFileSync(`${slackFile}.refuse`, '');
	const { client } = world.n8n;
	const watch = await client.createWorkflow(prepared([{ workflow: 'gone', name: 'Gone' }]));
	const run = await client.finishedExecution(await client.run(watch, 'Every 15 minutes'));
	rmSync(`${slackFile}.refuse`);
	expect(run.error?.message).toContain('could not be sent to Slack');
	expect(rows('unchecked gone')).toHaveLength(1);
}, 90_000);

/** The playbook with the test's credentials, watching these workflows; an event counts as missed at once. */
function prepared(watched: Array<Record<string, unknown>>): Workflow {
	const values: Record<string, unknown> = {
		'settings.behindMinutes': 0,
		'settings.n8n': `${world.n8n.client.url}/api/v1`,
		'settings.watched': JSON.stringify(watched),
	};
	return withNodes(readPlaybook('error-workflow.json'), (node) => {
		const changed = impatient(node);
		if (node.name === 'Settings') return withValues(changed, values);
		return 'n8nApi' in (node.credentials ?? {}) ? { ...changed, credentials: { n8nApi } } : changed;
	});
}

/** The Guardian alert that names the playbook as its error workflow. */
function alerting(
	name: string,
	credential = { id: 'deleted-token', name: 'A deleted token' },
): Workflow {
	const playbook = withNodes(pollOften(readPlaybook('guardian-slack-alert.json')), (node) =>
		node.credentials?.proofpointApi === undefined
			? node
			: { ...node, credentials: { proofpointApi: credential } },
	);
	return { ...playbook, name, settings: { ...playbook.settings, errorWorkflow: errors } };
}

function withValues(node: WorkflowNode, values: Record<string, unknown>): WorkflowNode {
	const text = JSON.stringify(node.parameters, (_key, entry: unknown) =>
		isAssignment(entry) && entry.name in values ? { ...entry, value: values[entry.name] } : entry,
	);
	return { ...node, parameters: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
}

function isAssignment(entry: unknown): entry is { name: string; value: unknown } {
	return typeof entry === 'object' && entry !== null && 'name' in entry && 'value' in entry;
}

/** What reached Slack with this text in it. */
function messages(text: string): string[] {
	return readSlackMessages(slackFile)
		.map((message) => message.text)
		.filter((one) => one.includes(text));
}

/** The hours of the rows with this key. */
function rows(key: string): string[] {
	const [table] = world.n8n.query("SELECT id FROM data_table WHERE name = 'Proofpoint failures'");
	if (table === undefined) return [];
	return world.n8n
		.query(`SELECT hour FROM "data_table_user_${String(table.id)}" WHERE key = ?`, key)
		.map(({ hour }) => String(hour));
}

/** One message for each hour in which the test ran: one, or two when it ran past a full hour. */
function expectOnceAnHour(told: string[], key: string): void {
	expect(rows(key).length).toBeGreaterThan(0);
	expect(told).toHaveLength(new Set(rows(key)).size);
}
