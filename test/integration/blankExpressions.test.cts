/**
 * Every parameter of every operation, with an expression that gives nothing or a blank text: a cell that is empty, a field
 * that has another name. What it would stand for is often the most that there is, so it is refused by the parameter's
 * name before anything is sent. The same field left empty has its documented meaning, and so has a blank text in a filter.
 * The parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { actionNodes, everyOperation } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { runNode, type CredentialData } from './host.cjs';
import {
	everyParameter,
	LIST_FIELDS,
	parametersIn,
	titleOf,
	type AnyRow,
} from './parameterRows.cjs';

let simulator: Simulator;
let credential: CredentialData;
let groupId = 0;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, users: 9, audits: 9, groups: 4, seed: 21 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	groupId = (await simulator.state()).groups[0]?.id ?? 0;
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

const titled = everyParameter.map((row): [string, AnyRow] => [titleOf(row), row]);

/** The other parameters, so that the one under test is read. */
function othersOf({ operation, property, within }: AnyRow): INodeParameters {
	const { name } = property;
	const parameters: INodeParameters = {
		resource: operation.resource,
		operation: operation.option.value,
		groupId: { __rl: true, mode: 'id', value: groupId },
		name: 'A group',
		members: 'alice@acme.example',
		eventId: 'defender::inbound-nobody',
		...(name === 'fields' ? { output: 'fields' } : {}),
		...(name === 'confirmationTimeout' ? { options: { waitForConfirmation: true } } : {}),
		// It alone would allow an empty list.
		...(name === 'members' && operation.option.value === 'sync'
			? { options: { allowEmpty: true, maxRemovals: 1000 } }
			: {}),
	};
	return within ? { ...parameters, [within]: { ...parametersIn(parameters[within]) } } : parameters;
}

async function run(row: AnyRow, value: unknown, item: IDataObject = {}) {
	const { property, within, operation } = row;
	const others = othersOf(row);
	const own =
		property.type === 'resourceLocator'
			? { groupId: { __rl: true, mode: 'id', value } }
			: within
				? { [within]: { ...parametersIn(others[within]), [property.name]: value } }
				: { [property.name]: value };
	let error = '';
	try {
		await runNode({
			nodeType: operation.node,
			parameters: z.custom<INodeParameters>().parse({ ...others, ...own }),
			items: [item],
			credential,
		});
	} catch (caught) {
		if (!(caught instanceof Error)) throw caught;
		error = `${caught.message} ${'description' in caught ? String(caught.description) : ''}`;
	}
	const { requests } = await simulator.requests();
	return { error, sent: requests.map(({ method, path }) => `${method} ${path}`) };
}

it('there is every kind of parameter to try', () => {
	expect(everyParameter.length).toBeGreaterThan(80);
	const types = new Set(everyParameter.map(({ property }) => property.type));
	for (const type of ['boolean', 'dateTime', 'multiOptions', 'number', 'options', 'string']) {
		expect(types).toContain(type);
	}
	expect(types).toContain('resourceLocator');
});

const blanks: Array<[string, unknown]> = [
	['null', null],
	['nothing', undefined],
	['an empty text', ''],
	['blanks', ' \n'],
];

describe.each(titled)('%s', (_title, row) => {
	const label = `“${row.property.displayName.replace(/ \(.*\)$/, '')}`;

	// A filter that is a list or a text: an empty one lets everything pass, however it came to be empty.
	const isFilter = row.within === 'filters' && row.property.type !== 'dateTime';

	it.each(blanks)('an expression that gives %s', async (_name, given) => {
		const item = z.custom<IDataObject>().parse({ given });
		const { error, sent } = await run(row, '={{ $json.given }}', item);
		if (isFilter && typeof given === 'string') {
			expect(error).toBe('');
			expect(sent).not.toEqual([]);
		} else {
			expect({ error, sent }).toEqual({ error: expect.stringContaining(label), sent: [] });
		}
	});

	// What is left of values that were not found. A list of fields is one too.
	const { type, name } = row.property;
	if (type === 'multiOptions' || [...LIST_FIELDS, 'fields'].includes(name)) {
		it.each(['={{ $json.a }},{{ $json.b }}', "={{ [$json.a ?? '', ''] }}", '=[""]', ' ; ,'])(
			'a list that holds something and no value: %s',
			async (expression) => {
				const { error, sent } = await run(row, expression);
				expect({ error, sent }).toEqual({ error: expect.stringContaining(label), sent: [] });
			},
		);
	}

	// What may be left empty in the editor.
	const mayBeEmpty =
		['string', 'dateTime'].includes(row.property.type) &&
		row.property.required !== true &&
		row.property.name !== 'fields';
	if (mayBeEmpty) {
		it('left empty it has its documented meaning', async () => {
			const { error } = await run(row, '');
			expect(error).not.toMatch(/has an invalid value|is not a valid date|has no value/);
		});
	}
});

