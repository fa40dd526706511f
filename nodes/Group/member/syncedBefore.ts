/**
 * What earlier runs of a Sync node in the same execution wanted in a group. A node runs again in one execution when it
 * stands in a loop, or gets its items from several branches or an agent: each run then has a part of the list, and
 * would remove the members of the runs before it.
 */
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Member } from '../../shared/api/contract';
import { memberKey } from '../../shared/core/memberDifference';

/** Executions beyond this are over, or hang. */
const MOST_EXECUTIONS = 50;

/** Execution and node -> portal and group -> keys of the members that were listed. */
const executions = new Map<string, Map<string, Set<string>>>();

export class SyncedBefore {
	private readonly groups: Map<string, Set<string>>;
	/** Whether the node runs for the first time in this execution, or tries that run again. */
	private readonly isFirst: boolean;

	constructor(context: IExecuteFunctions) {
		this.isFirst = context.evaluateExpression('{{ $runIndex }}', 0) === 0;
		const key = JSON.stringify([context.getExecutionId(), context.getNode().id]);
		this.groups = executions.get(key) ?? new Map<string, Set<string>>();
		executions.delete(key);
		executions.set(key, this.groups);
		for (const oldest of executions.keys()) {
			if (executions.size <= MOST_EXECUTIONS) return;
			executions.delete(oldest);
		}
	}

	/** Those of the members that an earlier run had listed. */
	listed(origin: string, id: string, members: Member[]): Member[] {
		const before = this.groups.get(JSON.stringify([origin, id]));
		return before && !this.isFirst ? members.filter((member) => before.has(memberKey(member))) : [];
	}

	/** Remembers the list of a run that is about to be written. */
	remember(origin: string, id: string, members: Member[]): void {
		const key = JSON.stringify([origin, id]);
		const before = this.groups.get(key) ?? new Set<string>();
		this.groups.set(key, before);
		for (const member of members) before.add(memberKey(member));
	}
}
