/**
 * Every placeholder of every parameter, pasted as it stands there ("e.g." left out): the node takes it. An example that
 * is refused teaches the wrong form.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import {
	actionNodes,
	everyNode,
	everyOperation,
	type Operation,
} from '@test/unit/nodes/everyNode.cjs';
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';
import { readEventFilters } from '@nodes/shared/core/eventFilters';
import { readAccess } from '@nodes/shared/core/portal';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 20,
		users: 10,
		groups: 2,
		audits: 5,
		seed: 3,
		remediationDelay: 0,
	});
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

/** A placeholder without its "e.g.". */
const example = (placeholder: string) => placeholder.replace(/^e\.g\. /, '');

interface Row {
	title: string;
	operation: Operation;
	placeholder: string;
	label: string;
	/** The parameter with the placeholder in it. */
	given: INodeParameters;
}

function innerOf({ options = [] }: INodeProperties): INodeProperties[] {
	return options.filter((option): option is INodeProperties => 'type' in option);
}

/** The placeholders of an operation's parameters, whatever they are in; those of buttons and lists cannot be pasted. */
function rowsOf(operation: Operation): Row[] {
	const { node, resource, option, folder } = operation;
	const chosen: INodeParameters = { resource, operation: String(option.value), output: 'fields' };
	const shown = node.description.properties.filter((property) =>
		NodeHelpers.displayParameter(chosen, property, { typeVersion: 1 }, node.description),
	);
	const row = (property: INodeProperties, placeholder: string, given: INodeParameters): Row => ({
		title: `${folder}, ${resource} ${String(option.value)}: ${property.displayName}`,
		operation,
		placeholder,
		label: property.displayName,
		given: { ...chosen, ...given },
	});
	return shown.flatMap((property): Row[] => {
		const { name, type, placeholder } = property;
		if (type === 'collection') {
			return innerOf(property).flatMap((inner) =>
				inner.placeholder === undefined
					? []
					: [
							row(inner, inner.placeholder, {
								[name]: { [inner.name]: example(inner.placeholder) },
							}),
						],
			);
		}
		if (type === 'resourceLocator') {
			return (property.modes ?? []).flatMap((mode) =>
				mode.type === 'list' || mode.placeholder === undefined
					? []
					: [
							row(property, mode.placeholder, {
								[name]: { __rl: true, mode: mode.name, value: example(mode.placeholder) },
							}),
						],
			);
		}
		return placeholder === undefined
			? []
			: [row(property, placeholder, { [name]: example(placeholder) })];
	});
}

const rows = everyOperation().flatMap(rowsOf);

it('there are placeholders to paste', () => {
	expect(new Set(rows.map(({ label }) => label))).toEqual(
		new Set([
			'Addresses',
			'After Checkpoint',
			'Event ID',
			'Fields',
			'Group',
			'Members',
			'Name',
			'Recipient',
			'Sender',
			'Subject',
		]),
	);
});

/** What the other required parameters hold. */
const others: INodeParameters = {
	name: 'Leavers',
	members: 'alice@example.com',
	groupId: { __rl: true, mode: 'id', value: '1' },
	eventId: 'defender::inbound-1',
	fields: 'id',
};

it.each(rows.map((row) => [row.title, row] as const))(
	'%s',
	async (_title, { operation, placeholder, label, given }) => {
		expect(placeholder).toMatch(/^e\.g\. \S/);
		const nodeType = actionNodes[operation.folder];
		if (!nodeType) throw new Error('There is no such node');
		const run = runNode({ nodeType, parameters: { ...others, ...given }, credential });
		// What the portal says of it (no such event, no such group) is no refusal of its form.
		const said = await run.then(
			() => '',
			(error: unknown) => (error instanceof Error ? error.message : String(error)),
		);
		expect(said).not.toMatch(/^The (parameter|option|filter|request option) /);
		expect(said).not.toContain(`“${label}”`);
		expect(said).not.toMatch(/\b400\b/);
	},
);

it('the trigger takes those of its filters', () => {
	const filters =
		everyNode.Trigger?.description.properties.filter(({ name }) => name === 'filters') ?? [];
	const inner = filters.flatMap(innerOf).filter(({ placeholder }) => placeholder !== undefined);
	expect(inner.length).toBeGreaterThan(0);
	for (const { name, placeholder = '' } of inner) {
		expect(readEventFilters({ [name]: example(placeholder) })).toMatchObject({ ok: true });
	}
});

it('the credential takes those of its fields', () => {
	const fields = new ProofpointApi().properties.filter(
		({ placeholder }) => placeholder !== undefined,
	);
	expect(fields.map(({ name }) => name)).toEqual(['portalUrl']);
	for (const { name, placeholder = '' } of fields) {
		const data = { apiToken: 'token', allowCustomHost: false, [name]: example(placeholder) };
		expect(readAccess(data)).toMatchObject({ ok: true });
	}
});
