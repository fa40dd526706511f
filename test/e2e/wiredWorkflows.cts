/** Workflows whose nodes are wired in other ways than one after the other. */
import { chain, manualTrigger, type Workflow, type WorkflowNode } from '@host/workflow.cjs';

/** A node that hands its items on. */
export const plain = (name: string): WorkflowNode => ({ name, type: 'n8n-nodes-base.noOp' });
/** One output that leads to these nodes. */
export const to = (...names: string[]) => names.map((node) => ({ node, type: 'main', index: 0 }));
/** Loop Over Items. */
export const loopOf = (batchSize: number): WorkflowNode => ({
	name: 'Loop',
	type: 'n8n-nodes-base.splitInBatches',
	typeVersion: 3,
	parameters: { batchSize, options: {} },
});
/** An If node with one condition. */
export const ifNode = (condition: string): WorkflowNode => ({
	name: 'If',
	type: 'n8n-nodes-base.if',
	typeVersion: 2.2,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
			conditions: [
				{
					id: 'c',
					leftValue: condition,
					rightValue: '',
					operator: { type: 'boolean', operation: 'true', singleValue: true },
				},
			],
			combinator: 'and',
		},
	},
});

/** Some nodes, and which output leads where; the manual trigger is “Start”. */
export function workflow(
	nodes: WorkflowNode[],
	wires: Record<string, Array<ReturnType<typeof to>>>,
): Workflow {
	const made = chain('parts', [manualTrigger, ...nodes], 'parts');
	return {
		...made,
		connections: Object.fromEntries(Object.entries(wires).map(([from, main]) => [from, { main }])),
	};
}
