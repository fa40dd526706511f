import type { Workflow as WorkflowJson } from '@host/workflow.cjs';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Host } from './hostModules.cjs';
import { loadWorkflow, nodesOf } from './runWorkflow.cjs';

/** An activated polling trigger; each call is one tick. */
export type Tick = () => Promise<INodeExecutionData[]>;

/**
 * Takes a polling trigger into memory as activating its workflow does, with default storage. Where n8n would start
 * an execution with the items, and save the state, the items are handed back instead.
 */
export async function openTrigger(host: Host, json: WorkflowJson, nodeName: string): Promise<Tick> {
	const workflow = loadWorkflow(host, json);
	const node = workflow.getNode(nodeName);
	if (!node) throw new Error(`The workflow has no node ${nodeName}`);
	const additionalData = await host.additionalData(workflow.id);
	const stored = {
		id: workflow.id,
		name: json.name,
		active: true,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: nodesOf(json),
		connections: workflow.connectionsBySourceNode,
	};
	const context = host.pollContexts.getExecutePollFunctions(
		stored,
		additionalData,
		'trigger',
		'activate',
		async () => stored,
	)(workflow, node);
	let items: INodeExecutionData[] = [];
	const failures: Error[] = [];
	Object.assign(context, {
		__emit: (data: INodeExecutionData[][]) => (items = data[0] ?? []),
		__emitError: (error: Error) => failures.push(error),
	});
	const tick = host.pollTriggers.create(workflow, node, context, () => true);
	return async () => {
		items = [];
		failures.length = 0;
		await tick();
		const [failed] = failures;
		if (failed) throw failed;
		return items;
	};
}
