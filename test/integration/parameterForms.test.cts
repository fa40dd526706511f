/**
 * Every switch and every list of every node, in every form in which people, agents, webhooks and sheets give one:
 * written into the field, as an expression, and as an expression with a blank behind it. Each form does what the plain
 * form of its meaning does (the same output, the same requests), or is refused by the parameter's name before anything
 * is written. The parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import {
	actionNodes,
	choicesOf,
	everyOperation,
	type Operation,
} from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { runNode, type CredentialData } from './host.cjs';

/** Lists that are a text in the editor. */
const LIST_FIELDS = ['members', 'addresses', 'statuses'];

/** One parameter of one operation. */
interface Row {
	operation: Operation;
	property: INodeProperties;
	/** The collection that it is an option of. */
	within: string | undefined;
	kind: 'switch' | 'list';
}

/** A value, and what it means: for a switch on or off, for a list its entries; else it is refused. */
interface Form<Meaning> {
	value: unknown;
	means: Meaning | 'refused';
}

type Way = 'written' | 'expression' | 'expression with a blank behind it';
const WAYS: Way[] = ['written', 'expression', 'expression with a blank behind it'];

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulator({
		events: 60,
		users: 60,
		audits: 5,
		anomalies: 5,
		groups: 4,
		riskDays: 5,
		seed: 21,
		remediationDelay: 0,
	});
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	userAddresses = (await everything('UserMonitoring')).map(({ address }) => String(address));
	knownEvent = String((await everything('SecurityEvent'))[0]?.id);
});
afterAll(async () => await simulator.stop());

/** What the portal has before the tests: users to filter by, and an event to get. */
let userAddresses: string[] = [];
let knownEvent = '';

async function everything(folder: string): Promise<IDataObject[]> {
	const nodeType = actionNodes[folder];
	if (!nodeType) throw new Error(`There is no node ${folder}`);
	const parameters = { returnAll: true };
	return (await runNode({ nodeType, parameters, credential })).map(({ json }) => json);
}

function isShown({ displayOptions }: INodeProperties, { resource, option }: Operation): boolean {
	const show = displayOptions?.show ?? {};
	return (
		show['@tool'] === undefined &&
		(show.resource ?? [resource]).includes(resource) &&
		(show.operation ?? [option.value]).includes(option.value)
	);
}

function kindOf({ type, name }: INodeProperties): 'switch' | 'list' | undefined {
	if (type === 'boolean') return 'switch';
	return type === 'multiOptions' || LIST_FIELDS.includes(name) ? 'list' : undefined;
}

function optionsOf({ options = [] }: INodeProperties): INodeProperties[] {
	return options.filter((option): option is INodeProperties => 'type' in option);
}

const rows: Row[] = everyOperation().flatMap((operation) =>
	operation.node.description.properties
		.filter((property) => isShown(property, operation))
		.flatMap((property): Row[] => {
			const inside = property.type === 'collection' ? optionsOf(property) : [property];
			return inside.flatMap((one) => {
				const kind = kindOf(one);
				const within = property.type === 'collection' ? property.name : undefined;
				return kind ? [{ operation, property: one, within, kind }] : [];
			});
		}),
);

const titleOf = ({ operation, property, within }: Row) =>
	`${operation.folder}, ${operation.resource} ${String(operation.option.value)}: ${within ? `${within}.` : ''}${property.name}`;

/** Fills a parameter in, in the collection that it belongs to. */
function filled({ property, within }: Row, value: unknown): INodeParameters {
	const own = { [property.name]: value };
	return z.custom<INodeParameters>().parse(within ? { [within]: own } : own);
}

const created = z.object({ id: z.number() });
const locator = (value: number) => ({ __rl: true, mode: 'id', value });

async function groupNode(parameters: INodeParameters): Promise<IDataObject | undefined> {
	const nodeType = actionNodes.Group;
	if (!nodeType) throw new Error('There is no node for groups');
	const [item] = await runNode({ nodeType, parameters, credential });
	return item?.json;
}

