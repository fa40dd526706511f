/**
 * A proxy that cannot be used fails its item in every operation of every node, and "On Error: Continue (using error
 * output)" sends that item out through the error output: by n8n's own choice of the output, which is asked here.
 */
import { WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IDataObject,
	type IExecuteData,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { everyOperation } from '@test/unit/nodes/everyNode.cjs';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 5, seed: 3 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

const proxies: Record<string, string> = {
	'no address': 'http://:',
	'only a word': 'proxy',
	'another kind of proxy': 'socks5://127.0.0.1:1080',
	'a port that does not exist': 'http://127.0.0.1:99999',
	'nobody listens there': 'http://127.0.0.1:1',
	'its password is no text': 'http://us%er:x@127.0.0.1:1',
};

const parameters: INodeParameters = {
	groupId: { __rl: true, mode: 'id', value: '1' },
	name: 'Name',
	members: 'a@example.com',
	eventId: `defender::inbound-${'0a'.repeat(32)}`,
};

/** What the engine asks for here of an interface of the host. */
function partOf<T>(part: Partial<T>): T {
	return part as T;
}

/** Where n8n sends each item of a node's first output. */
function outputsOf(nodeType: INodeType, output: INodeExecutionData[]): INodeExecutionData[][] {
	const node: INode = {
		id: '1',
		name: 'Node',
		type: 'n8n-nodes-proofpoint.x',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		onError: 'continueErrorOutput',
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: partOf<INodeTypes>({ getByNameAndVersion: () => nodeType }),
	});
	const executionData: IExecuteData = { node, data: { main: [[{ json: {} }]] }, source: null };
	const additionalData = partOf<IWorkflowExecuteAdditionalData>({
		webhookWaitingBaseUrl: 'http://127.0.0.1/waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form',
	});
	const engine = new WorkflowExecute(additionalData, 'internal', createRunExecutionData({}));
	const outputs = [output];
	engine.handleNodeErrorOutput(workflow, executionData, outputs, 0);
	return outputs;
}

/** What each operation did with two items that have this proxy. */
async function tryEverywhere(proxy: string) {
	return await Promise.all(
		everyOperation().map(async ({ folder, node: nodeType, resource, option }) => {
			const output = await runNode({
				nodeType,
				parameters: { ...parameters, resource, operation: String(option.value) },
				items: [{ row: 0 }, { row: 1 }],
				credential,
				settings: { onError: 'continueErrorOutput' },
				requestOptions: { proxy },
			});
			const [success = [], failed = []] = outputsOf(nodeType, output);
			const told = failed.map(({ json, error }) => JSON.stringify([json, error?.message]));
			return { operation: `${folder}, ${resource}, ${String(option.value)}`, success, told };
		}),
	);
}

it.each(Object.entries(proxies))('%s', async (_name, proxy) => {
	const ended = await tryEverywhere(proxy);
	expect(ended.length).toBeGreaterThan(20);
	for (const { operation, success, told } of ended) {
		expect({ operation, success, failed: told.length }).toEqual({
			operation,
			success: [],
			failed: 2,
		});
		for (const words of told) {
			// What n8n's routing itself makes of a proxy has n8n's words.
			expect(`${operation}: ${words}`).toMatch(/proxy|URIError/i);
			expect(`${operation}: ${words}`).not.toContain('not known whether');
		}
	}
	expect((await simulator.requests()).requests).toEqual([]);
});

it('a proxy of one item says nothing of the next item, which has none', async () => {
	const group = everyOperation().find(({ folder }) => folder === 'Group')?.node;
	if (!group) throw new Error('There is no node Group');
	const change = async (operation: string, items: IDataObject[]) =>
		await runNode({
			nodeType: group,
			parameters: {
				resource: 'group',
				operation,
				groupId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				name: '={{ $json.name }}',
			},
			items,
			credential,
			settings: { onError: 'continueRegularOutput' },
			requestOptions: { proxy: '={{ $json.proxy }}' },
		});
	const [made] = await change('create', [{ name: 'Made', proxy: '' }]);
	const id = made?.json.id ?? '';
	// Changes of one group go one after the other, so the first has failed when the second begins.
	const [first, second] = await change('update', [
		{ id, name: 'First', proxy: 'http://127.0.0.1:1' },
		{ id, name: 'Second', proxy: '' },
	]);
	expect(String(first?.json.error)).toMatch(/proxy/);
	expect(second?.json).toEqual({ id, name: 'Second' });
}, 60_000);

it('an expression that cannot be evaluated fails the items of Remediation, not the node', async () => {
	const ended = await tryRemediation('={{ $("Nobody").item.json.proxy }}');
	expect(ended).toEqual({ success: 0, failed: 2 });
	expect((await simulator.requests()).requests).toEqual([]);
});

async function tryRemediation(proxy: string) {
	const nodeType = new ProofpointRemediation();
	const output = await runNode({
		nodeType,
		parameters: { ...parameters, operation: 'releaseFromQuarantine' },
		items: [{ row: 0 }, { row: 1 }],
		credential,
		settings: { onError: 'continueErrorOutput' },
		requestOptions: { proxy },
	});
	const [success = [], failed = []] = outputsOf(nodeType, output);
	return { success: success.length, failed: failed.length };
}
