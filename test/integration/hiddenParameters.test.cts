/**
 * What the editor hides is not read: for each parameter that another one's value hides, and for everything that the other
 * one may hold, be it a value or an expression that gives it. What is hidden here holds what would be refused. The
 * parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { choicesOf } from '@test/unit/nodes/everyNode.cjs';
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { everyParameter, isShown, parametersIn, titleOf, type AnyRow } from './parameterRows.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, users: 9, audits: 9, groups: 2, seed: 3 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

interface Row extends AnyRow {
	/** The path of the parameter that hides it. */
	by: string;
}

const optionsOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodeProperties => 'type' in option);

function hidersOf({ displayOptions: { show = {}, hide = {} } = {} }: INodeProperties): string[] {
	const names = [...Object.keys(show), ...Object.keys(hide)];
	return names.filter((name) => !['resource', 'operation', '@tool', '@version'].includes(name));
}

const rows: Row[] = everyParameter.flatMap((row) =>
	hidersOf(row.property).map((name) => {
		const path = name.startsWith('/') ? name.slice(1) : name;
		const isOuter = row.within === undefined || name.startsWith('/');
		return { ...row, by: isOuter ? path : `${row.within}.${path}` };
	}),
);

/** The description of the parameter that hides another one. */
function hiderOf({ operation, by }: Row): INodeProperties {
	const [outer, inner] = by.split('.');
	const property = operation.node.description.properties.find(
		(one) => one.name === outer && isShown(one, operation),
	);
	const found =
		inner && property ? optionsOf(property).find(({ name }) => name === inner) : property;
	if (!found) throw new Error(`There is no ${by}`);
	return found;
}

/** Everything that it may hold, as a value and as an expression. */
function holdingsOf(row: Row): unknown[] {
	const hider = hiderOf(row);
	const values = choicesOf(hider).map(({ value }) => value);
	if (hider.type === 'boolean') values.push(true, false);
	if (hider.type === 'string') values.push('', ' ', 'beginning');
	return [...values, ...values.map((value) => `={{ ${JSON.stringify(value)} }}`)];
}

function put(parameters: INodeParameters, path: string, value: unknown): INodeParameters {
	const [outer = '', inner] = path.split('.');
	const held = inner === undefined ? value : { ...parametersIn(parameters[outer]), [inner]: value };
	return parametersIn({ ...parameters, [outer]: held });
}

const titled = rows.map((row): [string, Row] => [`${titleOf(row)} by ${row.by}`, row]);
let hidden = 0;

it.each(titled)('%s', async (_title, row) => {
	const { operation, property, within } = row;
	const [group] = (await simulator.state()).groups;
	const [event] = (await simulator.ledger()).events;
	for (const holding of holdingsOf(row)) {
		const base: INodeParameters = {
			resource: operation.resource,
			operation: String(operation.option.value),
			groupId: { __rl: true, mode: 'id', value: group?.id ?? 0 },
			eventId: event?.id ?? '',
			fields: 'id',
			// Else a search goes back for a long time.
			...(operation.option.value === 'get' ? { createdAfter: '2020-01-01' } : {}),
		};
		const parameters = put(base, row.by, holding);
		const values = within === undefined ? parameters : parametersIn(parameters[within]);
		const { description } = operation.node;
		const isThere = NodeHelpers.displayParameter(
			values,
			property,
			{ typeVersion: 1 },
			description,
			parameters,
		);
		if (isThere) continue;
		hidden++;
		const path = within === undefined ? property.name : `${within}.${property.name}`;
		const nodeType = operation.node;
		const error: unknown = await runNode({
			nodeType,
			parameters: put(parameters, path, '={{ ({ no: "value" }) }}'),
			credential,
		}).catch((caught: unknown) => caught);
		const text = error instanceof Error ? error.message : '';
		expect([holding, text]).toEqual([holding, expect.not.stringContaining(property.displayName)]);
	}
});

it('there is something hidden', () => {
	expect(rows.length).toBeGreaterThan(8);
	expect(hidden).toBeGreaterThan(20);
});
