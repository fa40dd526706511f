/**
 * Whether a run of Sync may have a part of the rows only (docs/groups.md, "The whole list at once"): the members that
 * another run lists would be removed. It is judged by the workflow and by what n8n still has to run, before the first
 * request; where it cannot be known, nothing is written.
 */
import type { Member } from '../../shared/api/contract';
import type { Entry } from '../../shared/n8n/customOperation';
import type { NodeContext } from '../../shared/n8n/parameters';
import { isTool } from '../../shared/n8n/run';
import type { Words } from '../../shared/words/words';
import { groupMessages as say } from '../words';
import { cutShortBy, type CutShort } from './cutShort';
import { Execution } from './execution';
import { fieldOf, readsItem } from './expressionParts';
import { gatheredNodes, namedNodes } from './gathering';
import { Loops, LOOP } from './loops';
import { lostRun, type LostRun } from './lostRuns';
import { originsOf, outputsOf, type Habits } from './origins';
import { listedInOtherRun, type OtherRun, type RunsOf } from './otherRuns';
import { RunData, sourcesSchema, type Source } from './runData';
import { inputsOf, nodeNamed, type KnownNode } from './wires';

/** A node that ran without the rows of another one. */
interface Unstarted {
	node: string;
	without: string;
}

/** Nodes that a person tells which rows to give out. */
const makesRows = /\.(?:code|set|function|functionItem|aiTransform)$/;

export class PartialList {
	private readonly name: string;
	private readonly execution: Execution;
	private readonly data: RunData;
	/** The node, and whatever lies on a way from it back to it. */
	private readonly circle: Set<string>;
	private readonly before: Set<string>;
	private readonly parents = new Map<string, string[]>();
	private readonly nodeOf: (node: string) => KnownNode | undefined;
	/** What the nodes before do with their rows. */
	private readonly habits: Habits;
	/** What Members is, as it is written; nothing for a fixed text. */
	private readonly members: string;
	/** The outputs that the list comes from: those of the input, if Members reads it, and of the nodes that Members names. */
	private readonly listSources: Source[];
	private readonly loops: Loops;
	private readonly leading: Set<string>;
	/** A node that is switched off, so that n8n passed on the rows of one of its inputs and dropped the others. */
	private readonly deactivated: string | undefined;
	/** A node that ran although one of its inputs belongs to a trigger that did not start this execution. */
	private readonly unstarted: Unstarted | undefined;
	/** Rows that “Execute step” did not take along. */
	private readonly lost: LostRun | undefined;
	/** Why a node before this one may have left rows out. */
	readonly cutShort: CutShort | undefined;

	constructor(
		private readonly context: NodeContext,
		entries: Entry[],
	) {
		this.name = context.getNode().name;
		this.execution = new Execution(context);
		this.data = new RunData(context);
		const parents = context.getParentNodes(this.name, { includeNodeParameters: true });
		this.before = new Set(parents.map(({ name }) => name));
		const behind = new Set(context.getChildNodes(this.name).map(({ name }) => name));
		this.circle = new Set([...this.before].filter((name) => behind.has(name)));
		const parameters = entries[0]?.parameters;
		const field = fieldOf(parameters?.parameter('groupId', { rawExpressions: true }));
		const { name, circle, execution, data } = this;
		const nodeOf = lookedUpOnce((node) => nodeNamed(context, node));
		this.nodeOf = nodeOf;
		this.habits = {
			isLoop: (node) => nodeOf(node)?.type === LOOP,
			gathered: lookedUpOnce((node) => gatheredNodes(nodeOf(node)?.parameters)),
		};
		this.members = parameters?.expression('members') ?? '';
		this.listSources = this.findListSources();
		const origins = originsOf(data, this.sources(), this.habits);
		this.loops = new Loops(context, {
			...{ name, parents, circle, field, execution, data, origins },
			ways: originsOf(data, this.sources(), { ...this.habits, gathered: () => [] }),
			gathered: new Set(origins.flatMap(({ node }) => this.habits.gathered(node))),
		});
		const listOrigins = originsOf(data, this.listSources, this.habits);
		this.cutShort = cutShortBy(data, listOrigins, nodeOf);
		this.leading = this.leadingHere();
		this.deactivated = parents.find(
			({ name, disabled }) =>
				disabled && this.data.runs(name).some((run) => (run?.sources.length ?? 2) > 1),
		)?.name;
		this.unstarted = this.findUnstarted();
		this.lost = this.findLost();
	}

