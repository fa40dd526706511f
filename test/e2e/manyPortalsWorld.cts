/** The playbooks "many portals" and "read one portal" in one real n8n, with twenty portals and one collector. */
import type { SlackMessage } from '@host/slackEdge.cjs';
import { PrivateN8n } from '@host/privateN8n.cjs';
import type { Credential, Workflow, WorkflowNode } from '@host/workflow.cjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { readers, secretOf, type Row } from './manyPortalsRows.cjs';
import { withNodes } from './playbookWorld.cjs';
import { Portal } from './portalFleet.cjs';
import { manual } from './setup.cjs';
import { SiemEdge } from './siemEdge.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';

export const manyId = 'portalsMany';
/** A copy that reads no portal: its collector has no address. */
export const wrongId = 'portalsWrong';
/** A copy that reads two portals in each run. */
export const twoId = 'portalsTwo';
/** Pauses between reading the rows and looking for news. */
export const pausingId = 'portalsPausing';
const table = 'Proofpoint portals';
/** Short, so that what a kill left taken is soon free. */
const leaseMinutes = 0.3;

const rowSchema = z.object({
	id: z.number(),
	name: z.string(),
	enabled: z.number(),
	last_try: z.string().nullable(),
	last_success: z.string().nullable(),
	last_error: z.string().nullable(),
	checkpoint: z.string().nullable(),
	busy_until: z.string(),
	told: z.string().nullable(),
});
/** What the table says of a portal. */
export type PortalState = z.infer<typeof rowSchema>;