describe('what the words say about an empty field', () => {
	it.each([
		['Proofpoint', 'getAll', 'createdAfter', undefined, /leave the field empty/],
		['Proofpoint', 'getAll', 'afterCheckpoint', 'options', /leave the field empty/],
		[
			'Proofpoint',
			'getPage',
			'afterCheckpoint',
			undefined,
			/leave the field empty, or .* “beginning”/,
		],
		['Audit', 'getAll', 'createdAfter', 'filters', /remove the filter/],
		['Remediation', 'releaseFromQuarantine', 'createdAfter', 'options', /remove the option/],
	] as const)('%s %s %s', async (folder, operation, name, within, words) => {
		const row = everyParameter.find(
			(one) =>
				one.operation.folder === folder &&
				one.operation.option.value === operation &&
				one.property.name === name &&
				one.within === within,
		);
		if (!row) throw new Error('There is no such parameter');
		const { error } = await run(row, '={{ $json.given }}', { given: '' });
		expect(error).toMatch(words);
		expect(error).toContain('Its expression returns an empty text for this item.');
	});
});

it('an expression has a word for the first page', async () => {
	const nodeType = actionNodes.Audit;
	if (!nodeType) throw new Error('There is no such node');
	const page = async (afterCheckpoint: string) =>
		(
			await runNode({
				nodeType,
				parameters: { operation: 'getPage', pageSize: 2, afterCheckpoint },
				items: [{ checkpoint: null }],
				credential,
			})
		).map(({ json }) => json);
	expect(await page("={{ $json.checkpoint ?? 'beginning' }}")).toEqual(await page(''));
});

it('one Get Page node reads all pages behind a time', async () => {
	const nodeType = actionNodes.Proofpoint;
	if (!nodeType) throw new Error('There is no such node');
	const ids: unknown[] = [];
	let checkpoint: unknown = null;
	let more: unknown = true;
	for (let pages = 0; more === true && pages < 20; pages++) {
		const [page] = await runNode({
			nodeType,
			parameters: {
				operation: 'getPage',
				pageSize: 5,
				createdAfter: "={{ $json.checkpoint ? '' : '2000-01-01T00:00:00Z' }}",
				afterCheckpoint: "={{ $json.checkpoint ?? 'Beginning' }}",
			},
			items: [z.custom<IDataObject>().parse({ checkpoint })],
			credential,
		});
		ids.push(...z.array(z.object({ id: z.string() })).parse(page?.json.results));
		({ checkpoint, additional_results: more } = page?.json ?? {});
	}
	expect(ids).toHaveLength(20);
	await expect(
		runNode({
			nodeType,
			parameters: { operation: 'getPage', createdAfter: '2000-01-01', afterCheckpoint: 'x' },
			items: [{}],
			credential,
		}),
	).rejects.toThrow('cannot be used together');
});

describe('an operation or a resource that does not exist', () => {
	const known: Record<string, string[]> = {};
	for (const { folder, resource, option } of everyOperation()) {
		(known[`${folder} ${resource}`] ??= []).push(String(option.value));
	}

	const cases = Object.keys(known).flatMap((title) =>
		// n8n takes the written text for the name: no expression names an operation, whatever it gives.
		['destroy', "={{ 'destroy' }}", `={{ '${known[title]?.[0]}' }}`].map(
			(operation): [string, string] => [title, operation],
		),
	);

	it.each(cases)('%s: %s', async (title, operation) => {
		const [folder = '', resource = ''] = title.split(' ');
		const nodeType = actionNodes[folder];
		if (!nodeType) throw new Error('There is no such node');
		const items = [{}, {}];
		const work = { nodeType, parameters: { resource, operation }, items, credential };
		const message = `There is no operation “${operation.replace('=', '')}”`;
		await expect(runNode(work)).rejects.toMatchObject({
			message,
			description: expect.stringContaining(`Use one of these: ${known[title]?.join(', ')}.`),
		});
		const output = await runNode({ ...work, settings: { onError: 'continueRegularOutput' } });
		expect(output.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual(
			[0, 1].map((item) => [message, { item }]),
		);
		expect((await simulator.requests()).requests).toEqual([]);
	});

	it.each(['team', "={{ 'team' }}", "={{ 'group' }}"])('a resource: %s', async (resource) => {
		const nodeType = actionNodes.Group;
		if (!nodeType) throw new Error('There is no such node');
		for (const operation of ['getAll', 'create', 'destroy']) {
			const work = runNode({ nodeType, parameters: { resource, operation }, credential });
			await expect(work).rejects.toMatchObject({
				message: `There is no resource “${resource.replace('=', '')}”`,
				description: expect.stringContaining('Use one of these: group, member.'),
			});
		}
		expect((await simulator.requests()).requests).toEqual([]);
	});
});