	/** Why this run may have a part of a group's rows only; `undefined` when it has all of them. */
	refusal(group: string): Words | undefined {
		const given = this.context.getExecuteData().data.main?.[0]?.length ?? 0;
		if (this.context.getNode().executeOnce === true && given > 1 && readsItem(this.members)) {
			return say.executeOnce(group, given);
		}
		const { deactivated } = this;
		if (deactivated !== undefined) return say.firstInputOnly(group, deactivated);
		const { unstarted } = this;
		if (unstarted) return say.inputNotStarted(group, unstarted.node, unstarted.without);
		const loop = this.loops.withMore(group);
		if (loop !== undefined) return say.insideLoop(group, loop);
		const { leading } = this;
		if (leading.has(this.name)) return say.insideLoop(group, this.loopAmong(leading));
		for (const { name, sources } of this.execution.waiting()) {
			if (name === this.name) {
				// Each call of a tool has a list of its own, as the model was told.
				if (isTool(this.context) || sources.length === 0) continue;
				return say.moreToCome(group, sources[0]?.node ?? name);
			}
			if (!this.before.has(name)) continue;
			// What goes round in a harmless loop has been here. What is still to enter it has not.
			const isInside = this.circle.has(name);
			const entering = isInside ? sources.find((source) => this.isOutside(source)) : undefined;
			if (isInside && !entering && !leading.has(name)) continue;
			return say.moreToCome(group, entering?.node ?? name);
		}
		const { lost } = this;
		if (!lost) return undefined;
		const { node, child, isAll } = lost;
		return isAll ? say.rowsLeftBehind(group, child, node) : say.oneRunOnly(group, node);
	}

	/** Whom a node gave out in another run than the one that the list comes from. */
	listedInOtherRun(wanted: Member[], remove: Member[]): OtherRun | undefined {
		const { data, habits } = this;
		const origins = originsOf(data, this.listSources, habits).map(({ node }) => node);
		// A loop's other rounds have been judged before.
		const nodes = new Set(origins.filter((node) => !habits.isLoop(node)));
		const named = new Set([...nodes].flatMap((node) => this.namedBy(node)));
		return (
			listedInOtherRun(data, nodes, (node) => this.runsOf(node), wanted, remove) ??
			listedInOtherRun(data, named, (node) => this.lastRunOf(node), wanted, remove)
		);
	}

	/** The nodes of whose rows a node may have made its own. */
	private namedBy(node: string): string[] {
		const { type, parameters } = this.nodeOf(node) ?? {};
		const gathered = this.habits.gathered(node);
		if (type === undefined || !makesRows.test(type)) return [];
		return namedNodes(parameters).filter((name) => !gathered.includes(name));
	}

	private lastRunOf(node: string): RunsOf {
		const here = new Set([this.data.runs(node).length - 1]);
		return { here, from: this.circle.has(node) ? this.firstOfRound(node) : 0 };
	}

	private runsOf(node: string): RunsOf {
		const origins = originsOf(this.data, this.listSources, this.habits, node);
		const here = new Set(origins.flatMap((one) => (one.node === node ? one.run : [])));
		return { here, from: this.circle.has(node) ? this.firstOfRound(node) : 0 };
	}

