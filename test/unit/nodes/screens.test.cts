/** What people see: the words of actions, the order of options, what finds a node, and what an AI builder is told. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { z } from 'zod';

import { choicesOf, everyNode, everyOperation } from './everyNode.cjs';

const root = path.resolve(__dirname, '../../../..');
const nodes = Object.entries(everyNode);

function withInner(property: INodeProperties): INodeProperties[] {
	const inner = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option && 'default' in option,
	);
	return [property, ...inner.flatMap(withInner)];
}

const parameters = nodes.flatMap(([folder, { description }]) =>
	description.properties.flatMap(withInner).map((property) => ({ folder, property })),
);
const names = (options: INodePropertyOptions[]) => options.map(({ name }) => name);

describe('action texts', () => {
	const events = everyNode.Trigger?.description.properties.find(({ name }) => name === 'event');
	const actions = [
		...everyOperation().map(({ option }) => option.action ?? ''),
		...(events ? choicesOf(events) : []).map(({ action }) => action ?? ''),
	];

	it.each(actions)('%s: sentence case, no article, no full stop', (action) => {
		expect(action).not.toMatch(/\b(a|an|the)\b/i);
		expect(action).toMatch(/^[A-Z][a-z ]+$/);
		expect(action.length).toBeLessThanOrEqual(40);
	});
});

describe('options', () => {
	const lists = parameters
		.filter(({ property }) => ['options', 'multiOptions'].includes(property.type))
		.map(({ folder, property }) => ({ folder, property, choices: choicesOf(property) }));

	it.each(lists)(
		'$folder $property.name: from five on alphabetical, the usual one first before',
		({ property, choices }) => {
			if (choices.length >= 5) {
				expect(names(choices)).toEqual([...names(choices)].sort((a, b) => a.localeCompare(b)));
			} else if (property.type === 'options') {
				expect(choices[0]?.value).toBe(property.default);
			}
		},
	);
});

it.each(nodes)(
	'%s: its description says when another node is the right one',
	(_folder, { description }) => {
		expect(description.description).toMatch(/, use Proofpoint|Not for Proofpoint/);
		const named = /use (Proofpoint[A-Za-z ]*)\./.exec(description.description)?.[1];
		const all = nodes.map(([, node]) => node.description.displayName);
		if (named !== undefined) expect(all).toContain(named);
		expect(named).not.toBe(description.displayName);
	},
);

const codexSchema = z.object({ alias: z.array(z.string()) });

function aliasesOf(folder: string): string[] {
	const name = everyNode[folder]?.description.name ?? '';
	const file = `${name.charAt(0).toUpperCase()}${name.slice(1)}.node.json`;
	return codexSchema.parse(JSON.parse(readFileSync(path.join(root, 'nodes', folder, file), 'utf8')))
		.alias;
}

describe('aliases', () => {
	it.each(nodes)('%s: each once, in small letters, and by the product', (folder) => {
		const aliases = aliasesOf(folder);
		expect(new Set(aliases).size).toBe(aliases.length);
		for (const alias of aliases) expect(alias).toBe(alias.toLowerCase().trim());
		expect(aliases).toEqual(expect.arrayContaining(['tessian', 'adaptive email security']));
	});
});

describe('what an AI builder of workflows is told', () => {
	const types = nodes.map(([, { description }]) => `n8n-nodes-proofpoint.${description.name}`);

	it.each(nodes)('%s: when to use it, and what belongs to it', (_folder, { description }) => {
		const { searchHint, relatedNodes = [] } = description.builderHint ?? {};
		expect(searchHint ?? '').toMatch(/^[A-Z].{40,}\.$/);
		expect(relatedNodes.length).toBeGreaterThan(0);
		for (const { nodeType, relationHint } of relatedNodes) {
			expect(types).toContain(nodeType);
			expect(nodeType).not.toBe(`n8n-nodes-proofpoint.${description.name}`);
			expect(relationHint).not.toBe('');
		}
	});

	it.each([
		'eventId',
		'groupId',
		'members',
		'createdAfter',
		'filters',
		'output',
		'returnAll',
		'startFrom',
	])('%s has a hint', (name) => {
		const own = parameters.filter(({ property }) => property.name === name);
		expect(own.some(({ property }) => property.builderHint !== undefined)).toBe(true);
	});

	it('no hint holds the wire format of expressions', () => {
		const hints = JSON.stringify([
			nodes.map(([, { description }]) => description.builderHint),
			parameters.map(({ property }) => property.builderHint),
		]);
		expect(hints).not.toMatch(/=\{\{|ai_tool|ai_languageModel/);
	});
});
