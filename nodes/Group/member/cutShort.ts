/**
 * Lists that a node before Sync may have cut short: most nodes that read a list have “Return All” and a “Limit”, which is 50 for
 * a start. Whoever it cuts off would be removed (docs/groups.md, "The whole list at once").
 */
import { z } from 'zod';

import type { RunData, Source } from './runData';

const limitedSchema = z.object({ returnAll: z.literal(false), limit: z.number().min(2) });
const itemSchema = z.object({ pairedItem: z.unknown() });

/** A node, and its limit, which is as long as what it gave out for one of its items. */
export interface CutShort {
	node: string;
	limit: number;
}

/**
 * @param origins the outputs that the rows of this run come from
 * @param parametersOf the parameters of a node, as they are written
 */
export function cutShortBy(
	data: RunData,
	origins: readonly Source[],
	parametersOf: (node: string) => object | undefined,
): CutShort | undefined {
	for (const { node, output, run } of origins) {
		const { data: limited } = limitedSchema.safeParse(parametersOf(node));
		if (!limited || data.isPinned(node)) continue;
		const counts = new Map<string, number>();
		for (const item of data.runs(node)[run]?.outputs[output] ?? []) {
			const from = JSON.stringify(itemSchema.safeParse(item).data?.pairedItem ?? null);
			counts.set(from, (counts.get(from) ?? 0) + 1);
		}
		const { limit } = limited;
		if ([...counts.values()].includes(limit)) return { node, limit };
	}
	return undefined;
}