/** The other parameters of an operation, with a group and an event of its own; and what to call those in a result. */
async function prepared({ operation, property }: Row) {
	const parameters: INodeParameters = {
		resource: operation.resource,
		operation: operation.option.value,
	};
	const names: Array<[string, string]> = [];
	const has = (name: string) =>
		operation.node.description.properties.some(
			(one) => one.name === name && isShown(one, operation),
		);
	if (has('limit') && property.name === 'returnAll') parameters.limit = 1;
	else if (has('limit')) parameters.returnAll = true;
	if (has('name')) parameters.name = 'A group';
	if (has('groupId')) {
		const made = await groupNode({ resource: 'group', operation: 'create', name: 'Forms' });
		const { id } = created.parse(made);
		await groupNode({
			resource: 'member',
			operation: 'add',
			groupId: locator(id),
			members: 'old@acme.example, older@acme.example',
		});
		parameters.groupId = locator(id);
		names.push([String(id), 'GROUP']);
	}
	if (has('members') && property.name !== 'members') parameters.members = 'new@acme.example';
	// What is left of the group is up to the parameter under test, not to the bound on removals.
	if (operation.option.value === 'sync') parameters.options = { maxRemovals: 2 };
	if (property.name === 'allowEmpty') parameters.members = [];
	if (operation.folder === 'Remediation') {
		const [event] = await simulator.createEvents({
			type: 'defender',
			releasable: true,
			place: operation.option.value === 'deleteFromInbox' ? 'inbox' : 'quarantined',
		});
		if (!event) throw new Error('There is no event');
		parameters.eventId = event.id;
		names.push([event.id, 'EVENT']);
	} else if (has('eventId')) {
		parameters.eventId = knownEvent;
		parameters.createdAfter = '2020-01-01T00:00:00Z';
	}
	return { parameters, names };
}

/** What a run did, as far as two runs can be compared. */
interface Result {
	output: unknown;
	error: string;
	writes: string[];
	reads: string[];
}

/** Actions wait for the portal: their forms run at the same time, and their requests are told apart by the event. */
const isAction = ({ operation }: Row) => operation.folder === 'Remediation';

async function run(row: Row, given: unknown, items: IDataObject[] = [{}]): Promise<Result> {
	const { parameters, names } = await prepared(row);
	const own = filled(row, given);
	const { within } = row;
	if (within) own[within] = { ...Object(parameters[within]), ...Object(own[within]) };
	if (!isAction(row)) await simulator.clearRequests();
	let output: unknown = [];
	let error = '';
	try {
		const made = await runNode({
			nodeType: row.operation.node,
			parameters: { ...parameters, ...own },
			items,
			credential,
		});
		output = made.map(({ json }) => (isAction(row) ? withoutMail(json) : json));
	} catch (caught) {
		if (!(caught instanceof Error)) throw caught;
		error = `${caught.message} ${'description' in caught ? String(caught.description) : ''}`;
	}
	const { requests } = await simulator.requests();
	const texts = requests.map(({ method, path, query, body }) => ({
		isWrite: method !== 'GET',
		text: `${method} ${path} ${JSON.stringify(query.limit ?? null)} ${JSON.stringify(body ?? null)}`,
	}));
	const writes = texts.filter(({ isWrite }) => isWrite).map(({ text }) => text);
	const reads = texts.filter(({ isWrite }) => !isWrite).map(({ text }) => text);
	const ofThis = (text: string) => !isAction(row) || names.some(([id]) => text.includes(id));
	const result = { output, error, writes: writes.filter(ofThis), reads: reads.filter(ofThis) };
	const named: Result = JSON.parse(JSON.stringify(result), (_key, value: unknown) => {
		const name = names.find(([id]) => String(value) === id)?.[1];
		if (name !== undefined) return name;
		return typeof value === 'string'
			? names.reduce((text, [id, shown]) => text.replaceAll(id, shown), value)
			: value;
	});
	return named;
}

/** Each run acts on a mail of its own, with other recipients. */
function withoutMail({ results: _, event, ...rest }: IDataObject): IDataObject {
	const counts = Object.keys(rest).filter((name) => name.startsWith('number_of'));
	for (const name of counts) delete rest[name];
	return { ...rest, hasEvent: event !== undefined && event !== null };
}

/** Gives a value to a parameter in one of the ways; an expression reads it from the item. */
async function give(row: Row, value: unknown, way: Way): Promise<Result> {
	if (way === 'written') return await run(row, value);
	const items = [z.custom<IDataObject>().parse({ value })];
	return await run(row, way === 'expression' ? '={{ $json.value }}' : '={{ $json.value }} ', items);
}

