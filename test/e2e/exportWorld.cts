/** The playbook that exports all events, in a real n8n with a real PostgreSQL and two portals; and what the database holds. */
import { stopAll } from '@test/stopAll.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { RunResult } from '@host/runResult.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { sortableTime } from '@nodes/shared/core/timestamp';
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { startPostgres, type Postgres } from './postgres.cjs';
import { makeWorld, type World } from './setup.cjs';

/** The playbook's ID, and its data table. */
export const exportId = 'proofpointExport';
export const checkpointTable = 'Proofpoint export checkpoints';
/** The playbook as imported. */
export const imported = readPlaybook('export-events-to-database.json');
/** With a name of its own, so that copies of it share its checkpoint. */
export const playbook = withSettings(imported, { portal: 'acme' });

/** A running n8n with the playbook, not published. */
export class ExportWorld implements World {
	private constructor(
		private readonly world: World,
		/** The portal of another customer. */
		private readonly other: Simulator,
		readonly database: Postgres,
	) {}

	/** @param folder where PostgreSQL's programs are */
	static async start(folder: string): Promise<ExportWorld> {
		const database = await startPostgres(folder);
		const other = await startSimulator({ events: 30, seed: 12 });
		const world = await makeWorld({ events: 430, seed: 11 }, {}, () => [
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
		await world.n8n.start();
		await world.n8n.importWorkflows([playbook]);
		return new ExportWorld(world, other, database);
	}

	async stop(): Promise<void> {
		await stopAll(this.world, this.other, this.database);
	}

	get n8n(): PrivateN8n {
		return this.world.n8n;
	}

	get simulator(): Simulator {
		return this.world.simulator;
	}

	async runAnyway(): Promise<RunResult> {
		const { client } = this.n8n;
		return await client.finishedExecution(await client.run(exportId, 'Run by hand'));
	}

	async run(): Promise<void> {
		const { error, status } = await this.runAnyway();
		expect(error?.message).toBeUndefined();
		expect(status).toBe('success');
	}

	/** `id updated_at` of every row. */
	async rows(): Promise<string[]> {
		const stored = await this.database.query(
			`select id, to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') from proofpoint_events`,
		);
		return stored.map(([event, updated]) => `${event} ${updated}`);
	}

	async count(): Promise<number> {
		return (await this.rows()).length;
	}

	/** The newest version of each event that is not in the database. */
	async missing(): Promise<string[]> {
		const { events } = await this.simulator.ledger();
		const stored = new Set(await this.rows());
		return events
			.map((event) => `${event.id} ${sortableTime(event.versions.at(-1)?.updated_at)}`)
			.filter((version) => !stored.has(version));
	}

	/** Every event is there in its newest version, and no version is there that never was, or twice. */
	async expectEverything(): Promise<void> {
		expect(await this.missing()).toEqual([]);
		const { events } = await this.simulator.ledger();
		const known = new Set(
			events.flatMap((event) =>
				event.versions.map(({ updated_at }) => `${event.id} ${sortableTime(updated_at)}`),
			),
		);
		const stored = await this.rows();
		expect(new Set(stored).size).toBe(stored.length);
		expect(stored.filter((version) => !known.has(version))).toEqual([]);
	}

	/** The `after_checkpoint` of each request for a page that was answered, in order. */
	async pagesAsked(): Promise<string[]> {
		const { requests } = await this.simulator.requests();
		return requests.map(({ query }) => query.after_checkpoint ?? '');
	}

	/** What the data table holds. */
	checkpoint(): string | undefined {
		const [table] = this.n8n.query('SELECT id FROM data_table WHERE name = ?', checkpointTable);
		const [row] = this.n8n.query(
			`SELECT checkpoint FROM "data_table_user_${String(table?.id)}" WHERE portal = 'acme'`,
		);
		return row === undefined ? undefined : String(row.checkpoint);
	}
}

/** A copy whose Proofpoint nodes have another credential. */
export function withCredential(workflow: Workflow, credential: string): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.proofpointApi === undefined
			? node
			: { ...node, credentials: { proofpointApi: { id: credential, name: credential } } },
	);
	return { ...workflow, nodes };
}
