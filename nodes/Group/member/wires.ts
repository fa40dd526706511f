/**
 * Where the outputs of a node lead, and what leads to its inputs. Nothing in the interface for nodes tells one output from
 * another; the workflow that n8n runs does, and is read as something from outside: what is not as expected is not known.
 */
import { z } from 'zod';

import { namedByPeople } from './runData';

const workflowSchema = z.object({ connectionsBySourceNode: namedByPeople });
const nodesSchema = z.object({ nodes: namedByPeople });
const nodeSchema = z.object({
	id: z.string().nullish(),
	type: z.string(),
	disabled: z.boolean().nullish(),
	parameters: z.custom<object>((value) => typeof value === 'object' && value !== null).optional(),
});
const wireSchema = z.object({ node: z.string(), index: z.number().nullish() });
const outputsSchema = z.object({
	main: z.array(z.array(wireSchema).nullish()).nullish(),
});

/** A node as it is in the workflow. */
export type KnownNode = z.infer<typeof nodeSchema>;

/**
 * @param context what n8n gives the run of a node
 * @returns the node of a name; `undefined` where it is not known
 */
export function nodeNamed(context: object, name: string): KnownNode | undefined {
	const found = entriesOf(context).find(([known]) => known === name);
	return found && nodeSchema.safeParse(found[1]).data;
}

/**
 * @param context what n8n gives the run of a node
 * @returns all nodes of the workflow that can be read, by name
 */
export function allNodes(context: object): Array<[name: string, node: KnownNode]> {
	return entriesOf(context).flatMap(([name, given]): Array<[string, KnownNode]> => {
		const node = nodeSchema.safeParse(given).data;
		return node ? [[name, node]] : [];
	});
}

function entriesOf(context: object): Array<[name: string, node: unknown]> {
	return Object.entries(nodesSchema.safeParse(Reflect.get(context, 'workflow')).data?.nodes ?? {});
}

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

/** An output that a wire leaves by. */
export interface Wire {
	node: string;
	output: number;
}

/**
 * @param context what n8n gives the run of a node
 * @returns for each input of a node, the outputs that lead to it; nothing where that is not known
 */
export function inputsOf(context: object, node: string): Wire[][] {
	const workflow = workflowSchema.safeParse(Reflect.get(context, 'workflow')).data;
	const inputs = new Map<number, Wire[]>();
	for (const [source, given] of Object.entries(workflow?.connectionsBySourceNode ?? {})) {
		const outputs = outputsSchema.safeParse(given).data?.main ?? [];
		for (const [output, wires] of outputs.entries()) {
			for (const wire of wires ?? []) {
				if (wire.node !== node) continue;
				const at = wire.index ?? 0;
				inputs.set(at, [...(inputs.get(at) ?? []), { node: source, output }]);
			}
		}
	}
	return [...inputs.values()];
}
