/**
 * n8n-core's own engine classes around our nodes, in this process: the real RoutingNode, expression engine and HTTP
 * helper (poller.cts has the trigger's). Only what the n8n server adds (database, credentials store) is stood in.
 */
import { ExecuteContext, getAdditionalKeys, LoadOptionsContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type ICredentialsHelper,
	type IDataObject,
	type IExecuteData,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRunData,
	type ITaskDataConnections,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

/** What a test fills in of an interface of the host; everything else is absent, and using it fails. */
function partOf<T>(part: Partial<T>): T {
	return part as T;
}

/** The credential's data as the store holds it, decrypted; each field may be an expression. */
export type CredentialData = ICredentialDataDecryptedObject & {
	portalUrl: string;
	apiToken: string;
	allowCustomHost: boolean | string;
};

function nodeTypesOf(nodeType: INodeType): INodeTypes {
	return partOf<INodeTypes>({
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	});
}

/** Resolves the expressions in a credential for one item, as n8n's own credentials helper does. */
function resolved(
	credential: CredentialData,
	additionalData: IWorkflowExecuteAdditionalData,
	mode: WorkflowExecuteMode,
	executeData: IExecuteData | undefined,
	{
		workflow,
		node,
		connectionInputData,
		itemIndex,
		runExecutionData,
		runIndex,
	}: ICredentialsExpressionResolveValues,
): ICredentialDataDecryptedObject {
	const value = workflow.expression.getParameterValue(
		partOf<INodeParameters>({ ...credential } as INodeParameters),
		runExecutionData,
		runIndex,
		itemIndex,
		node.name,
		connectionInputData,
		mode,
		getAdditionalKeys(additionalData, mode, runExecutionData),
		executeData,
	);
	return { ...(value as ICredentialDataDecryptedObject) };
}

/** What the n8n server adds to an execution, as far as our nodes use it. */
export function additionalDataOf(
	credential: CredentialData,
	variables: IDataObject = {},
): IWorkflowExecuteAdditionalData {
	const credentialType = new ProofpointApi();
	return partOf<IWorkflowExecuteAdditionalData>({
		credentialsHelper: partOf<ICredentialsHelper>({
			isCredentialUsableByNode: () => true,
			getParentTypes: () => [],
			preAuthentication: async () => undefined,
			getDecrypted: async (data, _credentials, _type, mode, executeData, _raw, values) =>
				values ? resolved(credential, data, mode, executeData, values) : { ...credential },
			authenticate: async (data, _type, options) =>
				await credentialType.authenticate(data, {
					...options,
					url: 'url' in options ? options.url : '',
				}),
		}),
		hooks: undefined,
		webhookWaitingBaseUrl: '',
		formWaitingBaseUrl: '',
		variables,
		currentNodeParameters: undefined,
		executionId: 'integration',
	});
}

/** A workflow of one node, with the parameters that its description fills in. */
export function workflowOf(
	nodeType: INodeType,
	parameters: INodeParameters,
	settings: Partial<INode>,
	workflowId = 'workflow-1',
	timezone = 'Europe/Berlin',
	staticData: IDataObject = {},
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
		id: workflowId,
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf(nodeType),
		settings: { timezone },
		staticData,
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
	/** What the user set under "Request Options", which the host adds to every declarative node. */
	requestOptions?: IDataObject;
	/** Ends the execution as "Stop" in the editor does. */
	signal?: AbortSignal;
	/** How often the node has run in this execution before. */
	runIndex?: number;
	/** The execution: by default the same for all runs, in which no node has given out anything. */
	execution?: { id?: string; runData?: IRunData; others?: INode[] };
	/** Takes the hints that the editor would show beside the output. */
	hints?: string[];
	/** "Retry On Fail": how often the host runs the node as long as it fails. */
	tries?: number;
}

/**
 * Runs an action node as the engine does, by its custom operation where it has one for these parameters and else
 * with the host's RoutingNode, and returns the items of its first output.
 */
export async function runNode({
	nodeType,
	parameters,
	items = [{}],
	credential,
	settings = {},
	requestOptions,
	signal = new AbortController().signal,
	runIndex = 0,
	execution: { id: executionId, runData = {}, others = [] } = {},
	hints = [],
	tries = 1,
}: NodeRun): Promise<INodeExecutionData[]> {
	const { workflow, node } = workflowOf(nodeType, parameters, settings);
	if (requestOptions) Object.assign(node.parameters, { requestOptions });
	for (const other of others) workflow.nodes[other.name] = other;
	const input: INodeExecutionData[] = items.map((json, item) => ({ json, pairedItem: { item } }));
	const inputData: ITaskDataConnections = { main: [input] };
	const runExecutionData = createEmptyRunExecutionData();
	runExecutionData.resultData.runData = runData;
	// Each try has a context of its own, and all of them share this.
	const executeData: IExecuteData = { node, data: inputData, source: null };
	const runOnce = async (): Promise<INodeExecutionData[]> => {
		const context = new ExecuteContext(
			workflow,
			node,
			{ ...additionalDataOf(credential), ...(executionId === undefined ? {} : { executionId }) },
			'internal',
			runExecutionData,
			runIndex,
			input,
			inputData,
			executeData,
			[],
			signal,
		);
		const { resource, operation } = node.parameters;
		const operate = nodeType.customOperations?.[String(resource)]?.[String(operation)];
		const output = operate
			? await operate.call(context)
			: await new RoutingNode(context, nodeType).runNode();
		hints.push(...context.hints.map(({ message }) => message));
		return Array.isArray(output) ? (output[0] ?? []) : [];
	};
	await workflow.expression.acquireIsolate();
	try {
		for (let left = tries; left > 1; left--) {
			try {
				return await runOnce();
			} catch {
				// The host tries again.
			}
		}
		return await runOnce();
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

/** Searches the list of a resource locator as the editor does. */
export async function searchList(
	{ nodeType, parameters, credential }: NodeRun,
	method: string,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { workflow, node } = workflowOf(nodeType, parameters, {});
	const context = new LoadOptionsContext(workflow, node, additionalDataOf(credential), '');
	const search = nodeType.methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no list search ${method}`);
	return await search.call(context, filter, paginationToken);
}
