/**
 * How fast one process asks. Nothing holds it back until the API shows a limit; from then on it sends evenly
 * instead of running into the limit again and again, and looks for the fastest pace that keeps a few requests
 * in reserve.
 *
 * Other processes may use the same limit without our seeing them, but all read the same count of what
 * is left. Each speeds up with time and slows down with every answer of its own that finds the reserve low, or
 * with a refusal. Who sends more therefore slows down more, and the shares become equal. That takes a while, so all
 * begin alike: with the limit that the API names, not with what each happened to get of the first burst.
 */
import type { Clock } from './clock';
import type { RateLimit } from './rateLimitHeaders';

/** The reserve: this part of the limit, at most {@link LARGEST_RESERVE}. */
const RESERVE_PART = 1 / 4;
/** or of the largest count seen, where no limit is named: who came late has seen less, and would hold back less. */
const RESERVE_PART_OF_GUESS = 1 / 6;
/** What a handful of processes may send between two looks at the count. */
const LARGEST_RESERVE = 8;
/** With more left than this no pace is kept: no number of processes uses it up unseen. */
const PLENTY = 4 * LARGEST_RESERVE;
/** An answer that finds nothing left takes this part off the pace; one that finds half the reserve, half of it. */
const SLOWER_PER_ANSWER = 0.1;
/** A refusal leaves this part of the pace, */
const AFTER_REFUSAL = 0.85;
/** this where the API tells no count, so that refusals alone make the shares equal, */
const AFTER_BLIND_REFUSAL = 0.8;
/** or this, where hardly a tenth of the pace was carried out: the limit is another one by now. */
const AFTER_COLLAPSE = 0.25;

/**
 * The slowest pace, one request in ten seconds: four wait side by side, and their patience must not end over
 * it. A limit that is slower still is kept by the pauses that the API asks for.
 */
const SLOWEST = 1 / 10_000;

/** How the pace grows: by so much per second for each second since the limit was last reached, up to so many. */
interface Growth {
	perSecond: number;
	forSeconds: number;
}
/** A count shows the limit before it is reached. */
const WITH_COUNT: Growth = { perSecond: 0.02, forSeconds: 10 };
/** Without one the limit is found by a refusal only, so it is neared slowly. */
const WITHOUT_COUNT: Growth = { perSecond: 0.0025, forSeconds: 60 };

/**
 * Without a count the pace also grows by the same for everybody, whatever its share: by this part of a request per
 * pause that was asked for, with every such pause. What grows in proportion only never lets a small share catch up.
 */
const ALIKE_PER_PAUSE = 0.05;
/** A pause shorter than this, in milliseconds, is what was left of a longer one, and no measure for growing. */
const SHORTEST_PAUSE_MS = 500;

/** With less left than the reserve the interval grows at once, before the pace is learned anew: up to 1 / 0.7. */
const LEAST_HASTE = 0.7;

/** Intervals vary by this part up and down, so that processes do not fall into step. */
const JITTER = 0.3;
/** After a pause that the API asked for, processes come back within this part of it, */
const RETURN_PART = 0.1;
/** but within so many milliseconds. */
const LONGEST_RETURN_MS = 1_000;
/** A reset of this many milliseconds may be rounded up from almost nothing: the headers have whole seconds. */
const SHORTEST_RESET_MS = 1_000;

/** A pause of our own that ends a burst: what was asked before it says nothing about the limit. */
const BURST_ENDS_MS = 2_000;
/** Who has not asked for so long knows nothing of the limit any more: others may have come or gone. */
const FORGET_MS = 60_000;

/** What an answer tells of the limit. */
type Count = Pick<RateLimit, 'limit' | 'remaining'>;

export class Pace {
	/** Requests per millisecond. */
	private rate = Infinity;
	private sentAt = -Infinity;
	private jitter = 1;
	/** No request before this time. */
	private notBefore = -Infinity;
	/** The largest count that the API has shown, or the limit that it names. */
	private limit = 0;
	/** Whether the API names its limit. Then the number is the same for all processes. */
	private isNamed = false;
	/** Whether the last answer told a count. */
	private isCounted = false;
	/** The last pause that a refusal asked for, in milliseconds, but no less than {@link SHORTEST_PAUSE_MS}. */
	private pauseMs = Infinity;
	/** Answers other than a refusal since {@link since}, where a burst began or a pause ended. */
	private carriedOut = 0;
	private since = -Infinity;
	/** Since when the limit was not reached. */
	private calmSince = -Infinity;
	private answeredAt = -Infinity;

	constructor(private readonly clock: Pick<Clock, 'now' | 'random'>) {}

	/**
	 * Milliseconds until the next request keeps the pace.
	 * @param left requests that may still be sent by the API's own count, where there is one
	 */
	wait(left?: number): number {
		const next = Math.max(this.notBefore, this.sentAt + this.interval(left));
		return Math.max(0, Math.ceil(next - this.clock.now()));
	}

