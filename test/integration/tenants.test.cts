/**
 * One credential whose fields are expressions, as a service provider uses n8n: every item goes to its own
 * customer's portal with that customer's token, whatever the operation.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { allPermissions } from '@simulator/tokens.cjs';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { z } from 'zod';

import { runNode, type CredentialData } from './host.cjs';

/** Each customer's portal, told apart by its groups' names, its events' IDs and its token. */
let customers: Simulator[];

const credential: CredentialData = {
	portalUrl: '={{ $json.portal }}',
	apiToken: '={{ $json.token }}',
	allowCustomHost: '={{ $json.custom }}',
};
const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

beforeAll(async () => {
	customers = await Promise.all(
		[1, 2, 3].map(
			async (seed) => await startSimulatorHere({ events: 30, seed, remediationDelay: 0 }),
		),
	);
});
afterAll(async () => await Promise.all(customers.map(async (customer) => await customer.stop())));

const created = z.object({ id: z.number() });

/** Two new groups; their IDs are the same at every customer. */
async function newGroups({ url, token }: Simulator): Promise<number[]> {
	const items = await runNode({
		nodeType: new ProofpointGroup(),
		parameters: { resource: 'group', operation: 'create', name: 'New' },
		items: [{}, {}],
		credential: { portalUrl: url, apiToken: token, allowCustomHost: true },
	});
	return items.map(({ json }) => created.parse(json).id);
}

/** Two items for each customer, the customers taking turns. */
async function itemsFor(): Promise<IDataObject[]> {
	const rows = await Promise.all(
		customers.map(async (customer, index) => {
			const events = await customer.createEvents({ count: 2, type: 'defender', releasable: true });
			const groups = await newGroups(customer);
			return events.map(({ id }, row) => ({
				portal: customer.url,
				token: customer.token,
				custom: 'true',
				eventId: id,
				member: `person${row}@customer${index}.example`,
				name: `Customer ${index}, group ${row}`,
				groupId: groups[row],
			}));
		}),
	);
	return [0, 1].flatMap((row) => rows.map((ofCustomer) => ofCustomer[row] ?? {}));
}

const parameters: INodeParameters = {
	eventId: '={{ $json.eventId }}',
	groupId: { __rl: true, mode: 'id', value: '={{ $json.groupId }}' },
	name: '={{ $json.name }}',
	members: '={{ $json.member }}',
	createdAfter: '2000-01-01T00:00:00Z',
};

const nameOf = ({ folder, resource, option }: Operation) =>
	`${folder}, ${resource}, ${String(option.value)}`;

it.each(everyOperation().map((operation) => [nameOf(operation), operation] as const))(
	'%s: each portal sees its own token and its own items only',
	async (_name, { node, resource, option }) => {
		const items = await itemsFor();
		await Promise.all(customers.map(async (customer) => await customer.clearRequests()));
		const operation = String(option.value);
		const output = await runNode({
			nodeType: node,
			parameters: {
				...parameters,
				resource,
				operation,
				...(operation === 'getPage' ? { createdAfter: '' } : {}),
				// Quarantined mail cannot be deleted from an inbox; what is asked here is only where that was said.
				...(resource === 'email' ? { options: { failOn: 'never' } } : {}),
			},
			items,
			credential,
			settings: goOn,
		});
		expect(output.filter(({ json }) => json.error !== undefined)).toEqual([]);
		for (const [index, customer] of customers.entries()) {
			const { requests } = await customer.requests();
			expect(requests.length).toBeGreaterThan(0);
			expect(requests.map(({ token }) => token)).toEqual(requests.map(() => 'main'));
			const others = items.filter(({ portal }) => portal !== customer.url);
			const sent = requests.map(({ path, body }) => `${path} ${body}`).join('\n');
			for (const { eventId, member, name } of others) {
				for (const foreign of [eventId, member, name]) expect(sent).not.toContain(foreign);
			}
			if (['create', 'update'].includes(operation)) expect(sent).toContain(`Customer ${index},`);
		}
	},
	60_000,
);

it.each(everyOperation().map((operation) => [nameOf(operation), operation] as const))(
	'%s: of two tokens of one portal each is used for its own items',
	async (_name, { node, resource, option }) => {
		const items = (await itemsFor()).filter(({ portal }) => portal === customers[0]?.url);
		const other = await customers[0]?.putToken('other', [...allPermissions]);
		await customers[0]?.clearRequests();
		await runNode({
			nodeType: node,
			parameters: {
				...parameters,
				resource,
				operation: String(option.value),
				...(option.value === 'getPage' ? { createdAfter: '' } : {}),
			},
			items: items.map((item, at) => (at === 1 ? { ...item, token: other ?? '' } : item)),
			credential,
			settings: goOn,
		});
		const requests = (await customers[0]?.requests())?.requests ?? [];
		expect(new Set(requests.map(({ token }) => token))).toEqual(new Set(['main', 'other']));
		for (const { token, path, body } of requests) {
			const foreign = items[token === 'main' ? 1 : 0];
			for (const text of [foreign?.eventId, foreign?.member, foreign?.name]) {
				expect(`${path} ${body}`).not.toContain(text);
			}
		}
	},
	60_000,
);

/** Operations that can be repeated on the same group and event without failing for a reason of their own. */
const repeatable = everyOperation().filter(({ option }) =>
	['get', 'getAll', 'getPage', 'add', 'remove', 'releaseFromQuarantine'].includes(
		String(option.value),
	),
);

it.each(repeatable.map((operation) => [nameOf(operation), operation] as const))(
	'%s: a token that is refused stops its own items only',
	async (_name, { node, resource, option }) => {
		const items = await itemsFor();
		await Promise.all(customers.map(async (customer) => await customer.clearRequests()));
		const output = await runNode({
			nodeType: node,
			parameters: {
				...parameters,
				resource,
				operation: String(option.value),
				limit: 1,
				...(option.value === 'getPage' ? { createdAfter: '' } : {}),
			},
			items: items.map((item, at) => (at % 3 === 1 ? { ...item, token: 'wrong-token' } : item)),
			credential,
			settings: goOn,
		});
		const failed = output.filter(({ json }) => json.error !== undefined);
		expect(failed.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 4 }]);
		const tokens = await Promise.all(
			customers.map(async (customer) =>
				(await customer.requests()).requests.map(({ token }) => token),
			),
		);
		expect(new Set(tokens.flat())).toEqual(new Set(['main', null]));
		expect(new Set(tokens[1])).toEqual(new Set([null]));
	},
	60_000,
);
