/** The workflows that watch: a Proofpoint Trigger that polls at given seconds, and a node that does nothing. */
import { chain, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import { proofpointNode } from '@test/e2e/setup.cjs';

/** Name of the trigger, whose items count. */
export const trigger = 'Trigger';
export const end: WorkflowNode = { name: 'End', type: 'n8n-nodes-base.noOp' };
export const everyTenSeconds = [0, 10, 20, 30, 40, 50];

/** A trigger, on new events unless told otherwise. n8n refuses one schedule with several seconds, several schedules it takes. */
export function triggerNode(
	parameters: object = {},
	{ seconds = everyTenSeconds, ...more }: Partial<WorkflowNode> & { seconds?: number[] } = {},
): WorkflowNode {
	const item = seconds.map((second) => ({
		mode: 'custom',
		cronExpression: `${second} * * * * *`,
	}));
	const events = { event: 'securityEventCreated', output: 'raw' };
	return proofpointNode(
		trigger,
		'proofpointTrigger',
		{ ...('event' in parameters ? {} : events), pollTimes: { item }, ...parameters },
		more,
	);
}

/** The whole workflow. */
export function watching(id: string, ...node: Parameters<typeof triggerNode>): Workflow {
	return chain(id, [triggerNode(...node), end], id);
}
