/** Where the rows of a run come from, as far back as the execution knows. */
import type { RunData, Source } from './runData';

/** What a node does with the rows that came to it. */
export interface Habits {
	/** Whether it gives out later what it has been given before. */
	isLoop(node: string): boolean;
	/** The nodes of which it reads several runs itself, `undefined` for one that is not known; nothing for any other node. */
	gathered(node: string): ReadonlyArray<string | undefined>;
}

/**
 * Follows rows back, from output to output. What a loop gives out at its end may come from any of its runs so far; what a node
 * has looked for itself, from any run of the nodes that it names.
 * @param sources where the rows of the run come from
 * @param last a node that is not passed
 */
export function originsOf(
	data: RunData,
	sources: readonly Source[],
	{ isLoop, gathered }: Habits,
	last?: string,
): Source[] {
	const found = new Map<string, Source>();
	/** How many runs of a loop have been followed. */
	const followed = new Map<string, number>();
	const open = [...sources];
	for (let next = open.pop(); next; next = open.pop()) {
		const { node, output, run } = next;
		const key = JSON.stringify([node, output, run]);
		if (found.has(key)) continue;
		found.set(key, next);
		if (node === last) continue;
		const named = gathered(node);
		if (named.length > 0) {
			open.push(...named.flatMap((name) => (name === undefined ? [] : outputsOf(data, name))));
			continue;
		}
		const from = isLoop(node) ? (followed.get(node) ?? 0) : run;
		followed.set(node, Math.max(followed.get(node) ?? 0, run + 1));
		const runs = data.runs(node).slice(from, run + 1);
		for (const one of runs) open.push(...(one?.sources ?? []));
	}
	return [...found.values()];
}

/** All outputs with rows of a node, or those of its last run. */
export function outputsOf(data: RunData, node: string, { lastOnly = false } = {}): Source[] {
	const runs = data.runs(node);
	return runs.flatMap((run, at) =>
		lastOnly && at < runs.length - 1
			? []
			: (run?.outputs ?? []).flatMap((rows, output) =>
					rows.length > 0 ? [{ node, output, run: at }] : [],
				),
	);
}
