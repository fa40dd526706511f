/**
 * What earlier runs of Sync in the same execution listed for a group, whether they wrote it or refused to. Sync runs
 * several times in one execution when it stands in a loop, gets its items from several branches or an agent, or when
 * there are several Sync nodes: each run may have a part of the list, and would remove the members of the runs before
 * it (docs/groups.md, "The whole list at once").
 *
 * The lists are in this process only, and belong to one execution. Where that goes on in another process (a restart, queue
 * mode) or as another execution (a retry), the output of the earlier runs tells which groups they were about.
 */
import { z } from 'zod';

import { memberKey } from '../../shared/core/memberDifference';
import type { NodeContext } from '../../shared/n8n/parameters';
import { groupIdOf } from '../groupId';
import { RunData } from './runData';
import { mayBelong, type Rows, type Unknown } from './syncRows';
import { allNodes } from './wires';

/** Of those beyond this the output has to speak. */
const MOST_EXECUTIONS = 50;

/** What one run listed, or may have listed. */
interface Listed {
	node: string;
	run: number;
	/** Portal and group -> keys of the members. */
	groups: Map<string, Set<string>>;
	unreadable: Unknown[];
}

/** What the runs before this one listed for a group. */
export interface Before {
	keys: Set<string>;
	/** Whether one of them had an item of the group that could not be used. */
	hasGaps: boolean;
	/** Whether the list of one of them is not known any more. */
	isForgotten: boolean;
}

/** Execution -> the runs of its Sync nodes. */
const executions = new Map<string, Listed[]>();

export class SyncedBefore {
	private readonly earlier: Listed[];
	private readonly own: Listed;
	/** The groups of each run that is not remembered; `undefined` where they cannot be told. */
	private readonly forgotten: Array<Set<string> | undefined>;

	constructor(context: NodeContext) {
		const index: unknown = context.evaluateExpression('{{ $runIndex }}', 0);
		const run = typeof index === 'number' ? index : 0;
		const { id: node, name } = context.getNode();
		const key = keyOf(context.getExecutionId(), node);
		// A run that is tried again (Retry On Fail) starts over.
		this.earlier = (executions.get(key) ?? []).filter(
			(other) => other.node !== node || other.run < run,
		);
		this.own = { node, run, groups: new Map(), unreadable: [] };
		executions.delete(key);
		executions.set(key, [...this.earlier, this.own]);
		for (const oldest of executions.keys()) {
			if (executions.size <= MOST_EXECUTIONS) break;
			executions.delete(oldest);
		}
		this.forgotten = this.findForgotten(context, name);
	}

	/** The runs of which the execution's data tells, and this process does not. */
	private findForgotten(context: NodeContext, name: string): Array<Set<string> | undefined> {
		const known = new Set(this.earlier.map((one) => JSON.stringify([one.node, one.run])));
		const data = new RunData(context);
		const own = { id: this.own.node, name, count: this.own.run, group: undefined };
		return [own, ...othersOf(context, data)].flatMap(({ id, name, count, group }) =>
			Array.from({ length: count }, (_, run) => run)
				.filter((run) => !known.has(JSON.stringify([id, run])))
				.map((run) => groupsIn(data.runs(name)[run]?.outputs.flat() ?? []) ?? group),
		);
	}

	/** Remembers what this run lists for groups, and what is known of its items that cannot be used. */
	remember(groups: Array<Pick<Rows, 'id' | 'rows'>>, unreadable: Unknown[]): void {
		for (const { id, rows } of groups) {
			const keys = rows.flatMap(({ members }) => members.map(memberKey));
			const origin = rows[0]?.item.connection.origin ?? '';
			this.own.groups.set(JSON.stringify([origin, id]), new Set(keys));
		}
		// Neither the token nor the rest of an item is kept.
		for (const { connection, id } of unreadable) {
			this.own.unreadable.push({
				...(connection ? { connection: { origin: connection.origin } } : {}),
				...(id === undefined ? {} : { id }),
			});
		}
	}

	/** What the runs before this one listed for a group. */
	of(origin: string, id: string): Before {
		const key = JSON.stringify([origin, id]);
		return {
			keys: new Set(this.earlier.flatMap(({ groups }) => [...(groups.get(key) ?? [])])),
			hasGaps: this.earlier.some(({ unreadable }) =>
				unreadable.some((row) => mayBelong(row, id, origin)),
			),
			isForgotten: this.forgotten.some((groups) => groups?.has(id) ?? true),
		};
	}
}

/** The other Sync nodes of the workflow: how often each has run, and its group, if that is the same for all items. */
function othersOf(context: NodeContext, data: RunData) {
	const { type, name: self } = context.getNode();
	return allNodes(context).flatMap(([name, node]) => {
		const parameters = syncSchema.safeParse(node.parameters).data;
		if (name === self || node.type !== type || !parameters) return [];
		const { groupId } = parameters;
		const id = groupIdOf(typeof groupId === 'object' ? groupId?.value : groupId);
		const group = id === undefined ? undefined : new Set([id]);
		return [{ id: node.id ?? '', name, count: data.runs(name).length, group }];
	});
}

/** An execution; where n8n gives it no ID, what one node does. */
function keyOf(execution: string | undefined, node: string): string {
	return JSON.stringify(execution === undefined ? [null, node] : [execution]);
}

const groupSchema = z.union([z.string(), z.number()]);
const syncSchema = z.object({
	resource: z.literal('member'),
	operation: z.literal('sync'),
	groupId: z
		.union([groupSchema, z.object({ value: groupSchema.nullish().catch(undefined) })])
		.nullish()
		.catch(undefined),
});

/** The output of Sync for a group whose list it carried out, or would have; anything else says nothing certain. */
const resultSchema = z.object({
	json: z
		.object({
			id: z.union([z.number(), z.string()]),
			added: z.array(z.unknown()),
			removed: z.array(z.unknown()),
			unchanged: z.number(),
			dryRun: z.literal(true).optional(),
			refusal: z.string().optional(),
		})
		.strict(),
});

/** The groups that the output of a run names; `undefined` where it may have been about others, too. */
function groupsIn(output: unknown[]): Set<string> | undefined {
	const ids = new Set<string>();
	for (const item of output) {
		const { data } = resultSchema.safeParse(item);
		if (!data) return undefined;
		ids.add(String(data.json.id));
	}
	return ids.size > 0 ? ids : undefined;
}
