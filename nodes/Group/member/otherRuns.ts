/**
 * Rows that a loop without a “done” output has kept to itself: an If node leads back to a node that reads the next page, and only
 * the last page comes to Sync. Nothing in the workflow tells it from a loop that asks again until the list is ready; what the
 * node gave out in its other runs does (docs/groups.md, "The whole list at once").
 */
import { z } from 'zod';

import type { Member } from '../../shared/api/contract';
import { memberKey } from '../../shared/core/memberDifference';
import type { RunData } from './runData';

/** Whatever may be an address or a domain in the text of a row. */
const member = /[^\s"'<>(),;:\\[\]{}]*@[^\s"'<>(),;:\\[\]{}]+/g;
const rowSchema = z.object({ json: z.unknown() });

/** A node, and whom its other runs gave out of those that Sync would remove. */
export interface OtherRun {
	node: string;
	members: Member[];
}

/**
 * @param nodes those that the rows of this run may come from, without those that give out, or look for, the rows of several runs
 * @param runsHere the runs of a node from which rows came here by ways that do not pass that node again
 * @param wanted the whole list, as far as Sync knows it
 * @param remove whom Sync would remove
 * @returns a node that gave out the whole list in the run that the rows come from, and some of those to be removed in another
 */
export function listedInOtherRun(
	data: RunData,
	nodes: ReadonlySet<string>,
	runsHere: (node: string) => ReadonlySet<number>,
	wanted: Member[],
	remove: Member[],
): OtherRun | undefined {
	for (const node of nodes) {
		const runs = data.runs(node);
		if (runs.length < 2) continue;
		const here = runsHere(node);
		const membersOf = (isHere: boolean) =>
			membersIn(runs.flatMap((run, at) => (here.has(at) === isHere ? (run?.outputs ?? []) : [])));
		const given = membersOf(true);
		if (!wanted.every((one) => given.has(memberKey(one)))) continue;
		const others = membersOf(false);
		const members = remove.filter((one) => others.has(memberKey(one)));
		if (members.length > 0) return { node, members };
	}
	return undefined;
}

/** The keys of all that may be members in the rows of some outputs. */
function membersIn(outputs: unknown[][]): Set<string> {
	const texts = outputs
		.flat()
		.flatMap(
			(row) => JSON.stringify(rowSchema.safeParse(row).data?.json ?? null).match(member) ?? [],
		);
	return new Set(texts.map((address) => memberKey({ address })));
}
