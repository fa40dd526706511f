/**
 * One governor per portal host and process: how many requests are under way, whose turn is next, and
 * when the API wants to be left alone. Every node and the trigger of the process share it, so a 429
 * for one of them makes all of them wait. How fast they ask is the matter of {@link Pace}.
 */
import type { Clock } from './clock';
import { Pace } from './pace';
import type { RateLimit } from './rateLimitHeaders';

/** Requests under way at once. The API documents no number; four keep a page loop and a playbook going. */
export const MAX_IN_FLIGHT = 4;
/** A successful answer that says "0 left for an hour" is believed for no longer than this. */
const LONGEST_PRECAUTION_MS = 60_000;
/** No answer keeps a portal quiet for longer: `Retry-After: 99999999999` would otherwise last until n8n restarts. */
export const LONGEST_PAUSE_MS = 3_600_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

export class Governor {
	private inFlight = 0;
	/** Waiting requests per owner (a node run, a poll): owners take turns, so no batch starves a trigger. */
	private readonly lanes = new Map<object, Array<() => void>>();
	/** By {@link Clock.now}, which may count from anywhere; so do all times here. */
	private pausedUntil = -Infinity;
	/** Requests that were sent and are not answered yet. */
	private unanswered = 0;
	/** How many more may be sent by what the API said last, and when that is out of date. */
	private budget: { left: number; until: number } | undefined;
	private readonly listeners: Array<() => void> = [];
	private readonly pace: Pace;
	private refusals = 0;
	/** When the API began to refuse us without a success since; `undefined` while it answers. */
	private refusing: number | undefined;

	constructor(
		private readonly clock: Pick<Clock, 'now' | 'random'>,
		private readonly maxInFlight = MAX_IN_FLIGHT,
	) {
		this.pace = new Pace(clock);
	}

	/** Waits for one of the places. Whoever was let in must call {@link leave}, whatever happens. */
	async enter(owner: object): Promise<void> {
		if (this.inFlight < this.maxInFlight) {
			this.inFlight++;
			return;
		}
		await new Promise<void>((admit) => {
			const lane = this.lanes.get(owner);
			if (lane) lane.push(admit);
			else this.lanes.set(owner, [admit]);
		});
	}

	/** Gives the place to the next owner's oldest request. */
	leave(): void {
		for (const [owner, lane] of this.lanes) {
			const admit = lane.shift();
			this.lanes.delete(owner);
			if (lane.length > 0) this.lanes.set(owner, lane);
			if (admit) {
				admit();
				return;
			}
		}
		this.inFlight--;
	}

	/**
	 * Milliseconds to wait before the next request may be sent; 0 when it may go now. `answer` means: until
	 * one of the requests under way is answered, because they may use up what the API said is left.
	 */
	pause(): number | 'answer' {
		const now = this.clock.now();
		if (this.pausedUntil > now) return this.pausedUntil - now;
		const { budget } = this;
		if (!budget || budget.left > 0) return this.pace.wait(budget?.left);
		if (this.unanswered > 0) return 'answer';
		const wait = Math.max(budget.until - now, this.pace.wait(0));
		if (wait > 0) return wait;
		// The limit has reset. One request goes ahead and brings the new count.
		budget.left = 1;
		return 0;
	}

	/** Resolves with the next answer to any request under way. */
	async nextAnswer(): Promise<void> {
		await new Promise<void>((heard) => this.listeners.push(heard));
	}

	/** Milliseconds since the API began to refuse us; 0 while it answers. */
	refusedForMs(): number {
		return this.refusing === undefined ? 0 : this.clock.now() - this.refusing;
	}

	/** Counts a request that is sent now; {@link answered}, {@link refused} or {@link lost} must follow. */
	sent(): void {
		this.unanswered++;
		this.pace.sent(this.budget?.left);
		if (this.budget) this.budget.left--;
	}

	/** A request ended without an answer. */
	lost(): void {
		this.unanswered--;
		for (const heard of this.listeners.splice(0)) heard();
	}

	/** Learns from an answer that was not a 429. */
	answered(limit: RateLimit): void {
		this.refusals = 0;
		this.refusing = undefined;
		this.lost();
		this.pace.answered(limit);
		this.learn(limit);
	}

	/**
	 * Learns from a 429: everyone waits as long as the headers say, or jittered and doubling each time
	 * where they say nothing. Several refusals of one burst count once.
	 */
	refused(limit: RateLimit): void {
		this.lost();
		const now = this.clock.now();
		this.refusing ??= now;
		const isFirst = now >= this.pausedUntil;
		if (isFirst) this.refusals++;
		// A date that is over says nothing about how long to wait.
		const asked = limit.retryAfterMs || limit.resetMs || 0;
		const backoff = backoffMs(this.refusals - 1, this.clock.random());
		const wait = Math.min(asked > 0 ? asked : backoff, LONGEST_PAUSE_MS);
		if (isFirst) this.pace.refused(wait);
		this.pausedUntil = Math.max(this.pausedUntil, now + wait);
		// What was counted before is not true any more.
		if (this.budget) this.budget = { left: 0, until: now };
	}

	/**
	 * Keeps the count of requests that are left, so that the limit is approached without hitting it.
	 * Requests under way may not be in the server's count yet, so they are taken off.
	 */
	private learn({ remaining, resetMs = 0 }: RateLimit): void {
		if (remaining === undefined) {
			this.budget = undefined;
			return;
		}
		const reset = Math.min(resetMs, LONGEST_PRECAUTION_MS);
		const wait = remaining === 0 ? this.pace.exhausted(reset) : reset;
		this.budget = { left: remaining - this.unanswered, until: this.clock.now() + wait };
	}
}

/** Jittered exponential back-off in milliseconds: half to all of 1 s, 2 s, 4 s … at most 60 s. */
export function backoffMs(attempt: number, random: number): number {
	const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempt));
	return Math.round(full * (0.5 + random / 2));
}
