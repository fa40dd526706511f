/** An API that answers by a script, and requests to it through a governor, in virtual time. */
import { exchange, type Exchange, type Reply } from '@nodes/shared/core/exchange';
import type { Answer } from '@nodes/shared/core/fault';
import { Governor } from '@nodes/shared/core/governor';
import { VirtualTime } from './virtualTime.cjs';

const me = {};

/** An answer that is well. */
export const ok: Reply = { status: 200, headers: {}, body: { value: 1 } };

/** A 429 with these headers. */
export const refusal = (headers: Record<string, unknown> = {}): Reply => ({
	status: 429,
	headers,
	body: '',
});

/** A script of answers; the last one is given for ever. Notes when each request was sent. */
export function api(time: VirtualTime, replies: Reply[], latencyMs = 50) {
	const sentAt: number[] = [];
	const load = { now: 0, most: 0 };
	return {
		sentAt,
		load,
		async send(): Promise<Reply> {
			sentAt.push(time.passed);
			const reply = replies[Math.min(sentAt.length, replies.length) - 1] ?? ok;
			load.most = Math.max(load.most, ++load.now);
			await time.sleep(latencyMs);
			load.now--;
			return reply;
		},
	};
}

/** Sends one request through a governor. */
export function ask(
	time: VirtualTime,
	governor: Governor,
	send: () => Promise<Reply>,
	more: Partial<Exchange<unknown>> = {},
): Promise<Answer<unknown>> {
	return exchange<unknown>({
		owner: me,
		governor,
		clock: time,
		secrets: [],
		readOnly: true,
		read: (body) => body,
		send,
		...more,
	});
}

/** Sends one request through a governor of its own; the answers are these. */
export async function askOnce(replies: Reply[], more: Partial<Exchange<unknown>> = {}) {
	const time = new VirtualTime();
	const portal = api(time, replies);
	const answer = await time.run(ask(time, new Governor(time), portal.send, more));
	return { answer, sentAt: portal.sentAt, time };
}
