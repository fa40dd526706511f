/**
 * The queue at the door of a portal. Owners (a node run, a poll) take turns, so that no batch starves a trigger; within
 * an owner the order of asking is kept. Whoever waits here, for whatever reason, takes no place from anybody.
 */
import type { Clock } from './clock';

/** One request on its way, from the first time that it queues until it is done. */
export interface Claim {
	owner: object;
	/** Which endpoint it goes to: pauses of one endpoint hold up no other. */
	endpoint: string;
	/** Whose patience counts: other tokens of the portal have their own. */
	account: string;
	/** Waits in the name of the owner: a cancelled execution ends it. All requests of one owner bring the same. */
	clock: Pick<Clock, 'wait'>;
	patienceMs: number;
	/** Whether patience counts from the asking, as the time of a poll does, or from the first turn. */
	fromAsking: boolean;
	/** True when it is not wanted any more (an earlier item failed). */
	dropped(): boolean;
	/** From when on its patience counts, by {@link Clock.now}. */
	since: number;
	/** No turn before this time: it backs off. */
	notBefore: number;
	/** Whether it had a turn. */
	hasBegun: boolean;
	/** By the order of asking. */
	ticket: number;
}

/** How the waiting ended: it may be sent now, it is not wanted any more, or it would take too long. */
export type Turn =
	| { kind: 'cancelled' | 'go' }
	/** `reason` is the status of the answer that asked for the pause; without one, all places are taken. */
	| { kind: 'gaveUp'; reason?: number; waitedMs: number; askedMs: number };

interface Waiting {
	claim: Claim;
	tell(turn: Turn): void;
}

/** What one owner has in the queue. */
export interface Lane {
	owner: object;
	clock: Pick<Clock, 'wait'>;
	/** By endpoint, in the order of asking. */
	queues: Map<string, Waiting[]>;
	/** By endpoint: requests that had their first turn and are not done. */
	begun: Map<string, number>;
	/** When one of them last had a turn. */
	lastTurn: number;
	/** Whether somebody looks after it. */
	watched: boolean;
}

export class Turns {
	private readonly lanes = new Map<object, Lane>();

	/** @param most how many requests of one owner and endpoint may be begun and not done: failing ones hold up the rest */
	constructor(private readonly most: number) {}

	/** Queues a request. */
	async wait(claim: Claim, queued: (lane: Lane) => void): Promise<Turn> {
		return await new Promise((tell) => {
			const lane = this.laneOf(claim);
			const queue = lane.queues.get(claim.endpoint) ?? [];
			lane.queues.set(claim.endpoint, queue);
			// One that had its turn before stands before those that asked later.
			let at = queue.length;
			while (at > 0 && (queue[at - 1]?.claim.ticket ?? 0) > claim.ticket) at--;
			queue.splice(at, 0, { claim, tell });
			queued(lane);
		});
	}

	/** Lets the next owner's oldest request go that may. False when there is none. */
	next(now: number, pausedUntil: (endpoint: string) => number): boolean {
		for (const lane of this.lanes.values()) {
			for (;;) {
				const found = this.oldest(lane, now, pausedUntil);
				if (!found) break;
				const { queue, waiting } = found;
				const { claim, tell } = waiting;
				queue.splice(queue.indexOf(waiting), 1);
				if (queue.length === 0) lane.queues.delete(claim.endpoint);
				if (!claim.dropped()) {
					this.begin(lane, claim, now);
					tell({ kind: 'go' });
					return true;
				}
				tell({ kind: 'cancelled' });
				this.tidy(lane);
			}
		}
		return false;
	}

	private begin(lane: Lane, claim: Claim, now: number): void {
		if (!claim.hasBegun) {
			lane.begun.set(claim.endpoint, (lane.begun.get(claim.endpoint) ?? 0) + 1);
			claim.hasBegun = true;
			if (!claim.fromAsking) claim.since = now;
		}
		lane.lastTurn = now;
		// To the end of the line.
		this.lanes.delete(lane.owner);
		this.lanes.set(lane.owner, lane);
	}

