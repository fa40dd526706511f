/** What the host does with a failure (it runs the node again, or has an output for it), and how it calls a node one by one. */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import type { INode, INodeParameters, INodeType } from 'n8n-workflow';
import { z } from 'zod';

import { goOn } from './actionsWorld.cjs';
import { failureOf } from './failure.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, groups: 2, seed: 6, remediationDelay: 0 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.reset());

const groupSchema = z.object({ id: z.number() });

/** Parameters with which an operation does something. */
async function parametersFor({ resource, option }: Operation): Promise<INodeParameters> {
	const operation = String(option.value);
	const place = operation === 'deleteFromInbox' ? 'inbox' : 'quarantined';
	const [event] = await simulator.createEvents({ type: 'defender', place });
	const group = everyOperation().find(({ folder }) => folder === 'Group')?.node;
	if (!event || !group) throw new Error('There is nothing to act on');
	const [made] = await runNode({
		nodeType: group,
		parameters: { resource: 'group', operation: 'create', name: 'Made' },
		credential,
	});
	await simulator.clearRequests();
	return {
		resource,
		operation,
		eventId: event.id,
		groupId: { __rl: true, mode: 'id', value: String(groupSchema.parse(made?.json).id) },
		name: '={{ "Name " + $itemIndex }}',
		members: '={{ $itemIndex + "@acme.example" }}',
	};
}

const all = everyOperation().map((operation) => {
	const { folder, resource, option } = operation;
	return [`${folder}: ${resource} ${String(option.value)}`, operation] as const;
});

it.each(all)(
	'Retry On Fail: %s succeeds when the second try does, whatever the first has learned',
	async (_name, operation) => {
		const parameters = await parametersFor(operation);
		const run = { nodeType: operation.node, parameters, credential };
		await simulator.addFaults({ action: { kind: 'status', status: 403 } });
		expect(await failureOf(runNode(run))).toContain('403');
		await simulator.addFaults({ action: { kind: 'status', status: 403 } });
		const output = await runNode({ ...run, tries: 2 });
		const { requests } = await simulator.requests();
		expect(requests.filter(({ status }) => status === 403)).toHaveLength(2);
		expect(output.filter(({ json }) => json.error !== undefined)).toEqual([]);
	},
);

it.each(all)(
	'the error output: %s gives it only what n8n takes for an error, or it would go to the other output',
	async (_name, operation) => {
		const parameters = await parametersFor(operation);
		await simulator.addFaults({ action: { kind: 'status', status: 403 } });
		const settings: Partial<INode> = { onError: 'continueErrorOutput' };
		const run = { nodeType: operation.node, parameters, credential, settings };
		const output = await runNode(run);
		expect(output.map(({ json }) => Object.keys(json).sort())).toEqual([['error', 'message']]);
	},
);

const unrouted = all.filter(([, { option }]) => option.routing === undefined);

describe.each(unrouted)('where n8n knows no custom operations: %s', (_name, operation) => {
	/** The node as such a host sees it. */
	const { description } = operation.node;
	const nodeType: INodeType = { description };
	const refused = expect.stringContaining(
		`There is no operation “${String(operation.option.value)}”`,
	);

	it('is refused where the node is no tool, and nothing is sent', async () => {
		const parameters = await parametersFor(operation);
		expect(await failureOf(runNode({ nodeType, parameters, credential }))).toEqual(refused);
		expect((await simulator.requests()).requests).toEqual([]);
	});

	it('is carried out for the one item of a call, and for no other', async () => {
		const settings = { type: `n8n-nodes-proofpoint.${description.name}Tool`, ...goOn };
		const parameters = await parametersFor(operation);
		const run = { nodeType, parameters, items: [{}, {}], credential, settings };
		const errors = (await runNode(run)).map(({ json }) => json.error);
		expect(errors).toEqual([undefined, refused]);
		expect((await simulator.requests()).requests.length).toBeGreaterThan(0);
	});
});
