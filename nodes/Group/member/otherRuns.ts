/**
 * Rows that a loop without a “done” output has kept to itself: an If node leads back to a node that reads the next page, and only
 * the last page comes to Sync. Nothing in the workflow tells it from a loop that asks again until the list is ready; what the
 * node gave out in its other runs does (docs/groups.md, "The whole list at once").
 */
import { z } from 'zod';

import type { Member } from '../../shared/api/contract';
import { memberKey } from '../../shared/core/memberDifference';
import type { RunData } from './runData';

/** Whatever may be an address or a domain in the text of a row; an apostrophe may be a part of it, or stand around it. */
const addresses = [
	/[^\s"'<>(),;:?\\[\]{}]*@[^\s"'<>(),;:?\\[\]{}]+/g,
	/[^\s"<>(),;:?\\[\]{}]*@[^\s"<>(),;:?\\[\]{}]+/g,
];
const rowSchema = z.object({ json: z.unknown() });

/** A node, and whom its other runs gave out of those that Sync would remove. */
export interface OtherRun {
	node: string;
	members: Member[];
}

/** The runs of a node that belong to one list. */
export interface RunsOf {
	/** Those from which rows came here by ways that do not pass the node again. */
	here: ReadonlySet<number>;
	/** The first one that is about the same group: the runs before are another round's of a loop around Sync. */
	from: number;
}

/**
 * @param nodes those that the list may come from
 * @param wanted the whole list, as far as Sync knows it
 * @param remove whom Sync would remove
 * @returns a node that gave out some of the list in the run that the rows come from, and some of those to be removed in another
 */
export function listedInOtherRun(
	data: RunData,
	nodes: ReadonlySet<string>,
	runsOf: (node: string) => RunsOf,
	wanted: Member[],
	remove: Member[],
): OtherRun | undefined {
	for (const node of nodes) {
		const runs = data.runs(node);
		if (runs.length < 2) continue;
		const { here, from } = runsOf(node);
		const membersOf = (isHere: boolean) =>
			membersIn(
				runs.flatMap((run, at) =>
					at >= from && here.has(at) === isHere ? (run?.outputs ?? []) : [],
				),
			);
		const others = membersOf(false);
		const members = remove.filter((one) => others.has(memberKey(one)));
		if (members.length === 0) continue;
		const given = membersOf(true);
		if (wanted.some((one) => given.has(memberKey(one)))) return { node, members };
	}
	return undefined;
}

/** The keys of all that may be members in the rows of some outputs. */
function membersIn(outputs: unknown[][]): Set<string> {
	const texts = outputs
		.flat()
		.map((row) => JSON.stringify(rowSchema.safeParse(row).data?.json ?? null));
	const found = texts.flatMap((text) => addresses.flatMap((address) => text.match(address) ?? []));
	return new Set(found.map((address) => memberKey({ address })));
}
