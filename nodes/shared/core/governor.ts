/**
 * One governor per portal host and process: how many requests are under way, whose turn is next, and
 * when the API wants to be left alone. Every node and the trigger of the process share it, so a 429
 * for one of them makes all of them wait: nobody knows whose limit it is. A 5xx that asks for a pause holds up its
 * endpoint only. How fast they ask is the matter of {@link Pace}.
 */
import type { Clock } from './clock';
import { EndpointPauses } from './endpointPauses';
import { Pace } from './pace';
import type { RateLimit } from './rateLimitHeaders';
import { Turns, waitingSince, type Claim, type Lane, type Turn } from './turns';

/** Requests under way at once. The API documents no number; four keep a page loop and a playbook going. */
export const MAX_IN_FLIGHT = 4;
/** A successful answer that says "0 left for an hour" is believed for no longer than this. */
const LONGEST_PRECAUTION_MS = 60_000;
/** No answer keeps a portal quiet for longer: `Retry-After: 99999999999` would otherwise last until n8n restarts. */
export const LONGEST_PAUSE_MS = 3_600_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
/** How often the waiting are looked after: who is not wanted any more, whose patience is over. */
const LOOK_UP_MS = 1_000;
const RATE_LIMITED = 429;

/** Whose request was answered. */
type Whose = Pick<Claim, 'account' | 'endpoint'>;
const nobody: Whose = { account: '', endpoint: '' };

export class Governor {
	/** Requests that were sent and are not answered yet. Nothing else takes a place. */
	private inFlight = 0;
	private readonly turns: Turns;
	private readonly endpoints = new EndpointPauses();
	private readonly pausedUntilOf = (endpoint: string) => this.endpoints.until(endpoint);
	/** When somebody wakes up to let the next in. */
	private alarmAt = Infinity;
	private tickets = 0;
	/** By {@link Clock.now}, which may count from anywhere; so do all times here. */
	private pausedUntil = -Infinity;
	/** How many more may be sent by what the API said last, and when that is out of date. */
	private budget: { left: number; until: number } | undefined;
	private readonly pace: Pace;
	private refusals = 0;
	/** By account: when the API began to refuse it without a success since. */
	private readonly refusing = new Map<string, number>();

	constructor(
		private readonly clock: Pick<Clock, 'now' | 'random'>,
		private readonly maxInFlight = MAX_IN_FLIGHT,
	) {
		this.pace = new Pace(clock);
		this.turns = new Turns(maxInFlight);
	}

	/** Announces a request; {@link done} must follow, whatever happens. */
	claim(request: Omit<Claim, 'hasBegun' | 'notBefore' | 'since' | 'ticket'>): Claim {
		const now = this.clock.now();
		return { ...request, since: now, notBefore: now, hasBegun: false, ticket: this.tickets++ };
	}

	/**
	 * Waits until the request may be sent, and counts it as sent then: it has to be sent at once, and
	 * {@link answered}, {@link refused} or {@link lost} must follow. While it waits it takes no place.
	 */
	async turn(claim: Claim): Promise<Turn> {
		if (await claim.clock.wait(0)) return { kind: 'cancelled' };
		return await this.turns.wait(claim, (lane) => {
			this.admit();
			this.turns.sweep(
				(waiting) => (waiting === claim ? this.verdict(claim, lane) : undefined),
				lane,
			);
			if (lane.watched || lane.queues.size === 0) return;
			lane.watched = true;
			void this.watch(lane);
		});
	}

	/** The request is over, with whatever answer. */
	done(claim: Claim): void {
		this.turns.done(claim);
		this.admit();
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
		if (this.inFlight > 0) return 'answer';
		const wait = Math.max(budget.until - now, this.pace.wait(0));
		if (wait > 0) return wait;
		// The limit has reset. One request goes ahead and brings the new count.
		budget.left = 1;
		return 0;
	}

	/** Milliseconds since the API began to refuse an account; 0 while it answers. */
	refusedForMs(account = ''): number {
		const since = this.refusing.get(account);
		return since === undefined ? 0 : this.clock.now() - since;
	}

	/** Counts a request that is sent now; {@link answered}, {@link refused} or {@link lost} must follow. */
	sent(): void {
		this.inFlight++;
		this.pace.sent(this.budget?.left);
		if (this.budget) this.budget.left--;
	}

	/** A request ended without an answer. */
	lost(): void {
		this.inFlight--;
		this.admit();
	}

	/** Learns from an answer that was not a 429. */
	answered(limit: RateLimit, whose = nobody, status = 200): void {
		this.inFlight--;
		this.refusals = 0;
		this.refusing.delete(whose.account);
		this.pace.answered(limit);
		this.learn(limit);
		const now = this.clock.now();
		const { retryAfterMs = 0 } = limit;
		if (status < 500) {
			this.endpoints.works(whose);
		} else if (retryAfterMs > 0) {
			this.endpoints.pause(whose, status, now, Math.min(retryAfterMs, LONGEST_PAUSE_MS));
			this.sweep();
		}
		this.admit();
	}

