/**
 * Where the outputs of a node lead. Nothing in the interface for nodes tells one output from another; the workflow that n8n runs
 * does, and is read as something from outside: what is not as expected is not known.
 */
import { z } from 'zod';

import { namedByPeople } from './runData';

const workflowSchema = z.object({ connectionsBySourceNode: namedByPeople });
const outputsSchema = z.object({
	main: z.array(z.array(z.object({ node: z.string() })).nullish()).nullish(),
});

/**
 * @param context what n8n gives the run of a node
 * @returns the names of the nodes that an output leads to; `undefined` where it is not known
 */
export function targetsOf(context: object, node: string, output: number): string[] | undefined {
	const workflow = workflowSchema.safeParse(Reflect.get(context, 'workflow')).data;
	if (!workflow) return undefined;
	const found = Object.entries(workflow.connectionsBySourceNode).find(([name]) => name === node);
	if (!found) return [];
	const outputs = outputsSchema.safeParse(found[1]).data;
	return outputs && (outputs.main?.[output] ?? []).map((target) => target.node);
}
