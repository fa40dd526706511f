/**
 * What becomes of a trigger's position in a real n8n when its node, its workflow, its credential or its n8n is moved. Each
 * row of the table "What depends on n8n" in docs/trigger.md about this is a line here.
 */
import type { Workflow } from '@host/workflow.cjs';
import { makeWorld, type World } from '@test/e2e/setup.cjs';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { storedExecutions } from './executions.cjs';
import { modes, planOf, type Mode, type Say } from './options.cjs';
import type { Check } from './report.cjs';
import { trigger, watching } from './watching.cjs';

export const movesPlan = planOf(
	`Renames, copies, imports, restores and deactivates triggers, moves the portal's host and starts n8n without the package, and
looks which events come to which trigger. Half an hour.`,
	{ mode: modes },
	async ({ mode: both }, seed, say) => {
		// Side by side: most of the time they wait.
		const checks = (
			await Promise.all(both.map(async (mode) => await play(mode, seed, say)))
		).flat();
		return { tables: [], lines: [], checks, numbers: checks };
	},
);

/** The schedule's interval. */
const TICK_MS = 20_000;
const TIMEOUT_MS = 150_000;
const EVENTS = 2;

const workflowSchema = z
	.object({
		name: z.string(),
		nodes: z.array(z.record(z.string(), z.unknown())),
		connections: z.record(z.string(), z.unknown()),
		staticData: z.unknown(),
	})
	.passthrough();
const createdSchema = z.object({ data: z.object({ id: z.string() }) });

/** A trigger that starts from "now"; all of them have the same node ID. */
function workflow(id: string): Workflow {
	const credential = id === 'moved' ? 'moving' : 'proofpoint-api';
	const credentials = { proofpointApi: { id: credential, name: credential } };
	return watching(id, { startFrom: 'now' }, { seconds: [0, 20, 40], credentials });
}

/** One n8n with its triggers, and which groups of events came to which of them. */
class Moves {
	readonly checks: Check[] = [];
	/** Ids of the events of each group, in order. */
	private readonly groups: string[][] = [];
	/** Where the items of a workflow come from: the names that its trigger has had. */
	private readonly triggers = new Map<string, string[]>();

	constructor(
		private readonly world: World,
		private readonly mode: Mode,
		private readonly say: Say,
	) {}

	watch(id: string, ...names: string[]): void {
		this.triggers.set(id, [trigger, ...names]);
	}

	async happen(): Promise<void> {
		const events = await this.world.simulator.createEvents({ count: EVENTS });
		this.groups.push(events.map(({ id }) => id));
	}

	/** Waits until everything came as expected, then one tick longer: nothing more may come. */
	async expectCame(what: string, expected: Record<string, string>): Promise<void> {
		const isThere = () =>
			Object.entries(expected).every(([id, counts]) => this.came(id) === counts);
		for (const endAt = Date.now() + TIMEOUT_MS; !isThere() && Date.now() < endAt; ) {
			await delay(1000);
		}
		await delay(TICK_MS + 3000);
		this.expectNow(what, expected);
	}

	expectNow(what: string, expected: Record<string, string>): void {
		const ids = Object.keys(expected);
		this.check(what, Object.fromEntries(ids.map((id) => [id, this.came(id)])), expected);
	}

	check(what: string, found: unknown, expected: unknown): void {
		const [seen, limit] = [JSON.stringify(found), JSON.stringify(expected)];
		this.checks.push({ name: `${this.mode}, ${what}`, seen, limit, ok: seen === limit });
		this.say(`${this.mode}, ${what}: ${seen}`);
	}

	/** How often the events of each group came; `01` is: none of the first group, each of the second once. */
	private came(id: string): string {
		const ids = (this.triggers.get(id) ?? []).flatMap((name) =>
			storedExecutions(this.world.n8n, id, name).flatMap(({ eventIds }) => eventIds),
		);
		const counts = this.groups.map(
			(group) => ids.filter((event) => group.includes(event)).length / EVENTS,
		);
		return counts.join('');
	}
}

/** Copies a SQLite database that nobody uses; its last changes may still be in a file beside it. */
async function copyDatabase(from: string, to: string): Promise<void> {
	for (const end of ['', '-wal', '-shm']) {
		await rm(`${to}${end}`, { force: true });
		if (existsSync(`${from}${end}`)) await cp(`${from}${end}`, `${to}${end}`);
	}
}

