/**
 * Rate limits as an API may keep them, in the time of a {@link VirtualTime}, and the headers that may tell of
 * them. docs/api.md ("Rate limits") fixes neither, so the governor must get along with each.
 */

/** What a limit says about one request. */
export interface Verdict {
	allowed: boolean;
	/** Requests per window, or the size of the bucket. */
	limit: number;
	remaining: number;
	/** Milliseconds until there is more. */
	resetMs: number;
}

/** Takes one request at a time in milliseconds. */
export type Limiter = (now: number) => Verdict;

/** A bucket of `burst` tokens that gets `perSecond` new ones. */
export function tokenBucket(perSecond: number, burst: number): Limiter {
	let tokens = burst;
	let filledAt: number | undefined;
	return (now) => {
		tokens = Math.min(burst, tokens + ((now - (filledAt ?? now)) / 1000) * perSecond);
		filledAt = now;
		const allowed = tokens >= 1;
		if (allowed) tokens--;
		const resetMs = (Math.max(0, 1 - tokens) / perSecond) * 1000;
		return { allowed, limit: burst, remaining: Math.floor(tokens), resetMs };
	};
}

/** A counter that begins anew with every window; `phaseMs` moves the windows against the clock. */
export function fixedWindow(limit: number, windowMs: number, phaseMs = 0): Limiter {
	let window = -1;
	let used = 0;
	return (time) => {
		const now = time + phaseMs;
		const current = Math.floor(now / windowMs);
		if (current !== window) used = 0;
		window = current;
		const allowed = used < limit;
		if (allowed) used++;
		return { allowed, limit, remaining: limit - used, resetMs: (current + 1) * windowMs - now };
	};
}

/** No more than `limit` in any stretch of `windowMs`. */
export function slidingWindow(limit: number, windowMs: number): Limiter {
	let taken: number[] = [];
	return (now) => {
		taken = taken.filter((at) => at > now - windowMs);
		const allowed = taken.length < limit;
		if (allowed) taken.push(now);
		const resetMs = (taken[0] ?? now) + windowMs - now;
		return { allowed, limit, remaining: limit - taken.length, resetMs };
	};
}

/** Seconds in headers are whole, so they are rounded up. */
const seconds = (ms: number): string => String(Math.ceil(ms / 1000));

/** What an API may tell of its limit. */
export type Form =
	| 'RateLimit fields'
	| 'structured'
	| 'only the count'
	| 'only Retry-After'
	| 'no header';

/** The headers of an answer in each form. */
export const forms: Record<Form, (verdict: Verdict) => Record<string, string>> = {
	'RateLimit fields': ({ limit, remaining, resetMs }) => ({
		'ratelimit-limit': String(limit),
		'ratelimit-remaining': String(remaining),
		'ratelimit-reset': seconds(resetMs),
	}),
	structured: ({ limit, remaining, resetMs }) => ({
		'ratelimit-policy': `"default";q=${limit}`,
		ratelimit: `"default";r=${remaining};t=${seconds(resetMs)}`,
	}),
	'only the count': ({ remaining }) => ({ 'ratelimit-remaining': String(remaining) }),
	'only Retry-After': ({ allowed, resetMs }) => {
		const headers: Record<string, string> = allowed ? {} : { 'retry-after': seconds(resetMs) };
		return headers;
	},
	'no header': () => ({}),
};

/** The forms that tell how much is left. */
export const countForms: Form[] = ['RateLimit fields', 'only the count'];
/** The forms that tell nothing before a refusal. */
export const blindForms: Form[] = ['only Retry-After', 'no header'];
/** The forms that the tests of the pace go through. */
export const allForms = [...countForms, ...blindForms];
