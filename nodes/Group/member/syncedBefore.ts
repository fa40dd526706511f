/**
 * What earlier runs of a Sync node in the same execution listed for a group, whether they wrote it or refused to. A node
 * runs again in one execution when it stands in a loop, or gets its items from several branches or an agent: each run
 * then has a part of the list, and would remove the members of the runs before it (docs/groups.md, "The whole list at once").
 */

import { memberKey } from '../../shared/core/memberDifference';
import type { NodeContext } from '../../shared/n8n/parameters';
import { mayBelong, type Rows, type Unknown } from './syncRows';

/** Executions beyond this are over, or hang. */
const MOST_EXECUTIONS = 50;

/** What one run listed, or may have listed. */
interface Listed {
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
}

/** Execution and node -> its runs. */
const executions = new Map<string, Listed[]>();

export class SyncedBefore {
	private readonly run: number;
	private readonly earlier: Listed[];
	private readonly own: Listed;

	constructor(context: NodeContext) {
		const run: unknown = context.evaluateExpression('{{ $runIndex }}', 0);
		this.run = typeof run === 'number' ? run : 0;
		const key = JSON.stringify([context.getExecutionId(), context.getNode().id]);
		// A run that is tried again (Retry On Fail) starts over.
		this.earlier = (executions.get(key) ?? []).filter((other) => other.run < this.run);
		this.own = { run: this.run, groups: new Map(), unreadable: [] };
		executions.delete(key);
		executions.set(key, [...this.earlier, this.own]);
		for (const oldest of executions.keys()) {
			if (executions.size <= MOST_EXECUTIONS) return;
			executions.delete(oldest);
		}
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
		};
	}
}
