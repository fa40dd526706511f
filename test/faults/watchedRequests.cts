/** The requests of a host, where a case may let time pass, change an answer, or wait for none. */
import type { RequestHelper } from '@test/integration/poller.cjs';

import { SkippedTime } from './skippedTime.cjs';

/** Real milliseconds that a request waits for an answer where answers may never come. */
const HANG_MS = 150;

/** An answer as n8n's helper hands it over; a case may change it. */
export interface HttpAnswer {
	headers: Record<string, unknown>;
	body: Record<string, unknown>;
}

function isHttpAnswer(answer: unknown): answer is HttpAnswer {
	if (typeof answer !== 'object' || answer === null) return false;
	const { headers, body }: Partial<Record<string, unknown>> = { ...answer };
	return [headers, body].every((part) => typeof part === 'object' && part !== null);
}

/** What happens around each request, for a stage to hold. */
export class WatchedRequests {
	readonly time = new SkippedTime();
	/** Runs around each request: a case lets time pass there. */
	beforeRequest: (number: number) => Promise<void> = async () => {};
	afterRequest: (number: number) => Promise<void> = async () => {};
	/** Changes what the API answered before the package sees it. */
	onAnswer: (answer: HttpAnswer) => void = () => {};
	/** Answers may never come: the package's time-outs are cut short. */
	hangs = false;
	private sent = 0;

	/** The next request is the first of its poll. */
	protected countAnew(): void {
		this.sent = 0;
	}

	/** Nothing happens around requests any more. */
	protected unwatch(): void {
		this.hangs = false;
		this.beforeRequest = async () => {};
		this.afterRequest = async () => {};
		this.onAnswer = () => {};
	}

	/** Stands between the node and the host's HTTP helper. */
	protected wrap(send: RequestHelper): RequestHelper {
		const carryOut = async (timeout: number, request: (cut: object) => Promise<unknown>) => {
			const number = ++this.sent;
			await this.beforeRequest(number);
			const startedAt = this.time.now();
			try {
				const answer = await request(this.hangs ? { timeout: HANG_MS } : {});
				await this.afterRequest(number);
				if (isHttpAnswer(answer)) this.onAnswer(answer);
				return answer;
			} catch (error) {
				const tookMs = this.time.now() - startedAt;
				if (this.hangs && tookMs >= HANG_MS) this.time.skip(timeout - tookMs);
				throw error;
			}
		};
		return async function (type, options, more) {
			return await carryOut(
				options.timeout ?? 0,
				async (cut): Promise<unknown> => await send.call(this, type, { ...options, ...cut }, more),
			);
		};
	}
}
