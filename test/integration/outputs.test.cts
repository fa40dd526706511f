/**
 * What the editor previews before the first run is what comes out: each operation and each event of the trigger runs
 * on the host's engine against the simulator, and every field of its items is in the schema that the build wrote.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { resolveOutputSchemaPath } from 'n8n-core';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { simpleEventSchema } from '@nodes/shared/core/simpleEvent';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { actionNodes, everyNode, everyOperation } from '@test/unit/nodes/everyNode.cjs';

import { runNode, type CredentialData } from './host.cjs';
import { Poller } from './poller.cjs';

const root = path.resolve(__dirname, '../../..');

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 120, seed: 11, remediationDelay: 0 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

const schemaShape = z.object({
	type: z.union([z.string(), z.array(z.string())]),
	properties: z.record(z.string(), z.unknown()).optional(),
	items: z.unknown().optional(),
});

/** Where a value is not what its schema says: an unknown field, or another type. */
function differences(schema: unknown, value: unknown, at = '$'): string[] {
	const { type, properties, items } = schemaShape.parse(schema);
	const kind = kindOf(value);
	const types = [type].flat().map((name) => (name === 'integer' ? 'number' : name));
	if (!types.includes(kind)) return [`${at} is ${kind}, not ${types.join(' or ')}`];
	if (Array.isArray(value)) {
		return value.flatMap((entry, index) => differences(items, entry, `${at}[${index}]`));
	}
	// An object without properties holds what it likes.
	if (kind !== 'object' || !properties || Object.keys(properties).length === 0) return [];
	return Object.entries(value ?? {}).flatMap(([field, entry]) =>
		field in properties
			? differences(properties[field], entry, `${at}.${field}`)
			: [`${at}.${field} is not in the schema`],
	);
}

function kindOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

function schemaIn(folder: string, resource?: string, operation?: string): unknown {
	const file = resolveOutputSchemaPath({
		nodeDir: path.join(root, 'dist/nodes', folder),
		version: 1,
		versionFallback: true,
		...(resource === undefined ? {} : { resource }),
		...(operation === undefined ? {} : { operation }),
	});
	const schema: unknown = JSON.parse(readFileSync(file ?? '', 'utf8'));
	return schema;
}

/** The items of one operation; `parameters` beside the resource and operation. */
async function itemsOf(folder: string, parameters: INodeParameters): Promise<IDataObject[]> {
	const nodeType = actionNodes[folder];
	if (!nodeType) throw new Error(`There is no node ${folder}`);
	const items = await runNode({ nodeType, parameters, credential });
	return items.map(({ json }) => json);
}

async function someGroup(): Promise<INodeParameters> {
	const [group] = await itemsOf('Group', {
		resource: 'group',
		operation: 'create',
		name: 'Outputs',
	});
	const groupId = { __rl: true, mode: 'id', value: String(group?.id) };
	await itemsOf('Group', {
		resource: 'member',
		operation: 'add',
		groupId,
		members: 'alice@example.com, @partner.example',
	});
	return { groupId };
}

/** What an operation needs beside its name. */
async function parametersFor(operation: string, resource: string): Promise<INodeParameters> {
	if (resource === 'email') {
		const place =
			operation === 'deleteFromInbox' ? { place: 'inbox' as const } : { releasable: true };
		const [event] = await simulator.createEvents({ count: 1, type: 'defender', ...place });
		return { eventId: event?.id ?? '' };
	}
	if (resource === 'securityEvent' && operation === 'get') {
		const { events } = await simulator.ledger();
		return { eventId: events[0]?.id ?? '', createdAfter: '2000-01-01T00:00:00Z' };
	}
	if (operation === 'getAll' && resource !== 'member') return { returnAll: true };
	if (operation === 'getPage') return {};
	if (operation === 'create') return { name: 'Outputs' };
	const options = operation === 'sync' ? { maxRemovals: 100 } : {};
	return { ...(await someGroup()), name: 'Renamed', members: 'bob@example.com', options };
}

it.each(everyOperation().map((operation) => [operation.option.action, operation] as const))(
	'%s',
	async (_action, { folder, resource, option }) => {
		const operation = String(option.value);
		const parameters = { resource, operation, ...(await parametersFor(operation, resource)) };
		const schema = schemaIn(folder, resource, operation);
		const items = await itemsOf(folder, parameters);
		expect(items.length).toBeGreaterThan(0);
		expect([...new Set(items.flatMap((item) => differences(schema, item)))]).toEqual([]);
	},
);

it('a remediation with its confirmation, and a sync that only shows what it would do', async () => {
	const [event] = await simulator.createEvents({ count: 1, type: 'defender', releasable: true });
	const [confirmed] = await itemsOf('Remediation', {
		operation: 'releaseFromQuarantine',
		eventId: event?.id ?? '',
		options: { waitForConfirmation: true },
	});
	expect(confirmed?.confirmed).toBe(true);
	expect(differences(schemaIn('Remediation', 'email', 'releaseFromQuarantine'), confirmed)).toEqual(
		[],
	);

	const sync = { resource: 'member', operation: 'sync', members: 'bob@example.com' };
	const [plan] = await itemsOf('Group', {
		...sync,
		...(await someGroup()),
		options: { dryRun: true },
	});
	expect(plan?.dryRun).toBe(true);
	expect(differences(schemaIn('Group', 'member', 'sync'), plan)).toEqual([]);
});

it('simple events of all types, with the same ten fields', async () => {
	const items = await itemsOf('Proofpoint', { returnAll: true, createdAfter: '' });
	expect(new Set(items.map(({ type }) => type)).size).toBeGreaterThanOrEqual(3);
	for (const item of items) {
		expect(simpleEventSchema.parse(item)).toEqual(item);
		expect(Object.keys(item)).toEqual(Object.keys(simpleEventSchema.shape));
		expect(Object.keys(item)).toHaveLength(10);
	}
});

const triggerSchema = z
	.object({ anyOf: z.array(z.object({ title: z.string() }).passthrough()) })
	.parse(schemaIn('Trigger'));

it.each(triggerSchema.anyOf.map((schema) => [schema.title, schema] as const))(
	'a test run of the trigger: %s',
	async (event, schema) => {
		const nodeType = everyNode.Trigger;
		if (!nodeType) throw new Error('There is no trigger');
		const items = await new Poller(nodeType, { event }, credential).sample();
		expect(items.length).toBeGreaterThan(0);
		expect([...new Set(items.flatMap((item) => differences(schema, item)))]).toEqual([]);
		expect(Object.keys(items[0] ?? {})).toEqual(
			expect.arrayContaining(event === 'userConnectionChanged' ? ['previous_status'] : []),
		);
	},
);

it('a test run without anything to show says what to do', async () => {
	const nodeType = everyNode.Trigger;
	if (!nodeType) throw new Error('There is no trigger');
	const filters = { types: ['sentinel'] };
	const trigger = new Poller(nodeType, { event: 'securityEventCreated', filters }, credential);
	await expect(trigger.sample()).rejects.toThrow(
		'Proofpoint lists no security events that pass the filters',
	);
});