/** Plays all of it in one way of storing. */
async function play(mode: Mode, seed: number, say: Say): Promise<Check[]> {
	const isDurable = mode === 'durable';
	const world = await makeWorld({ events: 20, seed }, { durable: isDurable }, (simulator) => [
		{
			id: 'moving',
			name: 'moving',
			type: 'proofpointApi',
			data: { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		},
	]);
	const { n8n, simulator } = world;
	const moves = new Moves(world, mode, say);
	const fileOf = (id: string) => path.join(n8n.folder, `${id}.json`);
	const readExport = async (id: string) => {
		const [exported] = z
			.array(workflowSchema)
			.parse(JSON.parse(await readFile(fileOf(id), 'utf8')));
		return exported;
	};
	const aTick = async () => await delay(TICK_MS + 5000);
	const movePortal = async (url: string) => {
		const data = { portalUrl: url, apiToken: simulator.token, allowCustomHost: true };
		const body = { name: 'moving', type: 'proofpointApi', data };
		await n8n.client.rest('PATCH', '/credentials/moving', body);
	};

	try {
		const ids = ['renamed', 'moved', 'paused', 'exported', 'stripped', 'original', 'plain'];
		await n8n.importWorkflows(ids.map(workflow));
		await n8n.start();
		for (const id of ids) {
			await n8n.publish(id);
			moves.watch(id);
		}
		const all = (counts: string) => Object.fromEntries(ids.map((id) => [id, counts]));
		await moves.happen();
		await moves.expectCame('published', all('1'));
		await moves.happen();
		await moves.expectCame('polled', all('11'));
		for (const id of ['exported', 'stripped', 'original']) {
			await n8n.command(['export:workflow', `--id=${id}`, `--output=${fileOf(id)}`]);
		}

		// The portal's host is another one, the trigger is renamed, the workflow is copied, deactivated.
		await n8n.client.deactivate('paused');
		await movePortal(simulator.url.replace('127.0.0.1', 'localhost'));
		const { name, nodes, connections } = workflowSchema.parse(
			await n8n.client.api('GET', '/workflows/renamed'),
		);
		await n8n.client.api('PUT', '/workflows/renamed', {
			name,
			nodes: nodes.map((node) => (node.name === trigger ? { ...node, name: 'Renamed' } : node)),
			connections: { Renamed: connections[trigger] },
			settings: {},
		});
		await n8n.client.activate('renamed');
		moves.watch('renamed', 'Renamed');
		const exported = await readExport('original');
		const copies: string[] = [];
		for (const more of [{}, { staticData: exported?.staticData }]) {
			const body = {
				name: 'copy',
				nodes: exported?.nodes,
				connections: exported?.connections,
				settings: {},
				active: false,
				...more,
			};
			const { id } = createdSchema.parse(await n8n.client.rest('POST', '/workflows', body)).data;
			await n8n.publish(id);
			moves.watch(id);
			copies.push(id);
		}
		const bothCopies = (counts: string) => Object.fromEntries(copies.map((id) => [id, counts]));
		await aTick();
		await moves.happen();
		const moved = { ...all('111'), ...bothCopies('001'), paused: '110' };
		await moves.expectCame('moved, renamed, copied, deactivated', moved);

		await movePortal(simulator.url);
		await n8n.publish('paused');
		await aTick();
		await moves.happen();
		await moves.expectCame('moved back, activated', { ...all('1111'), ...bothCopies('0011') });

		// Imported again: over itself, with its static data and without, and after it was deleted.
		const { staticData: _, ...stripped } = { ...(await readExport('stripped')) };
		await writeFile(fileOf('stripped'), JSON.stringify([stripped]));
		await n8n.client.deactivate('original');
		await n8n.client.rest('POST', '/workflows/original/archive');
		await n8n.client.rest('DELETE', '/workflows/original');
		await n8n.stop();
		const database = path.join(n8n.folder, '.n8n/database.sqlite');
		const backup = path.join(n8n.folder, 'backup.sqlite');
		await copyDatabase(database, backup);
		for (const id of ['exported', 'stripped', 'original']) {
			await n8n.command(['import:workflow', `--input=${fileOf(id)}`]);
			await n8n.publish(id);
		}
		await n8n.start();
		await aTick();
		await moves.happen();
		await moves.expectCame('imported again', {
			plain: '11111',
			exported: isDurable ? '11111' : '11221',
			stripped: '11111',
			original: isDurable ? '00001' : '00111',
		});

		// A start without the package ends every trigger for good, though n8n shows them as active. Deactivated and
		// activated again they go on where they were.
		await n8n.stop();
		const packages = path.join(n8n.folder, '.n8n/nodes');
		await rename(packages, `${packages}.away`);
		await n8n.start();
		await moves.happen();
		await aTick();
		await n8n.stop();
		await rm(packages, { recursive: true, force: true });
		await rename(`${packages}.away`, packages);
		await n8n.start();
		await aTick();
		moves.expectNow('after a start without the package', { plain: '111110', renamed: '111110' });
		const statuses = n8n.database.triggerStatuses('plain').map(({ status }) => status);
		moves.check('the trigger after it', statuses, ['failed']);
		for (const id of ['plain', 'renamed']) {
			await n8n.client.deactivate(id);
			await delay(3000);
			await n8n.publish(id);
		}
		await moves.expectCame('activated again', { plain: '111111', renamed: '111111' });

		// The database of a while ago: neither n8n nor the trigger knows of what came since.
		await n8n.stop();
		await copyDatabase(backup, database);
		moves.expectNow('a backup of the database', { plain: '111100' });
		await n8n.start();
		await moves.expectCame('started with the backup', { plain: '111111', renamed: '111111' });
		return moves.checks;
	} finally {
		await world.stop();
	}
}
