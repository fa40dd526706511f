/**
 * “Execute step” runs Sync with what the nodes before it gave out earlier. Where such a node ran several times, n8n takes
 * one of its runs and forgets the others, so Sync would have a part of the rows only.
 */
import type { RunData, Source } from './runData';

/**
 * Follows the rows of a run back to where they come from. On the way, every run of a node that gave out rows must have
 * reached the next node on the way, as it does when the whole workflow runs.
 * @param name the node that runs now, and where its rows come from
 * @param isWaiting whether n8n is still to run a node with the rows of a source
 * @returns the node with a run whose rows got lost; `undefined` where there is none, and where it is not known
 */
export function nodeWithLostRun(
	data: RunData,
	{ name, sources }: { name: string; sources: Source[] },
	isWaiting: (node: string, source: Source) => boolean,
): string | undefined {
	const arrivals = new Map<string, Set<string>>();
	const arrivedAt = (node: string): Set<string> => {
		const known = arrivals.get(node);
		if (known) return known;
		const before = data.runs(node).flatMap((run) => run?.sources ?? []);
		const found = new Set([...before, ...(node === name ? sources : [])].map(keyOf));
		arrivals.set(node, found);
		return found;
	};
	const isLost = (child: string, source: Source): boolean =>
		// A run that cannot be read may be the one.
		!data.runs(child).includes(undefined) &&
		!arrivedAt(child).has(keyOf(source)) &&
		!isWaiting(child, source);
	const checked = new Set<string>();
	const passed = new Set<string>();
	const open = sources.map((source) => ({ child: name, source }));
	for (let next = open.pop(); next; next = open.pop()) {
		const { child, source } = next;
		const { node, output, run } = source;
		if (data.isPinned(node)) continue;
		const wire = JSON.stringify([node, output, child]);
		if (!checked.has(wire)) {
			checked.add(wire);
			const gaveRows = [...data.runs(node).entries()].filter(
				([, other]) => (other?.outputs[output]?.length ?? 0) > 0,
			);
			if (gaveRows.some(([at]) => isLost(child, { node, output, run: at }))) return node;
		}
		const key = JSON.stringify([node, run]);
		if (passed.has(key)) continue;
		passed.add(key);
		const before = data.runs(node)[run]?.sources ?? [];
		open.push(...before.map((one) => ({ child: node, source: one })));
	}
	return undefined;
}

function keyOf({ node, output, run }: Source): string {
	return JSON.stringify([node, output, run]);
}
