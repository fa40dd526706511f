/**
 * “Execute step” runs Sync with what the nodes before it gave out earlier. Where such a node ran several times, n8n takes
 * one of its runs and forgets the others; where the run before was stopped, what a node gave out may never have been
 * passed on. Sync would have a part of the rows only.
 */
import type { RunData, Source } from './runData';
import type { Wire } from './wires';

/** Rows that did not come along. */
export interface LostRun {
	/** The node that gave them out. */
	node: string;
	/** The node behind it that did not get them. */
	child: string;
	/** Whether that one got none of its rows at all. */
	isAll: boolean;
}

/** What is known of the workflow and of its execution. */
interface Known {
	/** The outputs that lead to a node. */
	leadingTo(node: string): Wire[];
	/** Whether a node is deactivated: “Execute step” runs as if it were not there. */
	isOff(node: string): boolean;
	/** Whether n8n is still to run a node with the rows of a source. */
	awaits(node: string, source: Source): boolean;
}

/**
 * Looks at each wire that leads to a node, directly or by other nodes: every run that gave out rows there must have reached
 * the node behind it, as it does when the whole workflow runs. What leads to a pinned node does not matter; all runs of a pinned
 * node give out the same.
 * @param now the node that runs now, and where its rows come from
 * @returns rows that got lost; `undefined` where there are none, and where it is not known
 */
export function lostRun(
	data: RunData,
	now: { name: string; sources: Source[] },
	{ leadingTo, isOff, awaits }: Known,
): LostRun | undefined {
	/** Past deactivated nodes, unless rows came by them when the whole workflow ran. */
	const wiresInto = (child: string, sources: readonly Source[]): Wire[] => {
		const wires = [...leadingTo(child)];
		const passed = new Set([child]);
		for (const { node } of wires) {
			if (passed.has(node) || !isOff(node) || sources.some((one) => one.node === node)) continue;
			passed.add(node);
			wires.push(...leadingTo(node));
		}
		return wires;
	};
	/** Whether a node before it has run: “Execute step” does not run a pinned node, and so may leave out its rows. */
	const wasReached = (node: string): boolean => {
		const found = new Set([node]);
		for (const one of found) {
			if (data.runs(one).length > 0) return true;
			for (const wire of leadingTo(one)) found.add(wire.node);
		}
		return false;
	};
	const checked = new Set<string>();
	const open = [now.name];
	for (let child = open.pop(); child !== undefined; child = open.pop()) {
		if (checked.has(child) || data.isPinned(child)) continue;
		checked.add(child);
		const runs = data.runs(child);
		const before = runs.flatMap((run) => run?.sources ?? []);
		const sources = [...before, ...(child === now.name ? now.sources : [])];
		const arrived = new Set(sources.map(keyOf));
		// A run that cannot be read may be the one.
		const isKnown = !runs.includes(undefined) && !isOff(child);
		for (const { node, output } of wiresInto(child, sources)) {
			open.push(node);
			const gaveRows = [...data.runs(node).entries()]
				.filter(([, run]) => (run?.outputs[output]?.length ?? 0) > 0)
				.map(([run]) => ({ node, output, run }));
			const lost = gaveRows.filter(
				(source) => !arrived.has(keyOf(source)) && !awaits(child, source),
			);
			const isAll = lost.length === gaveRows.length;
			const neverRan = gaveRows.length === 0 && data.isPinned(node) && wasReached(node);
			if (neverRan || (isKnown && lost.length > 0 && (isAll || !data.isPinned(node)))) {
				return { node, child, isAll };
			}
		}
	}
	return undefined;
}

function keyOf({ node, output, run }: Source): string {
	return JSON.stringify([node, output, run]);
}
