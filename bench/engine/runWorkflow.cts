import type { Workflow as WorkflowJson } from '@host/workflow.cjs';
import type {
	IDataObject,
	INode,
	INodeConnections,
	INodeExecutionData,
	IPinData,
	IRun,
	NodeParameterValueType,
} from 'n8n-workflow';
import { z } from 'zod';
import type { Host } from './hostModules.cjs';

const parametersSchema = z.record(z.string(), z.custom<NodeParameterValueType>());
const connectionsSchema = z.record(z.string(), z.custom<INodeConnections>());

/** A node as n8n's engine takes it; a workflow file may leave out what has a default. */
export function nodesOf({ nodes }: WorkflowJson): INode[] {
	return nodes.map((node) => ({
		...node,
		id: node.id ?? node.name,
		typeVersion: node.typeVersion ?? 1,
		position: node.position ?? [0, 0],
		parameters: parametersSchema.parse(structuredClone(node.parameters ?? {})),
	}));
}

function connectionsOf({ connections }: WorkflowJson) {
	return connectionsSchema.parse(structuredClone(connections));
}

/** A workflow in memory, as n8n's runner makes it from the stored one. */
export function loadWorkflow(host: Host, workflow: WorkflowJson) {
	return new host.workflowClass({
		id: workflow.id ?? 'bench',
		name: workflow.name,
		nodes: nodesOf(workflow),
		connections: connectionsOf(workflow),
		active: false,
		nodeTypes: host.nodeTypes,
		settings: {},
	});
}

/**
 * Runs a workflow as n8n's runner does after it has stored the execution, and with no hook that would save
 * its data. Credentials come from n8n's database.
 * @param input takes the place of the start node's output
 * @returns the items of the node `last`; throws the execution's error
 */
export async function runWorkflow(
	host: Host,
	json: WorkflowJson,
	last: string,
	input?: IDataObject[],
): Promise<INodeExecutionData[]> {
	const workflow = loadWorkflow(host, json);
	const additionalData = await host.additionalData(workflow.id);
	additionalData.executionId = 'bench';
	additionalData.hooks = new host.hooks('cli', 'bench', {
		id: workflow.id,
		name: json.name,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: nodesOf(json),
		connections: connectionsOf(json),
	});
	const execute = new host.workflowExecute(additionalData, 'cli');
	const startNode = workflow.getNode(json.nodes[0]?.name ?? '') ?? undefined;
	const pinData: IPinData = {};
	if (startNode && input) pinData[startNode.name] = input.map((item) => ({ json: item }));
	const run: IRun = await execute.run({ workflow, pinData, ...(startNode ? { startNode } : {}) });
	const { error, runData } = run.data.resultData;
	if (error) {
		const { description } = error;
		throw new Error(`${error.message} ${description ?? ''}`);
	}
	return runData[last]?.at(-1)?.data?.main?.[0] ?? [];
}
