/**
 * The portal as the check sees it: asked politely, one request after the other, never more often than the budget
 * allows. Every request of the command goes through here.
 */
import type { Clock } from '@nodes/shared/core/clock';
import { exchange, type Reply } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Query, Sight } from './evidence.cjs';
import { dispatcherFor, get } from './wire.cjs';

/** The most requests of one run, repeats included. */
export const MOST_REQUESTS = 60;
/** The largest answer that is read: the API's largest page has a few megabytes. */
const MOST_BYTES = 8 * 1024 * 1024;
/** All answers of a run together. */
const MOST_BYTES_IN_ALL = 64 * 1024 * 1024;
/** How long one answer may take. */
const TIMEOUT_MS = 30_000;
/** How long one request waits for a portal that refuses or fails: limits per ten minutes have been seen. */
const PATIENCE_MS = 660_000;
/** How long a run may take, beside its pauses. */
const LONGEST_MS = 1_800_000;
/** How often a run asks again where the network or the portal failed, each request once: a failure is an answer too. */
const MOST_REPEATS = 4;
/** Well formed, and nobody's. */
const WRONG_TOKEN = 'n8n-nodes-proofpoint-check-wrong-token';

/** Whose token a request carries. */
export type Bearer = 'nobody' | 'owner' | 'wrong';

export interface PortalOptions {
	origin: string;
	token: string;
	isLoopback: boolean;
	/** Milliseconds between two requests. */
	pauseMs: number;
	/** Told of a wait that somebody may wonder about. */
	onWait?(seconds: number): void;
	timeoutMs?: number;
}

const realTime: Omit<Clock, 'wait'> = {
	now: () => performance.now(),
	timeOfDay: () => Date.now(),
	random: () => Math.random(),
};
/** A shorter wait is nothing to tell of. */
const NOTABLE_WAIT_MS = 10_000;

export class Portal {
	/** Requests that were sent. */
	requests = 0;
	private repeatsLeft = MOST_REPEATS;
	private bytes = 0;
	private lastAt = -Infinity;
	private readonly begunAt = realTime.now();
	private readonly governor = new Governor(realTime);
	private readonly dispatcher: Dispatcher;
	private readonly clock: Clock;

	constructor(private readonly options: PortalOptions) {
		this.dispatcher = dispatcherFor(options.isLoopback);
		this.clock = {
			...realTime,
			wait: async (ms) => {
				if (ms >= NOTABLE_WAIT_MS) options.onWait?.(Math.ceil(ms / 1000));
				await sleep(ms);
				return false;
			},
		};
	}

	/** Asks for a path of the portal. A passing fault is asked for again, as long as the budget allows. */
	async ask(path: string, query: Query = {}, bearer: Bearer = 'owner'): Promise<Sight> {
		const url = new URL(path, this.options.origin);
		for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
		const left = this.timeLeft();
		if (left <= 0) return { kind: 'none', why: 'time' };
		let sight: Sight | undefined;
		let failures = 0;
		await exchange({
			owner: this,
			governor: this.governor,
			clock: this.clock,
			secrets: [this.options.token],
			readOnly: true,
			patienceMs: Math.min(PATIENCE_MS, left),
			send: async () => {
				const { reply, seen } = await this.send(url, bearer);
				sight = seen;
				if (isHopeless(reply)) return { refused: { message: 'No answer in time' } };
				if (!isPassing(reply)) return reply;
				const isOver = failures++ > 0 || this.repeatsLeft-- <= 0;
				return isOver ? { refused: { message: 'It failed again' } } : reply;
			},
			// Whatever came is looked at later.
			read: () => true,
		});
		return sight ?? { kind: 'none', why: 'time' };
	}

	async close(): Promise<void> {
		await this.dispatcher.destroy();
	}

	/** The one place where a request leaves. */
	private async send(url: URL, bearer: Bearer): Promise<{ reply: Reply; seen: Sight }> {
		if (this.requests >= MOST_REQUESTS || this.bytes >= MOST_BYTES_IN_ALL) {
			const refused = { message: 'The budget of this run is used up' };
			return { reply: { refused }, seen: { kind: 'none', why: 'budget' } };
		}
		const { token, pauseMs, timeoutMs = TIMEOUT_MS } = this.options;
		this.requests++;
		// Booked before the wait: several that ask at once come one after the other.
		this.lastAt = Math.max(realTime.now(), this.lastAt + pauseMs);
		await sleep(Math.max(0, this.lastAt - realTime.now()));
		const answer = await get({
			url,
			token: { nobody: undefined, owner: token, wrong: WRONG_TOKEN }[bearer],
			dispatcher: this.dispatcher,
			timeoutMs,
			mostBytes: MOST_BYTES,
		});
		this.bytes += answer.bytes;
		if (answer.ok) {
			const { status, headers, form, body } = answer;
			return {
				reply: { status, headers, body },
				seen: { kind: 'answer', status, headers, form, body, at: realTime.timeOfDay() },
			};
		}
		if (answer.tooLarge) {
			const refused = { message: 'The answer is too large' };
			return { reply: { refused }, seen: { kind: 'none', why: 'tooLarge' } };
		}
		return {
			reply: { networkCode: answer.code },
			seen: { kind: 'none', why: 'network', code: answer.code },
		};
	}

	private timeLeft(): number {
		const allowed = LONGEST_MS + MOST_REQUESTS * this.options.pauseMs;
		return allowed - (realTime.now() - this.begunAt);
	}
}

/** Whether the same request may bring something else in a moment. A refusal for the rate limit is waited for as long as it asks. */
function isPassing(reply: Reply): boolean {
	return 'networkCode' in reply || ('status' in reply && reply.status >= 500);
}

/** Whoever lets a request hang does so again: asking once more would only take as long once more. */
function isHopeless(reply: Reply): boolean {
	return 'networkCode' in reply && /TIMEOUT|TIMEDOUT/.test(reply.networkCode);
}
