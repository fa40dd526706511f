/** “Execute step” as the editor does it: with what the nodes gave out when they ran before. */
import type { RunResult } from '@host/runResult.cjs';
import type { WorkflowNode } from '@host/workflow.cjs';
import { z } from 'zod';

import type { World } from './setup.cjs';

const storedSchema = z.object({ data: z.record(z.string(), z.unknown()) });
const startedSchema = z.object({ data: z.object({ executionId: z.string() }) });
const runDataSchema = z.object({
	data: z.object({ resultData: z.object({ runData: z.record(z.string(), z.unknown()) }) }),
});

/** What the editor knows after the whole workflow was run: all that its nodes gave out. */
export async function runData(world: World, workflowId: string): Promise<Record<string, unknown>> {
	const executionId = await world.n8n.client.run(workflowId, 'Start');
	await world.n8n.client.finishedExecution(executionId);
	const answer = await world.n8n.client.api('GET', `/executions/${executionId}?includeData=true`);
	return runDataSchema.parse(answer).data.resultData.runData;
}

/** “Execute step” on Sync. */
export async function step(
	world: World,
	workflowId: string,
	{ known, dirty = [] }: { known?: Record<string, unknown>; dirty?: string[] },
): Promise<RunResult> {
	const { client } = world.n8n;
	const workflowData = storedSchema.parse(
		await client.rest('GET', `/workflows/${workflowId}`),
	).data;
	const body = { workflowData, ...(known ? { runData: known, dirtyNodeNames: dirty } : {}) };
	const path = `/workflows/${workflowId}/run`;
	// 1.x takes the name of the node, 2.x an object; each refuses the other.
	const destinationNode = { nodeName: 'Sync', mode: 'inclusive' };
	const answer = await client
		.rest('POST', path, { ...body, destinationNode })
		.catch(async () => await client.rest('POST', path, { ...body, destinationNode: 'Sync' }));
	return await client.finishedExecution(startedSchema.parse(answer).data.executionId);
}

/** Gives a node of a stored workflow the parameters of another, as a person does before “Execute step”. */
export async function setParameters(
	world: World,
	workflowId: string,
	{ name, parameters }: WorkflowNode,
): Promise<void> {
	const { client } = world.n8n;
	const { data } = storedSchema.parse(await client.rest('GET', `/workflows/${workflowId}`));
	const nodes = z.array(z.object({ name: z.string() }).passthrough()).parse(data.nodes);
	const changed = nodes.map((node) => (node.name === name ? { ...node, parameters } : node));
	await client.rest('PATCH', `/workflows/${workflowId}`, { ...data, nodes: changed });
}
