/**
 * Lists that a node before Sync may have cut short: most nodes that read a list have “Return All” and a “Limit”, which is 50 for
 * a start. Whoever it cuts off would be removed (docs/groups.md, "The whole list at once").
 */
import { z } from 'zod';

import type { Filled, Words } from '../../shared/words/words';
import { groupMessages as say } from '../words';
import type { Run, RunData, Source } from './runData';
import type { KnownNode } from './wires';

/** A field that n8n fills in by an expression: what it gives there cannot be read here. */
const expression = z.string().startsWith('=');
const limit = z.union([z.number(), z.string()]).nullish();
const flag = z.union([z.boolean(), z.string()]).nullish();
/** What n8n's nodes call the most rows that they give out, among their parameters or in a collection of theirs. */
const LIMITS = ['limit', 'maxResults', 'maxRowCount', 'maxRows', 'top'];
const parametersSchema = z.object({
	returnAll: flag,
	options: z
		.object({
			pagination: z
				.object({
					pagination: z.object({ limitPagesFetched: flag, maxRequests: limit }).partial(),
				})
				.partial(),
		})
		.partial()
		.nullish()
		.catch(undefined),
});
const itemSchema = z.object({ json: z.unknown(), pairedItem: z.unknown() });
/** Nodes that pass on the first or last of their rows: today's, and that of older workflows. */
const cutterSchema = z.union([
	z.object({ type: z.literal('n8n-nodes-base.limit') }),
	z.object({
		type: z.literal('n8n-nodes-base.itemLists'),
		parameters: z.object({ operation: z.literal('limit') }),
	}),
]);

/** Makes lists of the fields of its rows, and leaves out rows that lack the field. */
const AGGREGATE = 'n8n-nodes-base.aggregate';
/** Nodes whose rows come from another workflow: what cut a list short there cannot be seen here. */
const BOUNDARIES = ['n8n-nodes-base.executeWorkflow', 'n8n-nodes-base.executeWorkflowTrigger'];
/** The usual values of “Limit”. */
const USUAL_LIMITS = [50, 100];

/** Why a list may be incomplete, for a group, how many members would be removed, and their names. */
export type CutShort = (group: Filled, removals: Filled, removed: Filled) => Words;

/**
 * @param origins the outputs that the list comes from
 * @param nodeOf the node of a name
 */
export function cutShortBy(
	data: RunData,
	origins: readonly Source[],
	nodeOf: (name: string) => KnownNode | undefined,
): CutShort | undefined {
	for (const { node, output, run } of origins) {
		const known = nodeOf(node);
		const ran = data.runs(node)[run];
		if (!ran || !known) continue;
		const rows = ran.outputs[output] ?? [];
		const found = findingOf(data, node, known, rows, ran);
		if (found) return found;
	}
	return undefined;
}

function findingOf(
	data: RunData,
	node: string,
	known: KnownNode,
	rows: unknown[],
	run: Run,
): CutShort | undefined {
	if (known.type === AGGREGATE) return cutOff(data, node, longestList(valuesOf(rows)), run);
	if (cutterSchema.safeParse(known).success) return cutOff(data, node, rows.length, run);
	if (!BOUNDARIES.includes(known.type)) return limitedBy(node, rows, known.parameters);
	const { length } = rows;
	if (!USUAL_LIMITS.includes(length)) return undefined;
	return (...group) => say.usualLimit(node, length, ...group);
}

/** A node that was given more rows than it passed on. */
function cutOff(data: RunData, node: string, passed: number, run: Run): CutShort | undefined {
	const counts = run.sources.map(
		(source) => data.runs(source.node)[source.run]?.outputs[source.output]?.length ?? 0,
	);
	const given = counts.reduce((sum, count) => sum + count, 0);
	if (given <= passed) return undefined;
	return (...group) => say.rowsCutOff(node, passed, given, ...group);
}

function valuesOf(rows: unknown[]): unknown[] {
	return rows.map((row) => itemSchema.safeParse(row).data?.json);
}

/** The length of the longest list in values; `Infinity` where they have none. */
function longestList(values: unknown[], depth = 3): number {
	const found = values.flatMap((value) => {
		if (Array.isArray(value)) return [value.length];
		if (typeof value !== 'object' || value === null || depth === 0) return [];
		const inside = longestList(Object.values(value), depth - 1);
		return inside === Infinity ? [] : [inside];
	});
	return found.length === 0 ? Infinity : Math.max(...found);
}

/** A node whose own limit is as long as what it gave out for one of its items, or cannot be known. */
function limitedBy(node: string, rows: unknown[], parameters?: object): CutShort | undefined {
	const { returnAll, options } = parametersSchema.safeParse(parameters).data ?? {};
	const counts = countsOf(rows);
	const pagination = options?.pagination?.pagination;
	if (pagination && mayBe(pagination.limitPagesFetched, true)) {
		const pages = numberIn(pagination.maxRequests);
		// A page may give several rows.
		if (pages === undefined || Math.max(...counts) >= pages) {
			return (...group) => say.pagesLimited(node, ...group);
		}
	}
	const limited = mayBe(returnAll, false) ? limitIn(parameters) : undefined;
	if (expression.safeParse(limited).success) {
		return (...group) => say.limitUnknown(node, ...group);
	}
	const bound = numberIn(limited);
	if (bound === undefined || bound < 2 || !counts.includes(bound)) return undefined;
	return (...group) => say.cutShort(node, bound, ...group);
}

/** The limit that a node has, under whatever name; its own wins over one in a collection. */
function limitIn(parameters: object = {}): number | string | undefined {
	const values: unknown[] = Object.values(parameters);
	const found = [parameters, ...values].flatMap((one) =>
		typeof one === 'object' && one !== null
			? LIMITS.map((name) => limit.safeParse(Reflect.get(one, name)).data ?? undefined)
			: [],
	);
	return found.find((value) => value !== undefined);
}

/** How many rows a node gave out for each of its items. */
function countsOf(rows: unknown[]): number[] {
	const counts = new Map<string, number>();
	for (const row of rows) {
		const from = JSON.stringify(itemSchema.safeParse(row).data?.pairedItem ?? null);
		counts.set(from, (counts.get(from) ?? 0) + 1);
	}
	return [...counts.values()];
}

/** Whether a switch has a value, or may have it: an expression may give any. One that is missing is off. */
function mayBe(given: boolean | string | null | undefined, wanted: boolean): boolean {
	if (expression.safeParse(given).success) return true;
	return (String(given).trim().toLowerCase() === 'true') === wanted;
}

function numberIn(given: number | string | null | undefined): number | undefined {
	const number = Number(given ?? NaN);
	return Number.isInteger(number) ? number : undefined;
}
