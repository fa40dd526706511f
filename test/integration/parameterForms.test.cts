/**
 * Every switch and every list of every node, in every form in which people, agents, webhooks and sheets give one:
 * written into the field, as an expression, and as an expression with a blank behind it. Each form does what the plain
 * form of its meaning does (the same output, the same requests), or is refused by the parameter's name before anything
 * is written. The parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { jsonText } from '@nodes/shared/core/jsonText';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { actionNodes, choicesOf } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { fastTime } from './fastTime.cjs';
import { runNode, type CredentialData } from './host.cjs';

import {
	isPossible,
	listForms,
	meaningOf,
	switchForms,
	WAYS,
	type Form,
	type Meaning,
	type Way,
} from './valueForms.cjs';
import {
	filled,
	isShown,
	LIST_FIELDS,
	nameOf,
	parametersIn,
	rows,
	titleOf,
	type Row,
} from './parameterRows.cjs';
import { comparable, type Result } from './comparable.cjs';

fastTime();

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({
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
	// Kinds that the portal happens not to have.
	const now = new Date().toISOString();
	await simulator.load(
		['MISATTACHED_FILE', 'OF_THE_FUTURE'].map((type) => ({
			id: `guardian::outbound-${type}`,
			type: 'guardian',
			created_at: now,
			updated_at: now,
			guardian_details: { type, final_outcome: null },
		})),
	);
	const users = await outputOf('UserMonitoring', { returnAll: true });
	userAddresses = users.map(({ address }) => String(address));
	knownEvent = (await simulator.ledger()).events[0]?.id ?? '';
});
afterAll(async () => await simulator.stop());

/** What the portal has before the tests: users to filter by, and an event to get. */
let userAddresses: string[] = [];
let knownEvent = '';

async function outputOf(folder: string, parameters: INodeParameters): Promise<IDataObject[]> {
	const nodeType = actionNodes[folder];
	if (!nodeType) throw new Error(`There is no node ${folder}`);
	return (await runNode({ nodeType, parameters, credential })).map(({ json }) => json);
}

const created = z.object({ id: z.number() });

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
	// Else the list of events begins seven days ago.
	if (has('order')) parameters.createdAfter = '';
	if (has('name')) parameters.name = 'A group';
	if (has('groupId')) {
		const group = { resource: 'group', operation: 'create', name: 'Forms' };
		const [made] = await outputOf('Group', group);
		const { id } = created.parse(made);
		const groupId = { __rl: true, mode: 'id', value: id };
		const members = 'old@acme.example, older@acme.example';
		await outputOf('Group', { resource: 'member', operation: 'add', groupId, members });
		parameters.groupId = groupId;
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

/** Actions wait for the portal: their forms run at the same time, and their requests are told apart by the event. */
const isAction = ({ operation }: Row) => operation.folder === 'Remediation';

async function run(row: Row, given: unknown, items: IDataObject[] = [{}]): Promise<Result> {
	const { parameters, names } = await prepared(row);
	const own = filled(row, given);
	const { within } = row;
	if (within) own[within] = { ...parametersIn(parameters[within]), ...parametersIn(own[within]) };
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
	const isOwn = (text: string) => !isAction(row) || names.some(([id]) => text.includes(id));
	return comparable({ output, error, requests }, names, isOwn);
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

const show = (value: unknown) => jsonText(value) ?? 'undefined';
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
		await expect(synced).rejects.toThrow(/“Members” has no value|could not be used/);
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
