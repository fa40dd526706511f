import { z } from 'zod';

const nodeSchema = z
	.object({
		id: z.string().optional(),
		name: z.string(),
		type: z.string(),
		typeVersion: z.number().optional(),
		position: z.tuple([z.number(), z.number()]).optional(),
		parameters: z.record(z.string(), z.unknown()).optional(),
		credentials: z.record(z.string(), z.object({ id: z.string(), name: z.string() })).optional(),
	})
	.passthrough();

/** The parts of a workflow's JSON that this harness touches; everything else passes through. */
export const workflowSchema = z
	.object({
		id: z.string().optional(),
		name: z.string(),
		nodes: z.array(nodeSchema),
		connections: z.record(z.string(), z.unknown()),
		settings: z.record(z.string(), z.unknown()).optional(),
	})
	.passthrough();

/** A workflow as users export and import it. */
export type Workflow = z.infer<typeof workflowSchema>;

/** One node of a workflow. */
export type WorkflowNode = z.infer<typeof nodeSchema>;

/** A credential for import, its data in clear. */
export interface Credential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** Reads a workflow; throws a `ZodError` when it is none. */
export function readWorkflow(value: unknown): Workflow {
	return workflowSchema.parse(value);
}

/**
 * A workflow whose nodes run one after the other, each fed by the first output of the one before.
 * Positions, ids and versions are filled in where they are missing.
 */
export function chain(name: string, nodes: WorkflowNode[], id?: string): Workflow {
	const placed = nodes.map((node, index) => ({
		...node,
		id: node.id ?? `node-${index}`,
		typeVersion: node.typeVersion ?? 1,
		position: node.position ?? placeOf(index),
		parameters: node.parameters ?? {},
	}));
	const connections: Record<string, unknown> = {};
	placed.slice(1).forEach((node, index) => {
		const before = placed[index];
		if (before === undefined) return;
		connections[before.name] = { main: [[{ node: node.name, type: 'main', index: 0 }]] };
	});
	return { ...(id === undefined ? {} : { id }), name, nodes: placed, connections, settings: {} };
}

function placeOf(index: number): [number, number] {
	return [index * 220, 0];
}

/** The node with which `n8n execute` and a manual run begin. */
export const manualTrigger: WorkflowNode = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
};

/**
 * A copy of a workflow whose polling trigger (nodes named by `type`) polls every ten seconds
 * instead of each minute. n8n refuses one schedule with several seconds, six schedules it takes.
 */
export function pollEveryTenSeconds(workflow: Workflow, type: string): Workflow {
	const item = [0, 10, 20, 30, 40, 50].map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	}));
	const nodes = workflow.nodes.map((node) =>
		node.type === type
			? { ...node, parameters: { ...node.parameters, pollTimes: { item } } }
			: node,
	);
	return { ...workflow, nodes };
}
