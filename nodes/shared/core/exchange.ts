/**
 * One request to the API, polite and patient: it waits for its turn, obeys the rate limit, tries again
 * where that is safe, and ends with an answer or a fault. How a request is really sent is an argument.
 */
import { kindOfBody, notAConfirmation, readableDetail } from './answerBody';
import type { Clock } from './clock';
import {
	isPassing,
	isRateLimited,
	networkFault,
	wasNotCarriedOut,
	type Answer,
	type Fault,
	type Refusal,
} from './fault';
import { backoffMs, LONGEST_PAUSE_MS, type Governor } from './governor';
import { readRateLimit, readServerTime, type Headers } from './rateLimitHeaders';

/** Tries of one request when the API or the network has a passing fault (429 is not counted here). */
const TRIES = 4;
/** The longest that one request waits for an API that refuses it or fails, in milliseconds. */
export const PATIENCE_MS = 300_000;

/** How often a request that waits for another's answer looks whether it was cancelled, in milliseconds. */
const LOOK_UP_MS = 1_000;

/** What came back over the wire: an HTTP answer of any status, or the code of a network error. Or why nothing was sent. */
export type Reply =
	| { status: number; headers: Headers; body: unknown }
	| { networkCode: string; connected?: boolean }
	| { refused: Refusal };

export interface Exchange<T> {
	/** Whose request it is: owners take turns at the governor. */
	owner: object;
	governor: Governor;
	clock: Clock;
	/** What must never stand in a message: the API token. It is taken out of what the API says. */
	secrets: readonly string[];
	/** True for GET: repeating it changes nothing. A write is repeated only where it certainly was not carried out. */
	readOnly: boolean;
	/** How long to wait in all, in milliseconds; default {@link PATIENCE_MS}. A poll passes what is left of its budget. */
	patienceMs?: number;
	/** Asked when the turn has come: true when it is not wanted any more (an earlier item failed). */
	dropped?(): boolean;
	send(): Promise<Reply>;
	/** Checks and unwraps the body of a 2xx answer; `undefined` when it is not what the API documents. */
	read(body: unknown): T | undefined;
}

/** Carries out one request. Never throws: what went wrong is in the answer. */
export async function exchange<T>(request: Exchange<T>): Promise<Answer<T>> {
	const { governor, owner } = request;
	await governor.enter(owner);
	try {
		return await tryUntilDone(request);
	} finally {
		governor.leave();
	}
}

async function tryUntilDone<T>(request: Exchange<T>): Promise<Answer<T>> {
	const { governor, clock, readOnly, patienceMs = PATIENCE_MS } = request;
	const startedAt = clock.now();
	let last: Fault | undefined;
	for (let failures = 0; ; ) {
		const tooLong = await waitForTurn(request, startedAt);
		if (tooLong === 'cancelled' || request.dropped?.() === true) {
			return { ok: false, fault: { kind: 'cancelled' } };
		}
		if (tooLong > 0) return { ok: false, fault: gaveUp(last, clock.now() - startedAt, tooLong) };
		// Another request may have taken this turn since; the check and `sent` must be one step.
		if (governor.pause() !== 0) continue;

		governor.sent();
		const reply = await request.send();
		const answer = judge(request, reply);
		if (answer.ok) return answer;
		last = answer.fault;
		if (isRateLimited(last)) {
			// Safe for any verb: the API refused the request before it did anything. The wait is the governor's.
			const wait = pauseMs(governor);
			if (outOfPatience(request, startedAt, wait)) {
				return { ok: false, fault: gaveUp(last, clock.now() - startedAt, wait) };
			}
			continue;
		}
		const repeatable = isPassing(last) && (readOnly || wasNotCarriedOut(last));
		if (!repeatable || ++failures >= TRIES) return withWaited(answer, clock.now() - startedAt);
		const asked = last.kind === 'status' ? (last.retryAfterMs ?? 0) : 0;
		const wait = Math.max(asked, backoffMs(failures - 1, clock.random()));
		if (clock.now() - startedAt + wait > patienceMs) {
			return withWaited(answer, clock.now() - startedAt);
		}
		if (await clock.wait(wait)) return { ok: false, fault: { kind: 'cancelled' } };
	}
}