function credentials(own: Portal, siem: SiemEdge): Credential[] {
	const proofpoint = (id: string, data: Record<string, unknown>): Credential => ({
		id,
		name: id,
		type: 'proofpointApi',
		data: { portalUrl: '={{ $json.portal_url }}', allowCustomHost: true, ...data },
	});
	return [
		proofpoint(readers.env, { apiToken: '={{ $env[$json.secret] }}' }),
		proofpoint(readers.vars, { apiToken: '={{ $vars[$json.secret] }}' }),
		proofpoint(readers.vault, { apiToken: '={{ $secrets.vault[$json.secret] }}' }),
		proofpoint(readers.own, { portalUrl: own.url, apiToken: own.token }),
		proofpoint(readers.strict, { apiToken: '={{ $env[$json.secret] }}', allowCustomHost: false }),
		{
			id: 'http-header-auth',
			name: 'SIEM collector',
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Splunk ${siem.hecToken}` },
		},
		{
			id: 'slack-api',
			name: 'Slack account',
			type: 'slackApi',
			data: { accessToken: 'xoxb-test' },
		},
	];
}

/** Everything is kept, so that a token would be found wherever it passed. */
const keepAll = { executionOrder: 'v1', saveDataSuccessExecution: 'all' };

function workflows(siem: SiemEdge): Array<Workflow & { id: string }> {
	const many = withSettings(readPlaybook('many-portals.json'), {
		readWorkflow: readers.env,
		collector: `${siem.url}/services/collector/event`,
		pagesPerPortal: 2,
		portalsPerRun: 40,
		leaseMinutes,
	});
	const one = readPlaybook('read-one-portal.json');
	return [
		{
			...withNodes(many, (node) =>
				node.name === 'Every 5 minutes'
					? {
							...node,
							parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 15 }] } },
						}
					: node,
			),
			id: manyId,
			settings: keepAll,
		},
		{ ...withSettings(many, { collector: 'http://collector.example' }), id: wrongId },
		{ ...withSettings(many, { portalsPerRun: 2 }), id: twoId },
		{
			...withNodes(many, (node) => (node.name === 'At most this many' ? pause(node) : node)),
			id: pausingId,
		},
		...Object.values(readers).map((id) => ({
			...withNodes(one, (node) =>
				node.credentials?.proofpointApi
					? { ...node, credentials: { proofpointApi: { id, name: id } } }
					: node,
			),
			id,
			settings: keepAll,
		})),
		{
			...manual('readNothing'),
			id: 'readNothing',
			nodes: [{ ...when, id: 'only', name: 'When called', position: [0, 0] }],
		},
	];
}

function pause({ id, name, position }: WorkflowNode): WorkflowNode {
	const parameters = { resume: 'timeInterval', amount: 4, unit: 'seconds' };
	return { id, name, position, type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters };
}

const when = {
	type: 'n8n-nodes-base.executeWorkflowTrigger',
	typeVersion: 1.1,
	parameters: { inputSource: 'passthrough' },
};

/** What runs. */
export class ManyPortals {
	private constructor(
		readonly n8n: PrivateN8n,
		readonly portals: Portal[],
		readonly siem: SiemEdge,
		private readonly folder: string,
	) {}

	/**
	 * Starts the portals and n8n; the readers are published, the table is empty.
	 * @param inVariables the portal whose token is a variable of n8n
	 * @param own the portal that has a credential of its own
	 */
	static async start(portals: Portal[], inVariables: Portal, own: Portal): Promise<ManyPortals> {
		const tarball = process.env.PROOFPOINT_TARBALL;
		if (tarball === undefined) throw new Error('PROOFPOINT_TARBALL is not set: run `npm test`');
		const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-portals-'));
		const siem = await SiemEdge.start();
		const secrets = Object.fromEntries(
			portals
				.filter((portal) => portal !== inVariables && portal !== own)
				.map((portal) => [secretOf(portal), portal.token]),
		);
		const n8n = await PrivateN8n.create({
			tarball,
			editor: false,
			preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
			env: {
				SLACK_EDGE_FILE: path.join(folder, 'slack.jsonl'),
				N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false',
				...secrets,
				EXTERNAL_HOOK_FILES: path.join(__dirname, 'vaultEdge.cjs'),
				VAULT_EDGE: JSON.stringify(secrets),
			},
		});
		const world = new ManyPortals(n8n, portals, siem, folder);
		try {
			await n8n.importCredentials(credentials(own, siem));
			world.addVariable(secretOf(inVariables), inVariables.token);
			await n8n.start({ timeoutMs: 300_000 });
			await n8n.importWorkflows(workflows(siem));
			for (const id of [...Object.values(readers), 'readNothing']) await n8n.client.activate(id);
		} catch (error) {
			await world.stop();
			throw error;
		}
		return world;
	}

	/** A variable as n8n stores it; its editor makes variables with a license only. */
	private addVariable(key: string, value: string): void {
		const database = new DatabaseSync(path.join(this.n8n.folder, '.n8n/database.sqlite'));
		try {
			database
				.prepare(`INSERT INTO variables (id, key, type, value) VALUES (?, ?, 'string', ?)`)
				.run(key, key, value);
		} finally {
			database.close();
		}
	}

	/** Runs a copy by hand; the portals are read a little longer than it runs. */
	async run(id = manyId): Promise<void> {
		const { client } = this.n8n;
		const execution = await client.finishedExecution(await client.run(id, 'Run by hand'));
		if (execution.status !== 'success') throw new Error(execution.error?.message);
	}

	/** Whether a workflow runs now. */
	runs(id: string): boolean {
		const running = "SELECT 1 FROM execution_entity WHERE workflowId = ? AND status = 'running'";
		return this.n8n.query(running, id).length > 0;
	}

	/** Adds rows as the editor would. */
	async add(...rows: Row[]): Promise<void> {
		const [result] = await this.n8n.executeMany([
			manual(
				'add-rows',
				{
					name: 'Rows',
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					parameters: { jsCode: `return ${JSON.stringify(rows.map((json) => ({ json })))}` },
				},
				{
					name: 'Add',
					type: 'n8n-nodes-base.dataTable',
					typeVersion: 1.1,
					parameters: {
						resource: 'row',
						operation: 'insert',
						dataTableId: { __rl: true, mode: 'name', value: table },
						columns: { mappingMode: 'autoMapInputData', value: null, schema: [] },
						options: {},
					},
				},
			),
		]);
		if (result?.status !== 'success') throw new Error(result?.error?.message);
	}

	/** The rows, as they were added. */
	rows(): PortalState[] {
		const [stored] = this.n8n.query('SELECT id FROM data_table WHERE name = ?', table);
		if (stored === undefined) return [];
		return z
			.array(rowSchema)
			.parse(this.n8n.query(`SELECT * FROM "data_table_user_${String(stored.id)}" ORDER BY id`));
	}

	/** What reached Slack. */
	slack(): SlackMessage[] {
		return readSlackMessages(path.join(this.folder, 'slack.jsonl'));
	}

	/** The versions that the collector took for a portal, in the order of arrival. */
	delivered({ name }: Portal): string[] {
		return this.siem.splunk
			.filter(({ event }) => event.portal === name)
			.map(({ event }) => event.event_version);
	}

	/** How many versions of these portals did not arrive, arrived and never were, and arrived again. */
	async compared(from: Portal[]): Promise<Record<'missing' | 'unknown' | 'again', number>> {
		const counts = { missing: 0, unknown: 0, again: 0 };
		for (const portal of from) {
			const [expected, sent] = [await portal.versions(), this.delivered(portal)];
			const distinct = new Set(sent);
			counts.missing += expected.filter((version) => !distinct.has(version)).length;
			counts.unknown += distinct.size - expected.filter((version) => distinct.has(version)).length;
			counts.again += sent.length - distinct.size;
		}
		return counts;
	}

	/** Ends everything. */
	async stop(): Promise<void> {
		await this.n8n.dispose();
		await this.siem.stop();
		for (const portal of this.portals) portal.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}
}
