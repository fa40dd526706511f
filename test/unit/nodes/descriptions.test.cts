/** What people and agents read: every node, operation and parameter says what it does. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { resolveOutputSchemaPath } from 'n8n-core';
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

import { actionNodes, choicesOf, everyNode, everyOperation } from './everyNode.cjs';

const root = path.resolve(__dirname, '../../../..');
const docs = 'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs';
const nodes = Object.entries(everyNode);

/** A parameter and those inside of it. */
function withInner(property: INodeProperties): INodeProperties[] {
	const inner = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option && 'default' in option,
	);
	return [property, ...inner.flatMap(withInner)];
}

const parameters = nodes.flatMap(([folder, { description }]) =>
	description.properties
		.flatMap(withInner)
		.map((property): [string, INodeProperties] => [`${folder}: ${property.name}`, property]),
);

function codexOf(folder: string, name: string) {
	const file = `${name.charAt(0).toUpperCase()}${name.slice(1)}.node.json`;
	return z
		.object({
			node: z.string(),
			alias: z.array(z.string()),
			resources: z.object({
				credentialDocumentation: z.array(z.object({ url: z.string() })),
				primaryDocumentation: z.array(z.object({ url: z.string() })),
			}),
		})
		.parse(JSON.parse(readFileSync(path.join(root, 'nodes', folder, file), 'utf8')));
}

it('the entry that the editor makes of the node and the trigger is found by the words of both', () => {
	// It keeps the codex of the node and the description of the trigger.
	const { alias } = codexOf('Proofpoint', 'proofpoint');
	expect(alias).toEqual(expect.arrayContaining(codexOf('Trigger', 'proofpointTrigger').alias));
	expect(everyNode.Trigger?.description.description).toMatch(/^Get .* or start a workflow/);
});

describe.each(nodes)('%s', (folder, { description }) => {
	const codex = codexOf(folder, description.name);

	it('links to its page, and to that of the credential', () => {
		const page = `${docs}/nodes/${description.name}.md`;
		expect(description.documentationUrl).toBe(page);
		expect(codex.node).toBe(`n8n-nodes-proofpoint.${description.name}`);
		expect(codex.resources).toEqual({
			credentialDocumentation: [{ url: `${docs}/credential.md` }],
			primaryDocumentation: [{ url: page }],
		});
		expect(new ProofpointApi().documentationUrl).toBe(`${docs}/credential.md`);
	});

	it('is found by the old name of the product', () => {
		expect(codex.alias).toContain('tessian');
		expect(description.description).toContain('Tessian');
	});
});

it.each(parameters)('%s is explained, and computed by nothing', (_name, property) => {
	// n8n evaluates each parameter of a node for each input item: an expression would be paid every time.
	if (property.name !== 'createdAfter')
		expect(JSON.stringify(property.default)).not.toContain('{{');
	if (property.type === 'hidden' || property.type === 'notice') return;
	const plain = ['resource', 'operation', 'options', 'filters'];
	if (plain.includes(property.name)) return;
	expect(property.description ?? '').toMatch(/^[A-Z]/);
});

describe('operations', () => {
	const operations = everyOperation();

	it.each(operations.map((operation) => [operation.option.action, operation] as const))(
		'%s',
		(action, { node, resource, option }) => {
			expect(option.description?.length).toBeGreaterThan(20);
			// n8n's own function: the name of a new node. What an agent reads is in toolTexts.test.
			const chosen: INodeParameters = { resource, operation: String(option.value) };
			expect(NodeHelpers.makeNodeName(chosen, node.description)).toBe(action);
		},
	);

	it('no two do the same in the list of actions', () => {
		const said = operations.map(({ option }) => option.action);
		expect(new Set(said).size).toBe(said.length);
	});

	it('what is final says so', () => {
		const deleting = operations.filter(({ option }) => /^delete/.test(String(option.value)));
		expect(deleting).toHaveLength(3);
		for (const { option } of deleting) {
			expect(option.action).toMatch(/^Permanently delete/);
			expect(option.description).toMatch(/cannot be (undone|recovered)/);
		}
	});
});

it.each(everyOperation().map((operation) => [operation.option.action, operation] as const))(
	'%s: a notice says that it acts on real things, and on no other operation',
	(_, operation) => {
		const { node, resource, option } = operation;
		const parameters: INodeParameters = { resource, operation: String(option.value) };
		const notices = node.description.properties.filter(
			(property) =>
				property.type === 'notice' &&
				NodeHelpers.displayParameter(parameters, property, null, node.description) &&
				property.displayName.includes('“Execute step”'),
		);
		const reads = /^(get|getAll|getPage)$/.test(String(option.value));
		expect(notices).toHaveLength(reads ? 0 : 1);
	},
);

it('the list of events says that it looks at seven days', () => {
	const node = actionNodes.Proofpoint;
	const list = everyOperation().find(
		(operation) => operation.node === node && operation.option.value === 'getAll',
	);
	for (const text of [list?.option.description, node?.description.description])
		expect(text).toMatch(/last seven days/);
});

it('nothing that is final is the first or the preselected operation', () => {
	for (const { description } of Object.values(actionNodes)) {
		for (const property of description.properties.filter(({ name }) => name === 'operation')) {
			const first = choicesOf(property)[0]?.value;
			expect([property.default, first].filter((value) => /^delete/.test(String(value)))).toEqual(
				[],
			);
		}
	}
});

it('the one resource of a node is hidden and stored', () => {
	for (const [folder, { description }] of Object.entries(actionNodes)) {
		const resource = description.properties.find(({ name }) => name === 'resource');
		expect(resource && choicesOf(resource).map(({ value }) => value)).toContain(resource?.default);
		if (folder !== 'Group') expect(resource?.type).toBe('hidden');
		expect(
			NodeHelpers.getNodeParameters(description.properties, {}, true, false, null, description),
		).toHaveProperty('resource');
	}
});

describe('output schemas', () => {
	it.each(everyOperation().map((operation) => [operation.option.action, operation] as const))(
		'%s',
		(_action, { folder, resource, option }) => {
			// The host's own look-up, as the editor asks it: no fallback to another version.
			const file = resolveOutputSchemaPath({
				nodeDir: path.join(root, 'dist/nodes', folder),
				version: '1.0.0',
				resource,
				operation: String(option.value),
			});
			const schema: unknown = JSON.parse(readFileSync(file ?? '', 'utf8'));
			expect(schema).toMatchObject({ type: 'object', version: 1 });
			expectReadable(schema);
		},
	);

	it('of the trigger, for each event', () => {
		const file = resolveOutputSchemaPath({
			nodeDir: path.join(root, 'dist/nodes/Trigger'),
			version: 1,
			versionFallback: true,
		});
		const schema = z
			.object({ anyOf: z.array(z.object({ title: z.string() }).passthrough()) })
			.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
		const events = everyNode.Trigger?.description.properties.find(({ name }) => name === 'event');
		expect(schema.anyOf.map(({ title }) => title).sort()).toEqual(
			(events ? choicesOf(events) : []).map(({ value }) => value).sort(),
		);
		schema.anyOf.forEach(expectReadable);
	});
});

/** The editor's preview reads types and properties only: anything else shows as a field without a type. */
function expectReadable(schema: unknown): void {
	const node = z
		.object({
			type: z.union([z.string(), z.array(z.string())]),
			properties: z.record(z.string(), z.unknown()).optional(),
			items: z.unknown().optional(),
		})
		.parse(schema);
	const type = [node.type].flat()[0];
	if (type === 'array') expectReadable(node.items);
	Object.values(node.properties ?? {}).forEach(expectReadable);
}
