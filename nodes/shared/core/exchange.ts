/**
 * One request to the API, polite and patient: it waits for its turn, obeys the rate limit, tries again
 * where that is safe, and ends with an answer or a fault. How a request is really sent is an argument.
 */
import { isEmptyBody, kindOfBody, notAConfirmation, readableDetail } from './answerBody';
import type { Clock } from './clock';
import {
	isPassing,
	isRateLimited,
	networkFault,
	wasNotCarriedOut,
	type Answer,
	type Fault,
	type HostRefusal,
	type Phase,
} from './fault';
import { backoffMs, LONGEST_PAUSE_MS, type Governor } from './governor';
import { readRateLimit, readServerTime, type Headers } from './rateLimitHeaders';
import type { Claim, Turn } from './turns';

/** Tries of one request when the API or the network has a passing fault (429 is not counted here). */
const TRIES = 4;
/** The longest that one request waits for an API that refuses it or fails, in milliseconds. */
export const PATIENCE_MS = 300_000;

/** What came back over the wire: an HTTP answer of any status, or the code of a network error. Or why nothing was sent. */
export type Reply =
	| { status: number; headers: Headers; body: unknown }
	| { networkCode: string; phase?: Phase }
	| { refused: HostRefusal };

export interface Exchange<T> {
	/** Whose request it is: owners take turns at the governor. All requests of one owner bring the same clock. */
	owner: object;
	/** Which endpoint it goes to: a 5xx that asks for a pause holds up this one only. */
	endpoint?: string;
	/** The API token, to tell accounts apart: what one of them waited in vain makes no other give up. */
	account?: string;
	governor: Governor;
	clock: Clock;
	/** What must never stand in a message: the API token. It is taken out of what the API says. */
	secrets: readonly string[];
	/** True for GET: repeating it changes nothing. A write is repeated only where it certainly was not carried out. */
	readOnly: boolean;
	/**
	 * How long to wait in all, from now on, in milliseconds: a poll passes what is left of its budget. By default
	 * {@link PATIENCE_MS} from the first turn: a long batch may take as long as it needs.
	 */
	patienceMs?: number;
	/** Asked when the turn has come: true when it is not wanted any more (an earlier item failed). */
	dropped?(): boolean;
	send(): Promise<Reply>;
	/** Checks and unwraps the body of a 2xx answer; `undefined` when it is not what the API documents. */
	read(body: unknown, status: number): T | undefined;
}

/** Carries out one request. Never throws: what went wrong is in the answer. */
export async function exchange<T>(request: Exchange<T>): Promise<Answer<T>> {
	const { governor, owner, clock, account = '', endpoint = '' } = request;
	const claim = governor.claim({
		owner,
		account,
		endpoint,
		clock,
		patienceMs: request.patienceMs ?? PATIENCE_MS,
		fromAsking: request.patienceMs !== undefined,
		dropped: () => request.dropped?.() === true,
	});
	try {
		return await tryUntilDone(request, claim);
	} finally {
		governor.done(claim);
	}
}

async function tryUntilDone<T>(request: Exchange<T>, claim: Claim): Promise<Answer<T>> {
	const { governor, clock, readOnly } = request;
	let last: Fault | undefined;
	for (let failures = 0, sent = 0; ; ) {
		const turn = await governor.turn(claim);
		if (turn.kind === 'cancelled') return { ok: false, fault: { kind: 'cancelled' } };
		if (turn.kind === 'gaveUp') return { ok: false, fault: gaveUp(last, turn) };

		const answer = judge(request, claim, await sendOnce(request));
		sent++;
		if (answer.ok) return answer;
		last = answer.fault;
		// Safe for any verb: the API refused the request before it did anything. The wait is the governor's.
		if (isRateLimited(last)) continue;
		const repeatable = isPassing(last) && (readOnly || wasNotCarriedOut(last));
		const waitedMs = clock.now() - claim.since;
		// However long the only try took: nothing was waited for and nothing tried again.
		if (!repeatable || ++failures >= TRIES) {
			return sent > 1 ? withWaited(answer, waitedMs) : answer;
		}
		const asked = last.kind === 'status' ? (last.retryAfterMs ?? 0) : 0;
		const wait = Math.max(asked, backoffMs(failures - 1, clock.random()));
		if (waitedMs + wait > claim.patienceMs) {
			return sent > 1 ? withWaited(answer, waitedMs) : answer;
		}
		claim.notBefore = clock.now() + wait;
	}
}

/** Sends it; if that throws, against its promise, the place is free all the same. */
async function sendOnce<T>({ governor, send }: Exchange<T>): Promise<Reply> {
	let hasEnded = false;
	try {
		const reply = await send();
		hasEnded = true;
		return reply;
	} finally {
		if (!hasEnded) governor.lost();
	}
}

function judge<T>(
	{ governor, clock, read, readOnly, secrets }: Exchange<T>,
	claim: Claim,
	reply: Reply,
): Answer<T> {
	if ('refused' in reply) {
		governor.lost();
		return { ok: false, fault: { kind: 'refused', ...reply.refused } };
	}
	if ('networkCode' in reply) {
		governor.lost();
		return { ok: false, fault: networkFault(reply.networkCode, reply.phase) };
	}
	const { status, headers, body } = reply;
	const limit = readRateLimit(headers, clock.timeOfDay());
	if (status === 429) governor.refused(limit, claim);
	else governor.answered(limit, claim, status);
	if (status < 200 || status > 299) {
		const detail = readableDetail(body, secrets);
		return {
			ok: false,
			fault: {
				kind: 'status',
				status,
				...(detail === undefined ? {} : { detail }),
				...(typeof body === 'string' && kindOfBody(body) === 'html' ? { isPage: true } : {}),
				...(limit.retryAfterMs === undefined
					? {}
					: { retryAfterMs: Math.min(limit.retryAfterMs, LONGEST_PAUSE_MS) }),
			},
		};
	}
	// Whatever its reader takes: a page, a text or an error does not tell that a write was carried out.
	const doubt = readOnly ? undefined : notAConfirmation(body);
	const value = doubt === undefined ? read(body, status) : undefined;
	if (value === undefined) {
		const isNothing = !readOnly && isEmptyBody(body);
		const what = doubt ?? (isNothing ? 'envelope' : kindOfBody(body));
		const detail = what === 'error' || what === 'text' ? readableDetail(body, secrets) : undefined;
		return {
			ok: false,
			fault: { kind: 'unreadable', what, ...(detail === undefined ? {} : { detail }) },
		};
	}
	const serverTime = readServerTime(headers);
	return { ok: true, value, ...(serverTime === undefined ? {} : { serverTime }) };
}

/** The fault that the request met itself, or the one that is known from an earlier answer. */
function gaveUp(
	last: Fault | undefined,
	{ reason, waitedMs, askedMs }: Extract<Turn, { kind: 'gaveUp' }>,
): Fault {
	if (last) return last.kind === 'status' ? { ...last, retryAfterMs: askedMs, waitedMs } : last;
	return reason === undefined
		? { kind: 'busy', waitedMs }
		: { kind: 'paused', status: reason, retryAfterMs: askedMs };
}

function withWaited<T>(answer: { ok: false; fault: Fault }, waitedMs: number): Answer<T> {
	const { fault } = answer;
	if (fault.kind !== 'status' && fault.kind !== 'network' && fault.kind !== 'unreadable') {
		return answer;
	}
	return { ok: false, fault: { ...fault, waitedMs } };
}
