/** Sees the trigger's requests arrive at the simulator. */
import type { RequestEntry, Simulator } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { SLOW_MS } from './until.cjs';

/** How often the request log is looked at; a poll is seen this much late at most. */
const LOOK_MS = 15;
/** Requests of one poll follow each other faster than this, two polls of a schedule do not. */
const SAME_POLL_MS = 1000;

/** Waits for polls; each request is seen once. */
export class PollWatch {
	private last = 0;

	/** @param isPoll which requests are the trigger's */
	constructor(
		private readonly simulator: Simulator,
		private readonly isPoll = ({ endpoint }: RequestEntry): boolean => endpoint === 'events',
	) {}

	/** Forgets what came so far. */
	async skip(): Promise<void> {
		const { requests } = await this.simulator.requests(this.last);
		this.last = requests.at(-1)?.n ?? this.last;
	}

	/**
	 * Waits for the first request of the `count`-th poll from now on and returns it as it was at its arrival.
	 * @param check called while waiting; may throw
	 * @throws when there is none within `timeoutMs`
	 */
	async poll(count: number, check: () => void, timeoutMs = SLOW_MS): Promise<RequestEntry> {
		let polls = 0;
		let before = -Infinity;
		for (const endAt = Date.now() + timeoutMs; Date.now() < endAt; await delay(LOOK_MS)) {
			check();
			const { requests } = await this.simulator.requests(this.last);
			for (const request of requests) {
				this.last = request.n;
				if (!this.isPoll(request)) continue;
				if (request.inMs - before > SAME_POLL_MS) polls++;
				before = request.inMs;
				if (polls === count) return request;
			}
		}
		throw new Error(`The trigger did not poll within ${timeoutMs / 1000} s`);
	}
}