/**
 * Waits while the API wants to be left alone. Returns 0 when the turn has come, the milliseconds that
 * would have to be waited when that is too long, or that the work was cancelled.
 */
async function waitForTurn<T>(
	request: Exchange<T>,
	startedAt: number,
): Promise<number | 'cancelled'> {
	const { governor, clock } = request;
	for (;;) {
		if (await clock.wait(0)) return 'cancelled';
		const pause = governor.pause();
		if (pause === 'answer') {
			// Looks up now and then, so that a cancel is obeyed while the other request hangs.
			await Promise.race([governor.nextAnswer(), clock.wait(LOOK_UP_MS)]);
			continue;
		}
		if (pause === 0 || outOfPatience(request, startedAt, pause)) return pause;
		if (await clock.wait(pause)) return 'cancelled';
	}
}

/** The pause in milliseconds; waiting for an answer takes no time that could be known. */
function pauseMs(governor: Governor): number {
	const pause = governor.pause();
	return pause === 'answer' ? 0 : pause;
}

function outOfPatience<T>(request: Exchange<T>, startedAt: number, pause: number): boolean {
	const { governor, clock, patienceMs = PATIENCE_MS } = request;
	const waited = Math.max(clock.now() - startedAt, governor.refusedForMs());
	return pause > 0 && waited + pause > patienceMs;
}

function judge<T>(
	{ governor, clock, read, readOnly, secrets }: Exchange<T>,
	reply: Reply,
): Answer<T> {
	if ('refused' in reply) {
		governor.lost();
		return { ok: false, fault: { kind: 'refused', ...reply.refused } };
	}
	if ('networkCode' in reply) {
		governor.lost();
		return { ok: false, fault: networkFault(reply.networkCode, reply.connected) };
	}
	const { status, headers, body } = reply;
	const limit = readRateLimit(headers, clock.timeOfDay());
	if (status === 429) governor.refused(limit);
	else governor.answered(limit);
	if (status < 200 || status > 299) {
		const detail = readableDetail(body, secrets);
		return {
			ok: false,
			fault: {
				kind: 'status',
				status,
				...(detail === undefined ? {} : { detail }),
				...(limit.retryAfterMs === undefined
					? {}
					: { retryAfterMs: Math.min(limit.retryAfterMs, LONGEST_PAUSE_MS) }),
			},
		};
	}
	// Whatever its reader takes: a page, a text or an error does not tell that a write was carried out.
	const doubt = readOnly ? undefined : notAConfirmation(body);
	const value = doubt === undefined ? read(body) : undefined;
	if (value === undefined) {
		const what = doubt ?? kindOfBody(body);
		const detail = what === 'error' || what === 'text' ? readableDetail(body, secrets) : undefined;
		return {
			ok: false,
			fault: { kind: 'unreadable', what, ...(detail === undefined ? {} : { detail }) },
		};
	}
	const serverTime = readServerTime(headers);
	return { ok: true, value, ...(serverTime === undefined ? {} : { serverTime }) };
}

function gaveUp(last: Fault | undefined, waitedMs: number, askedMs: number): Fault {
	const fault: Fault = last ?? { kind: 'status', status: 429 };
	return fault.kind === 'status' ? { ...fault, retryAfterMs: askedMs, waitedMs } : fault;
}

function withWaited<T>(answer: { ok: false; fault: Fault }, waitedMs: number): Answer<T> {
	const { fault } = answer;
	if (fault.kind !== 'status' && fault.kind !== 'network' && fault.kind !== 'unreadable') {
		return answer;
	}
	return { ok: false, fault: { ...fault, waitedMs } };
}
