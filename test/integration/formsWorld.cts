/** A portal on which every parameter can be tried: each run has a group or an event of its own, and its result is comparable. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { actionNodes, choicesOf } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { comparable, type Result } from './comparable.cjs';
import { runNode, type CredentialData } from './host.cjs';
import { filled, isShown, parametersIn, type Row } from './parameterRows.cjs';
import type { Way } from './valueForms.cjs';

let simulator: Simulator;
let credential: CredentialData;

/** What the portal has before the tests: users to filter by, and an event to get. */
let userAddresses: string[] = [];
let knownEvent = '';

/** A portal, and a credential for it. The test stops it. */
export interface FormsWorld {
	simulator: Simulator;
	credential: CredentialData;
}

/** Starts the portal that the functions below are about. */
export async function startFormsWorld(): Promise<FormsWorld> {
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
	return { simulator, credential };
}

async function outputOf(folder: string, parameters: INodeParameters): Promise<IDataObject[]> {
	const nodeType = actionNodes[folder];
	if (!nodeType) throw new Error(`There is no node ${folder}`);
	return (await runNode({ nodeType, parameters, credential })).map(({ json }) => json);
}

const created = z.object({ id: z.number() });

/** The other parameters of an operation, with a group and an event of its own; and what to call those in a result. */
export async function prepared({ operation, property }: Row) {
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
export const isAction = ({ operation }: Row) => operation.folder === 'Remediation';

/** Gives a value to a parameter, and tells what came of it. */
export async function run(row: Row, given: unknown, items: IDataObject[] = [{}]): Promise<Result> {
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
export async function give(row: Row, value: unknown, way: Way): Promise<Result> {
	if (way === 'written') return await run(row, value);
	const items = [z.custom<IDataObject>().parse({ value })];
	return await run(row, way === 'expression' ? '={{ $json.value }}' : '={{ $json.value }} ', items);
}

/** The values that a list may hold, and that make a difference. */
export function entriesOf({ property }: Row): [string, string] {
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
