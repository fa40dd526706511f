/**
 * What the "Loop Over Items" nodes on the way to Sync keep back: one gives out its rows round by round, and nothing that waits
 * in n8n's queue tells of the rounds to come (docs/groups.md, "The whole list at once").
 */
import type { NodeTypeAndVersion } from 'n8n-workflow';

import type { NodeContext } from '../../shared/n8n/parameters';
import { groupIdOf } from '../groupId';
import type { Execution } from './execution';
import { valueAt, type Field } from './expressionParts';
import type { RunData, Source } from './runData';
import { targetsOf } from './wires';

/** The type of “Loop Over Items”. */
export const LOOP = 'n8n-nodes-base.splitInBatches';

/** The groups that the rows name which a loop has not given out yet. */
interface Left {
	groups: Set<string>;
	/** A row whose group cannot be read may be for any. */
	hasUnreadable: boolean;
}

/** What a run of Sync knows of its execution. */
export interface Surroundings {
	/** The node of Sync. */
	name: string;
	/** The nodes that lead to Sync. */
	parents: NodeTypeAndVersion[];
	/** Those of them that Sync leads back to. */
	circle: ReadonlySet<string>;
	/** The field that “Group” is, if it is no more than that. */
	field: Field | undefined;
	execution: Execution;
	data: RunData;
	/** The outputs that the rows of this run come from. */
	origins: readonly Source[];
	/** The outputs that led to this run, also to a node that then looked for its rows itself. */
	ways: readonly Source[];
	/** Nodes all of whose runs a node before has looked for itself. */
	gathered: ReadonlySet<string | undefined>;
}

export class Loops {
	private readonly loops: NodeTypeAndVersion[];
	private readonly left = new Map<string, Left>();
	/** Loops whose rows came here by “done”: all of them. */
	private readonly done: Set<string>;
	/** Loops whose rows came here from another round than the first. */
	private readonly lateRounds: Set<string>;

	constructor(
		private readonly context: NodeContext,
		private readonly around: Surroundings,
	) {
		this.loops = around.parents.filter(({ type }) => type === LOOP);
		const versions = new Map(this.loops.map(({ name, typeVersion }) => [name, typeVersion]));
		const isOfLoop = ({ node }: Source) => versions.has(node);
		const isDone = ({ node, output }: Source) => output === doneOf(versions.get(node) ?? 0);
		const done = [...around.origins, ...around.ways].filter(isOfLoop).filter(isDone);
		this.done = new Set(done.map(({ node }) => node));
		const late = around.origins
			.filter(isOfLoop)
			.filter((source) => !isDone(source) && source.run > 0 && !around.gathered.has(source.node));
		this.lateRounds = new Set(late.map(({ node }) => node));
	}

	/** Those that Sync leads back to. */
	get inCircle(): Set<string> {
		const { circle } = this.around;
		return new Set(this.loops.map(({ name }) => name).filter((name) => circle.has(name)));
	}

	/** A loop that may have, or has had, further rows for a group: one behind whose “done” Sync stands only if there is no other. */
	withMore(group: string): string | undefined {
		const { circle } = this.around;
		const found = this.loops
			.filter((loop) =>
				circle.has(loop.name) ? !this.isHarmless(loop, group) : !this.hasEnded(loop),
			)
			.map(({ name }) => name);
		return found.find((name) => !this.done.has(name)) ?? found[0];
	}

	/**
	 * Whether a loop that Sync does not lead back to has given out all of its rows, and not just those of its last round here.
	 * If nothing leads back to it, it never does.
	 */
	private hasEnded({ name, typeVersion }: NodeTypeAndVersion): boolean {
		const { execution, data } = this.around;
		if (this.lateRounds.has(name) && !this.done.has(name)) return false;
		if ((execution.loop(name)?.items.length ?? 0) > 0) return false;
		// "Execute step" takes what it has given out in another execution, without the rows that it had left there.
		const last = data.runs(name).at(-1);
		return !data.isStep || !last || (last.outputs[doneOf(typeVersion)]?.length ?? 0) > 0;
	}

	/** Whether a loop around Sync has no other round, or none whose rows are for the group. */
	private isHarmless(
		{ name, typeVersion, parameters }: NodeTypeAndVersion,
		group: string,
	): boolean {
		const { circle, execution, field } = this.around;
		const resets = valueAt(parameters, ['options', 'reset']) ?? false;
		const state = execution.loop(name);
		// Rows that come later than the first leave by "done" at once: those here are a part of all.
		if (resets !== false || !state || this.arrivals(name) > 1) return false;
		const after = targetsOf(this.context, name, doneOf(typeVersion));
		if (!after || after.some((node) => node === this.around.name || circle.has(node))) return false;
		if (state.noItemsLeft && state.currentRunIndex === 0) return true;
		const source = field?.node ?? this.context.getInputSourceData().previousNode;
		if (!field || source !== name) return false;
		const left = this.leftIn(name, field);
		return !left.hasUnreadable && !left.groups.has(group);
	}

	private leftIn(loop: string, { path }: Field): Left {
		const known = this.left.get(loop);
		if (known) return known;
		const rows = this.around.execution.loop(loop)?.items ?? [];
		const ids = rows.map(({ json }) => groupIdOf(valueAt(json, path)));
		const groups = new Set(ids.flatMap((id) => id ?? []));
		const left = { groups, hasUnreadable: ids.includes(undefined) };
		this.left.set(loop, left);
		return left;
	}

	/** How often a loop has been given rows from outside of the circle; a run that cannot be read may have been. */
	private arrivals(loop: string): number {
		const { name, circle, data } = this.around;
		const isOutside = ({ node }: Source) => node !== name && !circle.has(node);
		return data.runs(loop).filter((run) => run?.sources.some(isOutside) ?? true).length;
	}
}

/** The output "done". The first version has none. */
function doneOf(typeVersion: number): number {
	return typeVersion >= 3 ? 0 : 1;
}
