/**
 * Whether the node stands inside n8n's "Loop Over Items": then a run sees one batch of the rows only, which is no
 * complete list of a group's members.
 */
import type { IExecuteFunctions } from 'n8n-workflow';

const LOOP = 'n8n-nodes-base.splitInBatches';

/**
 * The loop that hands this run a part of its items.
 * @returns the loop's name; `undefined` outside of a loop, and in one that has a single round
 */
export function loopAround(context: IExecuteFunctions): string | undefined {
	const { name } = context.getNode();
	const behind = new Set(context.getChildNodes(name).map((node) => node.name));
	const loops = context
		.getParentNodes(name)
		.filter((node) => node.type === LOOP && behind.has(node.name));
	return loops.find((loop) => hasMoreRounds(context, loop.name))?.name;
}

function hasMoreRounds(context: IExecuteFunctions, loop: string): boolean {
	const state = `{{ $(${JSON.stringify(loop)}).context }}`;
	const flow: unknown = context.evaluateExpression(state, 0);
	const left: unknown =
		typeof flow === 'object' && flow !== null && Reflect.get(flow, 'noItemsLeft');
	return left !== true || context.evaluateExpression('{{ $runIndex }}', 0) !== 0;
}
