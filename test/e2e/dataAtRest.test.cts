/** docs/data-at-rest.md: where n8n keeps what events bring, found by looking into every table and file of a real n8n. */
import { stopAll } from '@test/stopAll.cjs';
import { chain, pollEveryTenSeconds, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { reached } from './playbookWorld.cjs';
import { makeWorld, proofpointNode, type World } from './setup.cjs';

const subject = 'A subject at rest 4711';
const sender = 'sender.at.rest@initech.example';
/** Executions of one workflow are kept; of the others only those that fail. */
const kept = 'restKept';
const notKept = 'restNotKept';
const failing = 'restFailing';

let world: World;
let eventId: string;

/** The trigger and Remove Duplicates, as playbooks have them. */
function workflow(id: string, settings: Record<string, unknown>, end: WorkflowNode): Workflow {
	const nodes: WorkflowNode[] = [
		proofpointNode('Trigger', 'proofpointTrigger', {
			event: 'securityEventCreated',
			startFrom: 'beginning',
			output: 'raw',
		}),
		{
			name: 'Only once',
			type: 'n8n-nodes-base.removeDuplicates',
			typeVersion: 2,
			parameters: {
				operation: 'removeItemsSeenInPreviousExecutions',
				logic: 'removeItemsWithAlreadySeenKeyValues',
				dedupeValue: '={{ $json.id }}',
				options: { scope: 'node', historySize: 50000 },
			},
		},
		end,
	];
	const polled = pollEveryTenSeconds(
		chain(id, nodes, id),
		'n8n-nodes-proofpoint.proofpointTrigger',
	);
	return { ...polled, settings };
}

/** The columns in which a text stands, over all tables of n8n's database. */
function placesOf(text: string): string[] {
	const { n8n } = world;
	const tables = n8n.query(`SELECT name FROM sqlite_master WHERE type = 'table'`);
	return tables.flatMap(({ name }) => {
		const table = String(name);
		const names = n8n
			.query('SELECT name FROM pragma_table_info(?)', table)
			.map(({ name }) => String(name));
		const holds = names.map((name) => `max(instr(CAST("${name}" AS TEXT), ?1) > 0) AS "${name}"`);
		const [found = {}] = n8n.query(`SELECT ${holds.join(', ')} FROM "${table}"`, text);
		return names.filter((name) => found[name] === 1).map((name) => `${table}.${name}`);
	});
}

/** The files of n8n's folder in which a text stands, the installed packages left out. */
function filesWith(text: string): string[] {
	const { folder } = world.n8n;
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => !name.split(path.sep).includes('node_modules'))
		.filter((name) => statSync(path.join(folder, name)).isFile())
		.filter((name) => readFileSync(path.join(folder, name)).includes(text))
		.map((name) => path.basename(name));
}

/** What Remove Duplicates remembers for a workflow. */
function remembered(workflowId: string): string {
	return JSON.stringify(
		world.n8n.query('SELECT * FROM processed_data WHERE workflowId = ?', workflowId),
	);
}

/** The workflows whose executions hold a text. */
function workflowsWith(text: string): unknown[] {
	const rows = world.n8n.query(
		`SELECT DISTINCT workflowId FROM execution_entity JOIN execution_data ON executionId = id
			WHERE instr(data, ?) > 0 ORDER BY workflowId`,
		text,
	);
	return rows.map(({ workflowId }) => workflowId);
}

/** How many executions still run, or are marked as deleted and still there. */
function unfinished(): number {
	const rows = world.n8n.query(
		`SELECT id FROM execution_entity WHERE status IN ('new', 'running') OR deletedAt IS NOT NULL`,
	);
	return rows.length;
}

beforeAll(async () => {
	// What is not to be kept is only marked as deleted; every 15 minutes n8n deletes what is marked, here every minute.
	const env = { EXECUTIONS_DATA_PRUNE_HARD_DELETE_INTERVAL: '1' };
	world = await makeWorld({ events: 0, seed: 5 }, { env });
	const { n8n, simulator } = world;
	const [event] = await simulator.createEvents({
		count: 1,
		type: 'defender',
		fields: { inbound_email_details: { subject, from: sender } },
	});
	eventId = String(event?.id);
	const end: WorkflowNode = { name: 'End', type: 'n8n-nodes-base.noOp' };
	const stop: WorkflowNode = {
		name: 'Fail',
		type: 'n8n-nodes-base.stopAndError',
		parameters: { errorMessage: 'It failed' },
	};
	const onlyFailed = { saveDataSuccessExecution: 'none' };
	await n8n.importWorkflows([
		workflow(kept, {}, end),
		workflow(notKept, onlyFailed, end),
		workflow(failing, onlyFailed, stop),
	]);
	await n8n.publish(kept, notKept, failing);
	await n8n.start();
	const done = await reached(
		() => [kept, notKept, failing].every((id) => remembered(id) !== '[]') && unfinished() === 0,
		480_000,
	);
	expect(done).toBe(true);
	await n8n.stop();
}, 840_000);

afterAll(async () => {
	await stopAll(world);
}, 120_000);

it('subjects, addresses and IDs of events are in the data of executions, and nowhere else', () => {
	for (const text of [subject, sender, eventId]) {
		expect(placesOf(text)).toEqual(['execution_data.data']);
	}
});

it('without successful executions nothing of them is left; a failed one still holds the events', () => {
	expect(workflowsWith(subject)).toEqual([failing, kept]);
});

it('no file but the database holds them, no log either', () => {
	for (const text of [subject, sender, eventId]) {
		for (const name of filesWith(text)) expect(name).toMatch(/^database\.sqlite(?:-wal)?$/);
	}
});

it('Remove Duplicates keeps a digest of the key', () => {
	const digest = createHash('md5').update(eventId).digest('base64');
	expect(remembered(kept)).toContain(digest);
	expect(remembered(kept)).not.toContain(eventId);
});

it('the trigger’s position holds no record, no portal and no token', () => {
	const [row] = world.n8n.query('SELECT staticData FROM workflow_entity WHERE id = ?', kept);
	const position = String(row?.staticData);
	expect(position).toContain('checkpoint');
	const { host } = new URL(world.simulator.url);
	for (const text of [subject, sender, eventId, host, world.simulator.token]) {
		expect(position).not.toContain(text);
	}
});

it('the token is in no table and no file in clear', () => {
	expect(placesOf(world.simulator.token)).toEqual([]);
	expect(filesWith(world.simulator.token)).toEqual([]);
});