	/** In a loop around Sync: the first run of a node since the round began, or since Sync ran last. */
	private firstOfRound(node: string): number {
		const placeOf = (name: string) => this.data.runs(name).at(-1)?.place;
		const began = placeOf(this.name);
		const rounds = [...this.loops.inCircle].flatMap((name) => placeOf(name) ?? []);
		const runs = this.data.runs(node);
		// Some n8n versions don't count the runs: those of this round are not known then.
		if (runs.some((run) => run?.place === undefined)) return runs.length;
		const since = Math.max(began ?? 0, rounds.length > 0 ? Math.min(...rounds) : 0);
		return runs.filter((run) => (run?.place ?? 0) < since).length;
	}

	private findListSources(): Source[] {
		const { data, members } = this;
		const gathered = gatheredNodes(members).flatMap((name) => name ?? []);
		const named = namedNodes(members).filter((name) => !gathered.includes(name));
		return [
			...(readsItem(members) ? this.sources() : []),
			...gathered.flatMap((name) => outputsOf(data, name)),
			...named.flatMap((name) => outputsOf(data, name, { lastOnly: true })),
		];
	}

	private findLost(): LostRun | undefined {
		// Otherwise n8n has queued every run: it is among those that wait.
		if (!this.data.isStep || isTool(this.context)) return undefined;
		return lostRun(
			this.data,
			{ name: this.name, sources: this.sources() },
			{
				leadingTo: (node) => inputsOf(this.context, node).flat(),
				isOff: (node) => this.nodeOf(node)?.disabled === true,
				awaits: (node, source) => this.execution.awaits(node, source),
			},
		);
	}

	/** Where the rows of this run come from. */
	private sources(): Source[] {
		const { source } = this.context.getExecuteData();
		return sourcesSchema.safeParse(source?.main).data ?? [];
	}

	/** n8n runs a node with several inputs although one of them can get nothing: what leads there belongs to another trigger. */
	private findUnstarted(): Unstarted | undefined {
		for (const node of this.before) {
			const inputs = inputsOf(this.context, node);
			if (inputs.length < 2 || this.data.runs(node).length === 0) continue;
			const given = new Set(
				this.data
					.runs(node)
					.flatMap((run) => run?.sources ?? [])
					.map((source) => source.node),
			);
			const missing = inputs.find(
				(wires) => !wires.some((wire) => given.has(wire.node) || this.wasStarted(wire.node)),
			);
			if (missing) return { node, without: missing[0]?.node ?? node };
		}
		return undefined;
	}

	/** Whether a node, or any before it, has run in this execution. */
	private wasStarted(node: string): boolean {
		const before = this.context.getParentNodes(node).map(({ name }) => name);
		return [node, ...before].some((name) => this.data.runs(name).length > 0);
	}

	private isOutside({ node }: Source): boolean {
		return node !== this.name && !this.circle.has(node);
	}

	/** The nodes whose output leads here, by ways that do not pass a loop that leads here again. */
	private leadingHere(): Set<string> {
		const without = this.loops.inCircle;
		const found = new Set<string>();
		const open = [this.name];
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			for (const parent of this.parentsOf(next)) {
				if (without.has(parent) || found.has(parent)) continue;
				found.add(parent);
				open.push(parent);
			}
		}
		return found;
	}

	private parentsOf(name: string): string[] {
		const known = this.parents.get(name);
		if (known) return known;
		const parents = this.context.getParentNodes(name, { depth: 1 }).map((node) => node.name);
		this.parents.set(name, parents);
		return parents;
	}

	/** The node that a person knows as the loop. */
	private loopAmong(leading: Set<string>): string {
		return [...this.circle].find((name) => leading.has(name)) ?? this.name;
	}
}

/** A loop may have given out rows thousands of times: what is known of a node is looked up once. */
function lookedUpOnce<Found>(lookUp: (node: string) => Found): (node: string) => Found {
	const known = new Map<string, { found: Found }>();
	return (node) => {
		const { found } = known.get(node) ?? { found: lookUp(node) };
		known.set(node, { found });
		return found;
	};
}