	/**
	 * Learns from a 429: everyone waits as long as the headers say, or jittered and doubling each time
	 * where they say nothing. Several refusals of one burst count once.
	 */
	refused(limit: RateLimit, { account } = nobody): void {
		this.inFlight--;
		const now = this.clock.now();
		if (!this.refusing.has(account)) this.refusing.set(account, now);
		const isFirst = now >= this.pausedUntil;
		if (isFirst) this.refusals++;
		// A date that is over says nothing about how long to wait.
		const asked = limit.retryAfterMs || limit.resetMs || 0;
		const backoff = backoffMs(this.refusals - 1, this.clock.random());
		// Who asks for less than a second and refuses again does not know either.
		const isKnown = asked >= FIRST_BACKOFF_MS || (asked > 0 && this.refusals <= 1);
		const wait = Math.min(isKnown ? asked : Math.max(asked, backoff), LONGEST_PAUSE_MS);
		if (isFirst) this.pace.refused(wait, limit);
		this.pausedUntil = Math.max(this.pausedUntil, now + wait);
		// What was counted before is not true any more.
		if (this.budget) this.budget = { left: 0, until: now };
		this.sweep();
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
		this.budget = { left: remaining - this.inFlight, until: this.clock.now() + wait };
	}

	/** Lets in who may go now, and sees to it that the next are let in when their time comes. */
	private admit(): void {
		while (this.turns.size > 0 && this.inFlight < this.maxInFlight) {
			const pause = this.pause();
			if (pause === 'answer') return;
			if (pause > 0 || !this.turns.next(this.clock.now(), this.pausedUntilOf)) {
				this.setAlarm(pause);
				return;
			}
			this.sent();
		}
	}

	/** Wakes up when the next of those who wait may go; `pause` holds up all of them. */
	private setAlarm(pause: number): void {
		const next = this.turns.earliest(this.pausedUntilOf);
		if (!next) return;
		const now = this.clock.now();
		// Never for long: who waits may give up meanwhile, and no timer is to outlive them.
		const at = Math.min(Math.max(now + pause, next.at), now + LOOK_UP_MS);
		if (at >= this.alarmAt) return;
		this.alarmAt = at;
		void next.clock.wait(Math.max(1, Math.ceil(at - now))).then(() => {
			if (this.alarmAt === at) this.alarmAt = Infinity;
			this.admit();
		});
	}

	/** Looks after those of one owner who wait, as long as there are some. */
	private async watch(lane: Lane): Promise<void> {
		while (lane.queues.size > 0) {
			const now = this.clock.now();
			const due = Math.min(now + LOOK_UP_MS, this.turns.patienceEnds(lane));
			if (await lane.clock.wait(Math.max(1, Math.ceil(due - now)))) {
				this.turns.sweep(() => ({ kind: 'cancelled' }), lane);
			} else {
				this.sweep(lane);
			}
		}
		lane.watched = false;
	}

	private sweep(only?: Lane): void {
		// The same for all of them, and thousands may wait.
		const pause = this.pause();
		this.turns.sweep((claim, lane) => this.verdict(claim, lane, pause), only);
	}

	/** Whether a request need not wait any longer, and why. */
	private verdict(claim: Claim, lane: Lane, pause = this.pause()): Turn | undefined {
		if (claim.dropped()) return { kind: 'cancelled' };
		const now = this.clock.now();
		const { until, status, since } = this.endpoints.of(claim);
		const portal = pause === 'answer' ? 0 : pause;
		const endpoint = until - now;
		const askedMs = Math.max(portal, endpoint, claim.notBefore - now, 0);
		const waitedMs = now - waitingSince(claim, lane);
		const refusedMs = Math.max(
			portal > 0 ? this.refusedForMs(claim.account) : 0,
			endpoint > 0 ? now - since : 0,
		);
		const isOver = askedMs > 0 && Math.max(waitedMs, refusedMs) + askedMs > claim.patienceMs;
		if (!isOver && waitedMs < claim.patienceMs) return undefined;
		const reason = endpoint > portal ? status : portal > 0 ? RATE_LIMITED : undefined;
		return {
			kind: 'gaveUp',
			...(reason === undefined ? {} : { reason }),
			waitedMs,
			askedMs,
		};
	}
}

/** Jittered exponential back-off in milliseconds: half to all of 1 s, 2 s, 4 s … at most 60 s. */
export function backoffMs(attempt: number, random: number): number {
	const full = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempt));
	return Math.round(full * (0.5 + random / 2));
}