/** A blank behind an expression makes a text of its value; a list or an object is another thing then. */
const isPlain = ({ kind }: Row, value: unknown) =>
	value === null ||
	(typeof value !== 'object' && (kind === 'switch' || typeof value !== 'boolean'));

/** n8n takes what is not set, and `null` in a list's field, for the default. */
function isPossible(row: Row, value: unknown, way: Way): boolean {
	if (way === 'written') return value !== undefined && (value !== null || row.kind === 'switch');
	return way === 'expression' || isPlain(row, value);
}

const switchForms: Array<Form<boolean>> = [
	...[true, 'true', 'TRUE', ' True ', 'true\n', 1, '1', ' 1 '].map((value) => ({
		value,
		means: true,
	})),
	...[false, 'false', 'FALSE', ' False ', 'false\n', 0, '0', ' 0 '].map((value) => ({
		value,
		means: false,
	})),
	...['yes', 'no', 'on', 'off', 'truthy', '', ' ', 'null', 2, -1, 0.5].map((value) => ({
		value,
		means: 'refused' as const,
	})),
	...[null, undefined, {}, { value: true }, [], [true], [false]].map((value) => ({
		value,
		means: 'refused' as const,
	})),
];

/** The values that a list may hold, and that make a difference. */
function entriesOf({ property }: Row): [string, string] {
	const known: Record<string, [string, string]> = {
		members: ['new@acme.example', '@partner.example'],
		addresses: [userAddresses[3] ?? '', userAddresses[7] ?? ''],
		statuses: ['Connection issues', 'Not connected for over 7 days'],
	};
	const [one, other] = choicesOf(property).map(({ value }) => String(value));
	const entries = known[property.name] ?? (one && other ? [one, other] : undefined);
	if (!entries) throw new Error(`What may “${property.displayName}” hold?`);
	return [...entries];
}

type Meaning = 'both' | 'first' | 'none';

function listForms([one, other]: [string, string], row: Row): Array<Form<Meaning>> {
	const forms: Array<Form<Meaning>> = [
		{ value: [one, other], means: 'both' },
		{ value: [` ${one}`, `${other}\n`], means: 'both' },
		{ value: `${one},${other}`, means: 'both' },
		{ value: ` ${one} ; ${other};`, means: 'both' },
		{ value: `${one}\n${other}\r\n`, means: 'both' },
		{ value: `,${one},,${other},`, means: 'both' },
		{ value: JSON.stringify([one, other]), means: 'both' },
		{ value: ` ${JSON.stringify([one, other], null, 2)}\n`, means: 'both' },
		{ value: [one], means: 'first' },
		{ value: one, means: 'first' },
		{ value: ` ${one} `, means: 'first' },
		{ value: JSON.stringify([one]), means: 'first' },
		{ value: [], means: 'none' },
		{ value: '[]', means: 'none' },
		{ value: '', means: 'none' },
		{ value: ' \n', means: 'none' },
		{ value: ', ;', means: 'none' },
		...[null, undefined, true, false, {}, { 0: one }, [{}], [null], [one, null], [[{}]]].map(
			(value) => ({ value, means: 'refused' as const }),
		),
		...[`["${one}"`, `[${one}]`, '[1,{}]', '[null]', '[object Object]'].map((value) => ({
			value,
			means: 'refused' as const,
		})),
	];
	// The spelling of a member is sent as it is; a filter compares without regard to case.
	if (row.within !== undefined) {
		forms.push({ value: `${one.toUpperCase()}, ${other.toUpperCase()}`, means: 'both' });
	}
	return forms;
}

/** For a list: what a form means in one way of giving it. A blank behind an expression that gives nothing is an empty text. */
function meaningOf({ value, means }: Form<Meaning>, way: Way): Meaning | 'refused' {
	const isNothing = value === null || value === undefined;
	return isNothing && way === 'expression with a blank behind it' ? 'none' : means;
}

const nameOf = ({ property }: Row) => `“${property.displayName}”`;

function expectRefused(value: unknown, result: Result | undefined, row: Row): void {
	const error = expect.stringContaining(nameOf(row));
	expect([show(value), result]).toEqual([
		show(value),
		{ output: [], error, writes: [], reads: expect.any(Array) },
	]);
}

