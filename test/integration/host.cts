/**
 * n8n-core's own engine classes around our nodes, in this process: the real RoutingNode, PollContext,
 * expression engine and HTTP helper. Only what the n8n server adds (database, credentials store) is stood in.
 */
import { ExecuteContext, PollContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type ITaskDataConnections,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

/** What a test fills in of an interface of the host; everything else is absent, and using it fails. */
function partOf<T>(part: Partial<T>): T {
	return part as T;
}

/** The credential's data as the store hands it over, decrypted. */
export type CredentialData = ICredentialDataDecryptedObject & {
	portalUrl: string;
	apiToken: string;
	allowCustomHost: boolean;
};

function nodeTypesOf(nodeType: INodeType): INodeTypes {
	return partOf<INodeTypes>({
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	});
}

function additionalDataOf(credential: CredentialData): IWorkflowExecuteAdditionalData {
	const credentialType = new ProofpointApi();
	return partOf<IWorkflowExecuteAdditionalData>({
		credentialsHelper: partOf<ICredentialsHelper>({
			isCredentialUsableByNode: () => true,
			getParentTypes: () => [],
			preAuthentication: async () => undefined,
			getDecrypted: async () => ({ ...credential }),
			authenticate: async (data, _type, options) =>
				await credentialType.authenticate(data, {
					...options,
					url: 'url' in options && options.url !== undefined ? options.url : '',
				}),
		}),
		hooks: undefined,
		webhookWaitingBaseUrl: '',
		formWaitingBaseUrl: '',
		variables: {},
		currentNodeParameters: undefined,
		executionId: 'integration',
	});
}

function workflowOf(
	nodeType: INodeType,
	parameters: INodeParameters,
	settings: Partial<INode>,
): { workflow: Workflow; node: INode } {
	const { description } = nodeType;
	const node: INode = {
		id: 'node-1',
		name: 'Proofpoint',
		type: `n8n-nodes-proofpoint.${description.name}`,
		typeVersion: 1,
		position: [0, 0],
		credentials: { proofpointApi: { id: 'credential-1', name: 'Proofpoint API' } },
		parameters: {},
		...settings,
	};
	node.parameters =
		NodeHelpers.getNodeParameters(
			description.properties,
			parameters,
			true,
			false,
			node,
			description,
		) ?? {};
	const workflow = new Workflow({
		id: 'workflow-1',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf(nodeType),
		settings: { timezone: 'Europe/Berlin' },
	});
	return { workflow, node };
}

/** How to run a node once. */
export interface NodeRun {
	nodeType: INodeType;
	parameters: INodeParameters;
	/** Input items; one empty item when left out. */
	items?: IDataObject[];
	credential: CredentialData;
	/** Node settings such as `onError: 'continueRegularOutput'`. */
	settings?: Partial<INode>;
	/** Ends the execution as "Stop" in the editor does. */
	signal?: AbortSignal;
}

/** Runs an action node with the host's RoutingNode and returns the items of its first output. */
export async function runNode({
	nodeType,
	parameters,
	items = [{}],
	credential,
	settings = {},
	signal = new AbortController().signal,
}: NodeRun): Promise<INodeExecutionData[]> {
	const { workflow, node } = workflowOf(nodeType, parameters, settings);
	const input: INodeExecutionData[] = items.map((json, item) => ({ json, pairedItem: { item } }));
	const inputData: ITaskDataConnections = { main: [input] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataOf(credential),
		'internal',
		createEmptyRunExecutionData(),
		0,
		input,
		inputData,
		{ node, data: inputData, source: null },
		[],
		signal,
	);
	await workflow.expression.acquireIsolate();
	try {
		const output = await new RoutingNode(context, nodeType).runNode();
		return output?.[0] ?? [];
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

/** A polling trigger between two polls: its stored state survives, as n8n's static data does. */
export class Poller {
	private readonly workflow: Workflow;
	private readonly node: INode;
	private context: PollContext;

	constructor(
		private readonly nodeType: INodeType,
		parameters: INodeParameters,
		private readonly credential: CredentialData,
	) {
		const { workflow, node } = workflowOf(nodeType, parameters, {});
		this.workflow = workflow;
		this.node = node;
		this.context = this.newContext('activate');
	}

	/** Polls once, as the host does at activation (the first time) and at every tick. */
	async poll(): Promise<IDataObject[]> {
		return await this.run(this.context);
	}

	/** "Fetch Test Event" in the editor. */
	async sample(): Promise<IDataObject[]> {
		return await this.run(
			new PollContext(
				this.workflow,
				this.node,
				additionalDataOf(this.credential),
				'manual',
				'manual',
			),
		);
	}

	/** n8n ends and starts again: a new context, the stored state as it was saved. */
	restart(): void {
		this.context = this.newContext('init');
	}

	/** The node's stored state; a test may replace it. */
	get staticData(): IDataObject {
		return this.workflow.getStaticData('node', this.node);
	}

	private newContext(activation: 'activate' | 'init'): PollContext {
		return new PollContext(
			this.workflow,
			this.node,
			additionalDataOf(this.credential),
			'trigger',
			activation,
		);
	}

	private async run(context: PollContext): Promise<IDataObject[]> {
		await this.workflow.expression.acquireIsolate();
		try {
			const output = await this.nodeType.poll?.call(context);
			return (output?.[0] ?? []).map(({ json }) => json);
		} finally {
			await this.workflow.expression.releaseIsolate();
		}
	}
}
