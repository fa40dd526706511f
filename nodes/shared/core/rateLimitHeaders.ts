/**
 * What a server says about its rate limit, in every form that docs/api.md ("Rate limits") lists: `Retry-After` (seconds or
 * an HTTP date), `RateLimit-Limit/-Remaining/-Reset`, and the structured `RateLimit` with its
 * `RateLimit-Policy`. Any may be missing, blank or nonsense: what cannot be used is left out.
 */

export interface RateLimit {
	/** Requests per window, or the size of the bucket; of several policies the smallest. */
	limit?: number;
	/** Requests left until the limit resets. */
	remaining?: number;
	/** Milliseconds until it resets. */
	resetMs?: number;
	/** Milliseconds that the server asks to wait before the next request. */
	retryAfterMs?: number;
}

/** Header names in lower case, as n8n's helper returns them. */
export type Headers = Record<string, unknown>;

/** As a duration this would be thirty years: such a number is a time, in seconds since 1970. */
const EPOCH_SECONDS = 1_000_000_000;

/** Made once: every answer is read, and making one costs more than using it. */
const patterns = {
	quota: patternOf('q'),
	limit: patternOf('limit'),
	remaining: patternOf('remaining|r'),
	reset: patternOf('reset|t'),
};

/**
 * Reads the rate limit from the headers of one answer.
 * @param timeOfDay this machine's time of day, in milliseconds since 1970: what a `Retry-After` or a reset in the form of
 * a date counts from where the answer has no `Date` of its own. Where it has one, both dates are the API's, and only
 * their difference counts: it is right even if the API's clock and ours are not.
 */
export function readRateLimit(headers: Headers, timeOfDay: number): RateLimit {
	const structured = readStructured(text(headers, 'ratelimit'));
	const limit: RateLimit = {};
	const most = readLimit(headers);
	const remaining = wholeNumber(text(headers, 'ratelimit-remaining')) ?? structured.remaining;
	const answeredAt = readServerTime(headers) ?? timeOfDay;
	const resetMs =
		readReset(text(headers, 'ratelimit-reset'), answeredAt) ??
		fromNow(structured.resetSeconds, answeredAt);
	const retryAfterMs = readRetryAfter(text(headers, 'retry-after'), answeredAt);
	if (most !== undefined) limit.limit = most;
	if (remaining !== undefined) limit.remaining = remaining;
	if (resetMs !== undefined) limit.resetMs = resetMs;
	if (retryAfterMs !== undefined) limit.retryAfterMs = retryAfterMs;
	return limit;
}

/** The server's own time from the `Date` header, in milliseconds; `undefined` where there is none. */
export function readServerTime(headers: Headers): number | undefined {
	return readDate(text(headers, 'date'));
}

/** An HTTP date in any of its forms. Its zone is always GMT; the oldest form leaves it out. */
function readDate(value: string): number | undefined {
	// `Date.parse` alone would also read "-5" or "3 apples" as a date.
	if (!/\d\d:\d\d/.test(value)) return undefined;
	const hasZone = /(?:[a-z]|[+-]\d\d:?\d\d)$/i.test(value);
	const millis = Date.parse(hasZone ? value : `${value} GMT`);
	return Number.isNaN(millis) ? undefined : millis;
}

/**
 * `RateLimit-Limit: 20` or, in older drafts, `20, 20;w=1`; `limit=20` of the structured header; the policies
 * `"default";q=20;w=1` or `20;w=1`.
 */
function readLimit(headers: Headers): number | undefined {
	const plain = [text(headers, 'ratelimit-limit'), text(headers, 'ratelimit-policy')]
		.flatMap((value) => value.split(','))
		.map(
			(policy) =>
				parameter(policy, patterns.quota) ?? wholeNumber(policy.split(';')[0]?.trim() ?? ''),
		);
	const limits = [...plain, parameter(text(headers, 'ratelimit'), patterns.limit)].filter(
		(limit): limit is number => limit !== undefined,
	);
	return limits.length === 0 ? undefined : Math.min(...limits);
}

function readRetryAfter(value: string, answeredAt: number): number | undefined {
	if (value === '') return undefined;
	const seconds = wholeNumber(value);
	if (seconds !== undefined) return seconds * 1000;
	const date = readDate(value);
	return date === undefined ? undefined : Math.max(0, date - answeredAt);
}

/** Seconds from now; some APIs send the time itself, as a date or as seconds or milliseconds since 1970. */
function readReset(value: string, answeredAt: number): number | undefined {
	const date = readDate(value);
	return date === undefined
		? fromNow(wholeNumber(value), answeredAt)
		: Math.max(0, date - answeredAt);
}

function fromNow(value: number | undefined, answeredAt: number): number | undefined {
	if (value === undefined) return undefined;
	if (value < EPOCH_SECONDS) return value * 1000;
	const time = value < EPOCH_SECONDS * 1000 ? value * 1000 : value;
	return Math.max(0, time - answeredAt);
}

/**
 * Both drafts of the structured header: `"default";r=0;t=3` and `limit=20, remaining=0, reset=3`.
 * With several policies the tightest counts: fewest left, then longest to wait.
 */
function readStructured(value: string): { remaining?: number; resetSeconds?: number } {
	let tightest: { remaining?: number; resetSeconds?: number } = {};
	const policies = /(?:^|[,;\s])remaining\s*=/i.test(value) ? [value] : value.split(',');
	for (const policy of policies) {
		const remaining = parameter(policy, patterns.remaining);
		const resetSeconds = parameter(policy, patterns.reset);
		if (remaining === undefined && resetSeconds === undefined) continue;
		const tighter =
			(remaining ?? Infinity) < (tightest.remaining ?? Infinity) ||
			(remaining === tightest.remaining && (resetSeconds ?? 0) > (tightest.resetSeconds ?? -1));
		if (tighter) {
			tightest = {
				...(remaining === undefined ? {} : { remaining }),
				...(resetSeconds === undefined ? {} : { resetSeconds }),
			};
		}
	}
	return tightest;
}

function parameter(policy: string, pattern: RegExp): number | undefined {
	return wholeNumber(pattern.exec(policy)?.[1] ?? '');
}

function patternOf(names: string): RegExp {
	return new RegExp(`(?:^|[;,\\s])(?:${names})\\s*=\\s*"?(\\d+(?:\\.\\d+)?)`, 'i');
}

function wholeNumber(value: string): number | undefined {
	return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function text(headers: Headers, name: string): string {
	const value = headers[name];
	const first: unknown = Array.isArray(value) ? value[0] : value;
	return typeof first === 'string' || typeof first === 'number' ? String(first).trim() : '';
}
