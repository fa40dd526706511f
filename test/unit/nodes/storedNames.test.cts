/** The descriptions of the nodes against the table of stored names. */
import { manifestIn } from '@test/manifest.cjs';
import path from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

import { choicesOf, everyNode } from './everyNode.cjs';
import { names, type Stored, type Table } from './storedTable.cjs';

const descriptions = new Map(
	Object.values(everyNode).map(({ description }) => [description.name, description]),
);

it('the package, its nodes and its credential', () => {
	const manifest = manifestIn(path.resolve(__dirname, '../../../..'));
	expect(manifest.name).toBe('n8n-nodes-proofpoint');
	expect([...descriptions.keys()].sort()).toEqual(Object.keys(names).sort());
	const files = manifest.n8n.nodes.map((file) => path.basename(file, '.node.js'));
	const classes = Object.keys(names).map((name) => name.replace(/^p/, 'P'));
	expect(files.sort()).toEqual(classes.sort());
	expect(manifest.n8n.credentials).toEqual(['dist/credentials/ProofpointApi.credentials.js']);
});

it('the credential and its fields', () => {
	const { name, displayName, properties } = new ProofpointApi();
	expect([name, displayName]).toEqual(['proofpointApi', 'Proofpoint API']);
	expect(tableOf(properties)).toEqual(
		sorted({
			portalUrl: ['string', ''],
			apiToken: ['string', ''],
			allowCustomHost: ['boolean', false],
		}),
	);
});

describe.each(Object.entries(names))('%s', (name, { displayName, by, fallback, stores }) => {
	const description = some(descriptions.get(name));

	it('its names, its version and its credential', () => {
		expect(description.displayName).toBe(displayName);
		expect(description.defaults.name).toBe(displayName);
		expect(description.version).toBe(1);
		expect(description.credentials?.map((credential) => credential.name)).toEqual([
			'proofpointApi',
		]);
	});

	it(`what there is to choose as ${by}, and what a new node has`, () => {
		const all = chosenIn(description, by);
		expect(all.map(({ label }) => label).sort()).toEqual(Object.keys(stores).sort());
		expect(all.find(({ isDefault }) => isDefault)?.label).toBe(fallback);
	});

	it.each(Object.entries(stores))('%s stores these parameters', (label, table) => {
		const { choice } = some(chosenIn(description, by).find((chosen) => chosen.label === label));
		expect(tableOf(description.properties.filter((property) => shows(property, choice)))).toEqual(
			sorted(table),
		);
	});
});

type Choice = Readonly<Record<string, string>>;

/** Every choice of the parameter that decides about the others, with the resource where there is one. */
function chosenIn({ properties }: INodeTypeDescription, by: string) {
	const resource = properties.find(({ name }) => name === 'resource');
	const resources = resource ? choicesOf(resource).map(({ value }) => String(value)) : [undefined];
	return resources.flatMap((owner) => {
		const own: Choice = owner === undefined ? {} : { resource: owner };
		const deciding = properties.filter(({ name }) => name === by).filter((one) => shows(one, own));
		expect(deciding).toHaveLength(1);
		return deciding.flatMap((property) =>
			choicesOf(property).map(({ value }: INodePropertyOptions) => ({
				choice: { ...own, [by]: String(value) },
				label: owner === undefined ? String(value) : `${owner} ${String(value)}`,
				isDefault:
					value === property.default && (owner === undefined || owner === resource?.default),
			})),
		);
	});
}

/** Whether a parameter belongs to a choice, whatever the other parameters say. */
function shows({ displayOptions = {} }: INodeProperties, choice: Choice): boolean {
	const { show = {}, hide = {} } = displayOptions;
	// What only the tool of an agent has: see toolTexts.test.
	if (show['@tool'] !== undefined) return false;
	const names = Object.keys(choice);
	const has = (list: unknown[] | undefined, name: string) => list?.includes(choice[name]);
	return (
		names.every((name) => has(show[name], name) ?? true) &&
		!names.some((name) => has(hide[name], name) ?? false)
	);
}

const deciding = ['resource', 'operation', 'event'];

/** What these parameters store, the inner ones of a collection too. */
function tableOf(properties: INodeProperties[], prefix = ''): Table {
	const stored = properties.filter(
		({ name, type }) => type !== 'notice' && !(prefix === '' && deciding.includes(name)),
	);
	const entries = stored.flatMap((property): Array<[string, Stored]> => {
		const name = `${prefix}${property.name}`;
		const values = (property.modes ?? choicesOf(property)).map((choice) =>
			String('value' in choice ? choice.value : choice.name),
		);
		const own: Stored =
			values.length === 0
				? [property.type, property.default]
				: [property.type, property.default, values.join('|')];
		const inner = (property.options ?? []).filter(
			(option): option is INodeProperties => 'type' in option && 'default' in option,
		);
		return [[name, own], ...Object.entries(tableOf(inner, `${name}.`))];
	});
	expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length);
	return sorted(Object.fromEntries(entries));
}

/** The same table with the values of each choice in the order of the alphabet. */
function sorted(table: Table): Table {
	return Object.fromEntries(
		Object.entries(table).map(([name, [type, fallback, values]]): [string, Stored] => [
			name,
			values === undefined
				? [type, fallback]
				: [type, fallback, values.split('|').sort().join('|')],
		]),
	);
}

function some<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('It is missing');
	return value;
}