/** Forms of actions at the same time, all others one after the other: their requests cannot be told apart. */
async function eachOf<T>(
	row: Row,
	forms: T[],
	work: (form: T) => Promise<Result>,
): Promise<Result[]> {
	if (isAction(row)) return await Promise.all(forms.map(work));
	const results: Result[] = [];
	for (const form of forms) results.push(await work(form));
	return results;
}

const show = (value: unknown) => JSON.stringify(value) ?? 'undefined';
const isSwitch = ({ kind }: Row) => kind === 'switch';
const named = (list: Row[]) => list.map((row): [string, Row] => [titleOf(row), row]);
let cases = 0;

describe.each(named(rows.filter(isSwitch)))('%s', (_title, row) => {
	let plain: { on: Result; off: Result };

	beforeAll(async () => {
		plain = { on: await run(row, true), off: await run(row, false) };
	});

	it('makes a difference', () => {
		expect(plain.on).not.toEqual(plain.off);
		const understood = [plain.on, plain.off].filter(({ error }) => error === '');
		expect(understood.length).toBeGreaterThan(0);
	});

	it.each(WAYS)('every form of on, off and junk, %s', async (way) => {
		const forms = switchForms.filter(({ value }) => isPossible(row, value, way));
		cases += forms.length;
		const results = await eachOf(row, forms, async ({ value }) => await give(row, value, way));
		for (const [at, { value, means }] of forms.entries()) {
			const result = results[at];
			if (means === 'refused') expectRefused(value, result, row);
			else expect([show(value), result]).toEqual([show(value), means ? plain.on : plain.off]);
		}
	});
});

describe.each(named(rows.filter((row) => !isSwitch(row))))('%s', (_title, row) => {
	let plain: Record<Meaning, Result>;
	let forms: Array<Form<Meaning>>;

	beforeAll(async () => {
		const [one, other] = entriesOf(row);
		forms = listForms([one, other], row);
		plain = {
			both: await run(row, [one, other]),
			first: await run(row, [one]),
			none: await run(row, []),
		};
	});

	it('makes a difference', () => {
		expect(plain.both.error).toBe('');
		expect(new Set(Object.values(plain).map(show)).size).toBe(3);
	});

	it.each(WAYS)('every form of lists and junk, %s', async (way) => {
		for (const form of forms.filter(({ value }) => isPossible(row, value, way))) {
			cases++;
			const { value } = form;
			const means = meaningOf(form, way);
			const result = await give(row, value, way);
			// An operation that needs members refuses a list without any.
			const needsMore = means === 'none' && result.error.includes(nameOf(row));
			if (means === 'refused' || needsMore) expectRefused(value, result, row);
			else expect([show(value), result]).toEqual([show(value), plain[means]]);
		}
	});
});

it.each([[undefined], [null], [['']], [[null, null]], ['[""]']])(
	'members that are %j never empty a group, allowed or not',
	async (value) => {
		const row = rows.find(
			({ operation, property }) => operation.option.value === 'sync' && property.name === 'members',
		);
		if (!row) throw new Error('There is no Sync');
		const { parameters } = await prepared(row);
		await simulator.clearRequests();
		const nodeType = row.operation.node;
		const options = { allowEmpty: true, maxRemovals: 2 };
		const synced = runNode({
			nodeType,
			parameters: { ...parameters, options, members: '={{ $json.value }}' },
			items: [z.custom<IDataObject>().parse({ value })],
			credential,
		});
		await expect(synced).rejects.toThrow(/“Members” gives nothing|could not be read/);
		const { requests } = await simulator.requests();
		expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	},
);

it('covers every switch and list that there is', () => {
	const names = new Set(rows.map(({ property }) => property.name));
	for (const name of [
		'returnAll',
		'dryRun',
		'allowEmpty',
		'waitForConfirmation',
		'types',
		...LIST_FIELDS,
	]) {
		expect(names).toContain(name);
	}
	const ways = WAYS.length;
	// Every row has been through its forms; a way cannot express some of them.
	expect(cases).toBeGreaterThan(rows.length * 60);
	process.stdout.write(
		`${cases} cases: ${rows.length} parameters, ${ways} ways to give each form\n`,
	);
});
