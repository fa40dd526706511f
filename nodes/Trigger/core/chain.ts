/**
 * How a chain of the API is followed: a listing that has an end and goes on growing behind it, with a checkpoint for
 * each place. This is the walk of one poll; what is new is the collector's business, where to enter the search's.
 */
import type { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import { sortableTime } from '../../shared/core/timestamp';
import { pageSizeFor, walk, type Position, type Step } from '../../shared/core/walk';
import {
	agree,
	latestPossible,
	millisAt,
	movedHorizon,
	skewOf,
	surelyPassed,
	withBegin,
	type Clocks,
} from './clocks';
import { triggerLog } from '../words';
import type { Collector, Place } from './collector';
import type { FollowerOf, Means, PageStep, Walk, Walked } from './follower';
import { readChain, withinOf, type ChainBody, type Phase, type WalkedOnce } from './chainState';
import type { Search } from './seek';
import type { Start } from './state';
import { Trail } from './trail';

/** What one chain has of its own. */
export interface Chain<Memory> {
	memory: z.ZodType<Memory>;
	/** A memory without anything in it. */
	none: Memory;
	open(memory: Memory, means: Means): Collector<Memory>;
	/** The memory for a walk of what was walked before. */
	comeAgain(memory: Memory): Memory;
	/** The time by which "before" and "after" are decided. */
	time(record: ApiRecord): unknown;
	/** Where to begin; `undefined` when that has to be looked for. */
	begin(start: Start): Position | undefined;
	/** Looks for the place where to enter, in the phase that is to be walked. */
	search(search: Search, phase: WalkedOnce): AsyncGenerator<Step, void, undefined>;
	/** Where to go on when the checkpoint is refused; `undefined` when that has to be looked for. */
	reenter(phase: WalkedOnce): Position | undefined;
}

/** Follows a chain. */
export function chainFollower<Memory>(chain: Chain<Memory>): FollowerOf<ChainBody<Memory>> {
	return {
		read: (stored) => readChain(stored, chain.memory),
		begin: (start) => ({
			phase:
				start.startFrom === 'now'
					? { phase: 'starting', since: '' }
					: { phase: 'catchingUp', since: start.startDate ?? '' },
			position: chain.begin(start),
			newest: '',
			trail: '',
			memory: chain.none,
		}),
		walk: (body, start, means) => new ChainWalk(chain, body, start, means),
		afterRefusal: (body) => {
			if (body.position?.at !== 'checkpoint') return undefined;
			const { within } = withinOf(body.phase);
			return {
				...body,
				phase: { phase: 'walkingAgain', within },
				position: chain.reenter(within),
				// The API may hand out the same checkpoints again on the way.
				trail: '',
				memory: chain.comeAgain(body.memory),
			};
		},
	};
}

/** One walk of a poll: collects what is new and keeps the state that belongs to the last finished page. */
class ChainWalk<Memory> implements Walk<ChainBody<Memory>>, Search {
	private readonly collector: Collector<Memory>;
	private readonly trail: Trail;
	private readonly again: boolean;
	/** Whether the trigger begins with this very poll. */
	private readonly begins: boolean;
	private readonly never: string;
	private within: WalkedOnce;
	private position: Position | undefined;
	private newest: string;
	/** Whether the last page led nowhere and its records will come again. */
	private held = false;
	private moved = false;
	private skewMs: number | undefined;
	private searched = 0;
	private told: Clocks | undefined;

	constructor(
		private readonly chain: Chain<Memory>,
		private readonly body: ChainBody<Memory>,
		start: Start,
		private readonly means: Means,
	) {
		const { within, again } = withinOf(body.phase);
		this.begins = within.phase === 'starting' && within.begunAt === undefined;
		this.within =
			this.begins && within.phase === 'starting'
				? { ...within, begunAt: means.processNow() }
				: within;
		this.again = again;
		this.never = start.startFrom === 'date' ? (sortableTime(start.startDate) ?? '') : '';
		this.position = body.position;
		this.newest = body.newest;
		this.collector = chain.open(body.memory, means);
		this.trail = new Trail(body.trail);
	}

	get isFull(): boolean {
		return this.collector.count >= this.means.maxItems;
	}

	get since(): string {
		return this.within.phase === 'following' ? '' : this.within.since;
	}

	get dealtWith(): string {
		return this.within.phase === 'following' ? this.within.horizon : this.collector.walkedTo;
	}

	get asked(): number {
		return this.searched;
	}

	get clocks(): Clocks | undefined {
		return this.told;
	}

	steps(): AsyncGenerator<Step, void, undefined> {
		return this.position ? this.walkFrom(this.position) : this.chain.search(this, this.within);
	}

	async *walkFrom(
		position: Position,
		least: () => boolean = () => false,
	): AsyncGenerator<Step, void, undefined> {
		const { fetchPage, maxItems, pageSize } = this.means;
		const size = () => {
			const wanted = maxItems - this.collector.count;
			this.searched = least() ? pageSize.min : pageSizeFor(wanted, pageSize);
			return this.searched;
		};
		for await (const step of walk(fetchPage, position, size, (at) => this.trail.has(at))) {
			if (step.kind === 'page') this.readClocks(step);
			yield step;
		}
	}

	earliestBegin(): number | undefined {
		if (this.within.phase !== 'starting') return undefined;
		const { now, processNow } = this.means;
		const passed = processNow() - (this.within.begunAt ?? processNow());
		return Math.min(now(), processNow()) - Math.max(0, passed);
	}

	lookFrom(horizon: string): void {
		if (this.within.phase === 'starting') this.within = { ...this.within, lookedFrom: horizon };
	}

	/**
	 * Whether the last page really was the end. An empty answer to `created_after` that promises more is
	 * not, and a full page that promises nothing is believed only when the next poll finds nothing behind it:
	 * the end decides what counts as old.
	 */
	isWhole({ more, records }: PageStep): boolean {
		return !more && records.length < this.searched;
	}

	take({ records, advanced, next }: PageStep): void {
		const { within, again, never } = this;
		const place: Place = {
			floor: within.phase === 'following' ? never : (sortableTime(within.since) ?? ''),
			never,
			horizon: within.phase === 'following' ? within.horizon : undefined,
			latest: this.told ? latestPossible(this.told) : '',
			again,
		};
		for (const record of records) {
			if (this.collector.take(record, place)) this.moved = true;
		}
		this.held = !advanced && records.length > 0;
		if (this.held) this.collector.hold(records);
		if (advanced && next.at === 'checkpoint') this.trail.add(next.checkpoint);
		if (next === this.position) return;
		this.position = next;
		this.moved = true;
	}

	stop(): Walked<ChainBody<Memory>> {
		const again = this.again || this.held;
		return {
			...this.walked(again ? { phase: 'walkingAgain', within: this.within } : this.within),
			progressed: this.moved,
			caughtUp: false,
			...this.behind(),
		};
	}

	end(): Walked<ChainBody<Memory>> {
		const { held, told } = this;
		// Nothing new: the old state says as much, and storing it again would only cost the host a write.
		const wasHeld = this.body.phase.phase === 'walkingAgain';
		if (this.within.phase === 'following' && wasHeld === held && !this.moved) {
			return {
				emit: [],
				body: this.body,
				progressed: false,
				caughtUp: true,
				behindMs: 0,
				...this.skew(),
			};
		}
		if (!held) this.collector.release();
		const from = { phase: 'following', horizon: this.horizonAtEnd(this.within) } as const;
		const horizon = told
			? movedHorizon(from.horizon, this.newest, {
					memory: this.collector,
					clocks: told,
					disagree: this.skewMs !== undefined && this.skewMs !== 0,
				})
			: from.horizon;
		const within: WalkedOnce = { phase: 'following', horizon };
		const walked = this.walked(held ? { phase: 'walkingAgain', within } : within);
		return { ...walked, progressed: true, caughtUp: true, behindMs: 0 };
	}

	private walked(phase: Phase): Omit<Walked<ChainBody<Memory>>, 'caughtUp' | 'progressed'> {
		const { collector, newest, position, told } = this;
		const passed = told === undefined || newest === '' ? -Infinity : surelyPassed(newest, told);
		const pushedOut = collector.makeRoom(passed);
		return {
			emit: collector.emit().filter((record) => this.isAfterBegin(record)),
			body: { phase, position, newest, trail: this.trail.toStored(), memory: collector.toStored() },
			...(pushedOut === 0
				? {}
				: {
						notices: [triggerLog.noLongerWaiting(pushedOut)],
					}),
			...this.skew(),
		};
	}

	private skew(): { skewMs?: number } {
		return this.skewMs === undefined ? {} : { skewMs: this.skewMs };
	}

	/** How long ago the last record was made that was dealt with. */
	private behind(): { behindMs?: number } {
		const { told, collector, within } = this;
		// What is there before "now" is not waited for.
		if (told === undefined || collector.walkedTo === '' || within.phase === 'starting') return {};
		return { behindMs: Math.max(1, (told.api ?? told.machine) - millisAt(collector.walkedTo)) };
	}

	/** Learns from the clocks and the records of a page when the trigger began, and whether the clocks disagree. */
	private readClocks({ records, serverTime }: PageStep): void {
		const clocks: Clocks = {
			machine: this.means.now(),
			process: this.means.processNow(),
			...(serverTime === undefined ? {} : { api: serverTime }),
		};
		this.told = clocks;
		const skew = skewOf(clocks);
		if (skew !== undefined) this.skewMs = agree(clocks) ? (this.skewMs ?? 0) : skew;
		let newest = '';
		for (const record of records) {
			const time = sortableTime(this.chain.time(record));
			if (time !== undefined && time > newest) newest = time;
		}
		if (newest > this.newest) this.newest = newest;
		if (this.within.phase !== 'starting') return;
		const { since } = this.within;
		const stamped = newest === '' ? undefined : millisAt(newest);
		this.within = withBegin(this.within, clocks, stamped, this.begins);
		if (this.within.since !== since) this.moved = true;
	}

	/** Where the watermark stands when the end is reached: nothing from before "now" ever counts as new. */
	private horizonAtEnd(within: WalkedOnce): string {
		if (within.phase === 'following') return within.horizon;
		if (within.phase === 'catchingUp') return '';
		if (within.lookedFrom !== undefined) return within.lookedFrom;
		const begun = sortableTime(within.since) ?? '';
		return begun < this.newest ? begun : this.newest;
	}

	/** A later page may have shown that the trigger began later than a wrong clock had said. */
	private isAfterBegin(record: ApiRecord): boolean {
		if (this.within.phase !== 'starting') return true;
		const at = sortableTime(this.chain.time(record));
		return at === undefined || at > (sortableTime(this.within.since) ?? '');
	}
}
