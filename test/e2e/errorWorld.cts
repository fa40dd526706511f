/** The playbook "error workflow" in a real n8n: two copies with a channel each, two portals, and what reached Slack. */
import { z } from 'zod';
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { impatient, pollOften, withNodes } from './playbookWorld.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';

/** The channels of the two copies, and so of the two portals. */
export const channels = { north: '#security', south: '#soc-alerts' } as const;
export type Portal = keyof typeof channels;

/** Credentials of a portal: one that works, one whose token was deleted. */
const credentials = {
	north: { works: proofpointApi, deleted: { id: 'deleted-north', name: 'Deleted, north' } },
	south: {
		works: { id: 'proofpoint-south', name: 'Proofpoint API of South' },
		deleted: { id: 'deleted-south', name: 'Deleted, south' },
	},
};

/** How long a message may take before somebody else tells of the failure; two minutes in the file. */
const tellingSeconds = 5;

/** A row of the data table. */
export interface Failure {
	key: string;
	hour: string;
	told: string;
}

/** The running n8n with both copies published. */
export class ErrorWorld {
	private constructor(
		readonly world: World,
		readonly south: Simulator,
		private readonly folder: string,
		/** The credential for n8n's own API. */
		private readonly n8nApi: { id: string; name: string },
		/** The IDs of the copies. */
		private readonly copies: Record<Portal, string>,
	) {}

	static async start(): Promise<ErrorWorld> {
		const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-failures-'));
		const south = await startSimulator({ events: 0, seed: 3 });
		const world = await makeWorld(
			{ events: 0, seed: 3 },
			{
				preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
				env: { SLACK_EDGE_FILE: path.join(folder, 'slack.jsonl') },
			},
			(north) =>
				[
					{ ...credentials.north.deleted, portalUrl: north.url, apiToken: 'deleted' },
					{ ...credentials.south.deleted, portalUrl: south.url, apiToken: 'deleted' },
					{ ...credentials.south.works, portalUrl: south.url, apiToken: south.token },
				].map(({ id, name, ...data }) => ({
					id,
					name,
					type: 'proofpointApi',
					data: { ...data, allowCustomHost: true },
				})),
		);
		const { n8n } = world;
		const slack = { accessToken: 'xoxb-test' };
		await n8n.importCredentials([
			{ id: 'slack-api', name: 'Slack account', type: 'slackApi', data: slack },
		]);
		await n8n.start();
		const { client } = n8n;
		const name = 'n8n account';
		const data = { apiKey: client.apiKey, baseUrl: `${client.url}/api/v1` };
		const n8nApi = { id: await client.createCredential(name, 'n8nApi', data), name };
		const copies = { north: '', south: '' };
		const errors = new ErrorWorld(world, south, folder, n8nApi, copies);
		for (const portal of ['north', 'south'] as const) {
			copies[portal] = await client.createWorkflow(errors.prepared([], portal));
			await client.activate(copies[portal]);
		}
		return errors;
	}

	get n8n() {
		return this.world.n8n;
	}

	/** The file that the Slack edge writes; with `.refuse` or `.stall` behind its name Slack takes no messages. */
	get slackFile(): string {
		return path.join(this.folder, 'slack.jsonl');
	}

	async stop(): Promise<void> {
		await stopAll(this.world, this.south);
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** The playbook as a user sets it up, watching these workflows; an event counts as missed at once. */
	prepared(watched: Array<Record<string, unknown>>, portal: Portal = 'north'): Workflow {
		const values: Record<string, unknown> = {
			'settings.behindMinutes': 0,
			'settings.n8n': `${this.n8n.client.url}/api/v1`,
			'settings.watched': JSON.stringify(watched),
		};
		return withNodes(readPlaybook('error-workflow.json'), (node) => {
			const changed = impatient(ofPortal(node, portal, 'works'));
			if (node.name === 'Settings') return withValues(changed, values);
			if (node.name === 'Write it down') return sooner(changed);
			const { n8nApi } = this;
			return 'n8nApi' in (node.credentials ?? {})
				? { ...changed, credentials: { n8nApi } }
				: changed;
		});
	}

	/** The Guardian alert of a portal that names the portal's copy as its error workflow. */
	alerting(
		name: string,
		token: 'works' | 'deleted' = 'deleted',
		portal: Portal = 'north',
	): Workflow {
		const playbook = withNodes(pollOften(readPlaybook('guardian-slack-alert.json')), (node) =>
			ofPortal(node, portal, token),
		);
		const settings = { ...playbook.settings, errorWorkflow: this.copies[portal] };
		return { ...playbook, name, settings };
	}

	/** A workflow that fails every second with these words. */
	failing(name: string, errorMessage: string): Workflow {
		return {
			name,
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
					parameters: { errorMessage },
				},
			],
			connections: { 'Every second': { main: [[{ node: 'Fails', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1', errorWorkflow: this.copies.north },
		};
	}

	/** What reached the channel of a portal with this text in it. */
	messages(text: string, portal: Portal = 'north'): string[] {
		return readSlackMessages(this.slackFile)
			.filter((message) => message.channel === channels[portal])
			.map((message) => message.text)
			.filter((one) => one.includes(text));
	}

	/** The rows about this, whichever copy wrote them, the oldest first. */
	rows(about: string): Failure[] {
		const { n8n } = this.world;
		const [table] = n8n.query("SELECT id FROM data_table WHERE name = 'Proofpoint failures'");
		if (table === undefined) return [];
		return n8n
			.query(
				`SELECT * FROM "data_table_user_${String(table.id)}" WHERE key LIKE ? ORDER BY id`,
				`%${about}`,
			)
			.map(({ key, hour, told }) => ({
				key: String(key),
				hour: String(hour),
				told: String(told ?? ''),
			}));
	}

	/** One message for each hour in which the test ran: one, or two when it ran past a full hour. */
	expectOnceAnHour(told: string[], about: string): void {
		const rows = this.rows(about);
		expect(rows.length).toBeGreaterThan(0);
		expect(told).toHaveLength(new Set(rows.map(({ hour }) => hour)).size);
	}
}

function ofPortal(node: WorkflowNode, portal: Portal, token: 'works' | 'deleted'): WorkflowNode {
	if (node.credentials?.proofpointApi !== undefined) {
		return { ...node, credentials: { proofpointApi: credentials[portal][token] } };
	}
	if (node.credentials?.slackApi === undefined) return node;
	const channelId = { __rl: true, mode: 'name', value: channels[portal] };
	return { ...node, parameters: { ...node.parameters, channelId } };
}

function sooner(node: WorkflowNode): WorkflowNode {
	const text = JSON.stringify(node.parameters).replace(
		'plus({ minutes: 2 })',
		`plus({ seconds: ${tellingSeconds} })`,
	);
	return { ...node, parameters: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
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
