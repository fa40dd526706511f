/** Where the rows of a run come from, as far back as the execution knows. */
import type { RunData, Source } from './runData';

/**
 * Follows rows back, from output to output. What a loop gives out at its end may come from any of its runs so far.
 * @param sources where the rows of the run come from
 * @param isLoop whether a node gives out later what it has been given before
 * @param gathers whether a node itself looks for the rows of several runs, so that nothing can be said of what it gives out
 */
export function originsOf(
	data: RunData,
	sources: readonly Source[],
	isLoop: (node: string) => boolean,
	gathers: (node: string) => boolean,
): Source[] {
	const found = new Map<string, Source>();
	const open = [...sources];
	for (let next = open.pop(); next; next = open.pop()) {
		const { node, output, run } = next;
		const key = JSON.stringify([node, output, run]);
		if (found.has(key)) continue;
		found.set(key, next);
		if (gathers(node)) continue;
		const runs = isLoop(node) ? data.runs(node).slice(0, run + 1) : [data.runs(node)[run]];
		open.push(...runs.flatMap((one) => one?.sources ?? []));
	}
	return [...found.values()];
}