	/** Counts a request that is sent now. */
	sent(left?: number): void {
		const now = this.clock.now();
		const idle = now - Math.max(this.sentAt, this.answeredAt, this.since);
		if (idle > FORGET_MS) this.rate = Infinity;
		if (idle > BURST_ENDS_MS && this.rate === Infinity) {
			this.since = now;
			this.carriedOut = 0;
		}
		// Timers fire late: the next request makes up for it, by half an interval at most.
		const interval = this.interval(left);
		this.sentAt = Math.max(this.sentAt + interval, now - interval / 2);
		this.jitter = 1 + JITTER * (2 * this.clock.random() - 1);
	}

	/** Learns from an answer that was not a refusal: `remaining` and `limit` as its headers have them. */
	answered({ remaining, limit }: Count): void {
		const now = this.clock.now();
		this.carriedOut++;
		this.isCounted = remaining !== undefined;
		this.isNamed = limit !== undefined;
		this.limit = limit ?? Math.max(this.limit, remaining ?? 0);
		// A pace that is not used does not grow.
		const haste = this.haste(remaining);
		const elapsed = Math.min(now - this.answeredAt, 1 / (this.rate * Math.min(1, haste)));
		this.answeredAt = now;
		if (this.rate === Infinity) return;
		const { perSecond, forSeconds } = remaining === undefined ? WITHOUT_COUNT : WITH_COUNT;
		const calmSeconds = Math.max(0, now - this.calmSince) / 1000;
		const growth = perSecond * Math.min(calmSeconds, forSeconds) * (elapsed / 1000);
		this.rate *= 1 + growth * haste;
		if (remaining === undefined) {
			this.rate += (ALIKE_PER_PAUSE * elapsed) / this.pauseMs ** 2;
		} else {
			const lacking = Math.max(0, 1 - remaining / this.reserve());
			this.rate = Math.max(this.rate * (1 - SLOWER_PER_ANSWER * lacking), SLOWEST);
		}
	}

	/**
	 * Learns that nothing is left, though nothing was refused.
	 * @returns the milliseconds to wait, out of those that the API named
	 */
	exhausted(resetMs: number): number {
		if (this.rate === Infinity) {
			this.slowDown(resetMs, this.isNamed ? this.limit : 0);
			return resetMs;
		}
		// Where one or two requests are all that there is, this is nothing unusual.
		if (this.reserve() > 1) this.calmSince = this.clock.now();
		return resetMs > SHORTEST_RESET_MS ? resetMs : 0;
	}

	/** Learns from a refusal that asks for a pause of `pauseMs`; `remaining` and `limit` as its headers have them. */
	refused(pauseMs: number, { remaining, limit = 0 }: Count = {}): void {
		this.pauseMs = Math.max(pauseMs, SHORTEST_PAUSE_MS);
		// With something left it was another limit that refused.
		this.slowDown(pauseMs, remaining === 0 ? limit : 0);
		const spread = Math.min(LONGEST_RETURN_MS, pauseMs * RETURN_PART);
		this.notBefore = this.clock.now() + pauseMs + spread * this.clock.random();
	}

	/** @param usedUp what all processes together have used up of the limit, as far as it is known */
	private slowDown(pauseMs: number, usedUp: number): void {
		const now = this.clock.now();
		const until = now + pauseMs;
		// Refused again and again, nothing new is learned: it is the same wall.
		const isNew = this.rate === Infinity && usedUp > 0;
		if (this.carriedOut > 0 || isNew) {
			// What a burst carried out has to last until the end of the pause.
			const lastsMs = Math.max(1, until - this.since);
			const measured = this.carriedOut / lastsMs;
			if (this.rate === Infinity) this.rate = Math.max(this.carriedOut, usedUp) / lastsMs;
			else if (measured < this.rate / 10) this.rate *= AFTER_COLLAPSE;
			else this.rate *= this.isCounted ? AFTER_REFUSAL : AFTER_BLIND_REFUSAL;
			this.rate = Math.max(this.rate, SLOWEST);
		}
		this.carriedOut = 0;
		this.since = this.calmSince = until;
		// The pause was waiting enough.
		this.sentAt = -Infinity;
	}

	private interval(left: number | undefined): number {
		if (left !== undefined && left > PLENTY) return 0;
		return this.jitter / (this.rate * this.haste(left));
	}

	/** 1 with just the reserve left, up to 2 with twice as much, and less than 1 with less. */
	private haste(left: number | undefined): number {
		if (left === undefined) return 1;
		const reserve = this.reserve();
		// A guessed reserve is not the same for all, and of one or two requests the count says little.
		const least = this.isNamed && reserve > 1 ? LEAST_HASTE : 1;
		return Math.min(2, Math.max(least, left / reserve));
	}

	private reserve(): number {
		const part = this.isNamed ? RESERVE_PART : RESERVE_PART_OF_GUESS;
		return Math.min(LARGEST_RESERVE, Math.max(1, this.limit * part));
	}
}