	/** Forgets an owner of whom nothing is left, but not what came anew in its name. */
	private tidy(lane: Lane): void {
		if (lane.begun.size > 0 || lane.queues.size > 0) return;
		if (this.lanes.get(lane.owner) === lane) this.lanes.delete(lane.owner);
	}

	/** When the patience of the one that waits longest is over. */
	patienceEnds(lane: Lane): number {
		let earliest = Infinity;
		for (const [{ claim } = {}] of lane.queues.values()) {
			if (!claim) continue;
			earliest = Math.min(earliest, waitingSince(claim, lane) + claim.patienceMs);
		}
		return earliest;
	}

	/** Whether anybody waits. */
	get size(): number {
		return this.lanes.size;
	}

	/**
	 * When the next request may go, as far as its endpoint and its own back-off are concerned, and the clock of its
	 * owner. `undefined` when none may, however long it waits.
	 */
	earliest(
		pausedUntil: (endpoint: string) => number,
	): { at: number; clock: Pick<Clock, 'wait'> } | undefined {
		let best: { at: number; clock: Pick<Clock, 'wait'> } | undefined;
		for (const lane of this.lanes.values()) {
			for (const [endpoint, queue] of lane.queues) {
				for (const { claim } of this.foremost(lane, endpoint, queue)) {
					const at = Math.max(claim.notBefore, pausedUntil(endpoint));
					if (!best || at < best.at) best = { at, clock: lane.clock };
				}
			}
		}
		return best;
	}

	/** Ends the waiting of those for whom `verdict` has one. */
	sweep(verdict: (claim: Claim, lane: Lane) => Turn | undefined, only?: Lane): void {
		for (const lane of only ? [only] : [...this.lanes.values()]) {
			for (const [endpoint, queue] of lane.queues) {
				const left = queue.filter(({ claim, tell }) => {
					const turn = verdict(claim, lane);
					if (turn) tell(turn);
					return turn === undefined;
				});
				if (left.length === 0) lane.queues.delete(endpoint);
				else if (left.length < queue.length) lane.queues.set(endpoint, left);
			}
			this.tidy(lane);
		}
	}

	/** A request is done: the next of its owner may begin. */
	done(claim: Claim): void {
		const lane = this.lanes.get(claim.owner);
		if (!lane || !claim.hasBegun) return;
		const left = (lane.begun.get(claim.endpoint) ?? 1) - 1;
		if (left > 0) lane.begun.set(claim.endpoint, left);
		else lane.begun.delete(claim.endpoint);
		this.tidy(lane);
	}

	private laneOf({ owner, clock }: Claim): Lane {
		let lane = this.lanes.get(owner);
		if (!lane) {
			lane = {
				owner,
				clock,
				queues: new Map(),
				begun: new Map(),
				lastTurn: -Infinity,
				watched: false,
			};
			this.lanes.set(owner, lane);
		}
		return lane;
	}

	private oldest(lane: Lane, now: number, pausedUntil: (endpoint: string) => number) {
		let best: { queue: Waiting[]; waiting: Waiting } | undefined;
		for (const [endpoint, queue] of lane.queues) {
			if (pausedUntil(endpoint) > now) continue;
			const waiting = this.foremost(lane, endpoint, queue).find(
				({ claim }) => claim.notBefore <= now,
			);
			if (waiting && (!best || waiting.claim.ticket < best.waiting.claim.ticket)) {
				best = { queue, waiting };
			}
		}
		return best;
	}

	/** Those that had a turn before, and the first that may begin. */
	private foremost(lane: Lane, endpoint: string, queue: Waiting[]): Waiting[] {
		const first = queue.findIndex(({ claim }) => !claim.hasBegun);
		if (first < 0) return queue;
		const mayBegin = (lane.begun.get(endpoint) ?? 0) < this.most;
		return queue.slice(0, mayBegin ? first + 1 : first);
	}
}

/** A long batch waits long: what tires is to wait while nothing of one's own moves. */
export function waitingSince({ since, fromAsking, hasBegun }: Claim, { lastTurn }: Lane): number {
	return fromAsking || hasBegun ? since : Math.max(since, lastTurn);
}
