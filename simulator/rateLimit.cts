import type { RateLimitForm } from './schemas.cjs';

/** What the bucket says about one request. */
export interface Verdict {
	allowed: boolean;
	headers: Record<string, string>;
}

/** A token bucket over real time, told in one of the header forms that the vendor may use. */
export class RateLimit {
	private tokens: number;
	private filledAt: number;
	private readonly burst: number;

	/**
	 * @param perSecond requests that come back per second
	 * @param burst size of the bucket
	 * @param form the headers
	 * @param clock milliseconds that never jump
	 * @param wall milliseconds since 1970, for dates in headers
	 */
	constructor(
		private readonly perSecond: number,
		burst: number | undefined,
		private readonly form: RateLimitForm,
		private readonly clock: () => number,
		private readonly wall: () => number,
	) {
		this.burst = burst ?? Math.max(1, Math.ceil(perSecond));
		this.tokens = this.burst;
		this.filledAt = clock();
	}

	/** Takes one token if there is one. @returns whether, and the headers that say so */
	take(): Verdict {
		const now = this.clock();
		this.tokens = Math.min(
			this.burst,
			this.tokens + ((now - this.filledAt) / 1000) * this.perSecond,
		);
		this.filledAt = now;
		const allowed = this.tokens >= 1;
		if (allowed) this.tokens--;
		return { allowed, headers: this.headers(allowed) };
	}

	private headers(allowed: boolean): Record<string, string> {
		const missing = Math.max(0, 1 - this.tokens);
		const wait = this.perSecond > 0 ? Math.ceil(missing / this.perSecond) : 60;
		const left = Math.floor(this.tokens);
		const window = this.perSecond > 0 ? Math.max(1, Math.ceil(this.burst / this.perSecond)) : 60;
		switch (this.form) {
			case 'ratelimit-fields':
				return {
					'RateLimit-Limit': String(this.burst),
					'RateLimit-Remaining': String(left),
					'RateLimit-Reset': String(wait),
				};
			case 'ratelimit-structured':
				return {
					'RateLimit-Policy': `"default";q=${this.burst};w=${window}`,
					RateLimit: `"default";r=${left};t=${wait}`,
				};
			case 'ratelimit-structured-old':
				return {
					'RateLimit-Policy': `${this.burst};w=${window}`,
					RateLimit: `limit=${this.burst}, remaining=${left}, reset=${wait}`,
				};
			default:
				return allowed ? {} : this.retryAfter(wait);
		}
	}

	private retryAfter(wait: number): Record<string, string> {
		const date = (inMillis: number) => new Date(this.wall() + inMillis).toUTCString();
		switch (this.form) {
			case 'retry-after-seconds':
				return { 'Retry-After': String(wait) };
			case 'retry-after-date':
				// A date has no fractions: rounded down it would invite the client too early.
				return { 'Retry-After': date(wait * 1000 + 999) };
			case 'past':
				return { 'Retry-After': date(-3_600_000) };
			case 'blank':
				return { 'Retry-After': '' };
			case 'absurd':
				return { 'Retry-After': '99999999999' };
			default:
				return {};
		}
	}
}
