/** How a request really leaves: through n8n's own helper, and never for longer than its time-out. */
import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { Reply } from '../core/exchange';
import { whyNotSent } from '../core/portal';
import { CREDENTIAL, type Connection, type Host } from './connection';
import { replyOf } from './hostError';

/** No request of ours takes this long; past it the answer counts as lost. In milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How much later than n8n's helper, which tells more, we end a request ourselves, in milliseconds. */
const GRACE_MS = 1_000;
/** Node's timers know no longer time. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Sends one request with the host's helper. Every HTTP status is an ordinary reply, redirects are not
 * followed, a network error becomes its code, and what keeps a request from being sent its words: nothing is thrown.
 *
 * What the credential would refuse is refused here already: n8n 1.x loses the words of its refusal, and only what
 * was never handed over has certainly not been sent.
 *
 * The credential is handed over already resolved: that is 2.5 times faster than letting the helper look it up
 * per request. The helper still calls the credential's own `authenticate`, which attaches the token
 * only to a request for the portal's host.
 *
 * The helper's time-out ends a silent connection only: an answer that trickles in would hold its place for ever. So
 * the whole request ends with it too (docs/rate-limits-and-failures.md).
 */
export async function send(
	host: Host,
	{
		origin,
		credentials: data,
		credentialId: id,
	}: Pick<Connection, 'credentialId' | 'credentials' | 'origin'>,
	options: Omit<IHttpRequestOptions, 'url'> & { url: string },
): Promise<Reply> {
	const refused = whyNotSent(data, options.url, origin);
	if (refused) return { refused };
	const { timeout = REQUEST_TIMEOUT_MS } = options;
	const over = AbortSignal.timeout(Math.min(Math.ceil(timeout) + GRACE_MS, LONGEST_TIMER_MS));
	let end = () => {};
	const late = new Promise<Reply>((resolve) => (end = () => resolve(timedOut)));
	over.addEventListener('abort', end);
	try {
		const response: unknown = await Promise.race([
			late,
			host.helpers.httpRequestWithAuthentication.call(
				host,
				CREDENTIAL,
				{
					...options,
					timeout,
					// Where n8n has none of its own, it closes the connection too.
					abortSignal: over,
					baseURL: origin,
					json: true,
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					disableFollowRedirect: true,
				},
				{ credentialsDecrypted: { id, name: CREDENTIAL, type: CREDENTIAL, data } },
			),
		]);
		if (response === timedOut) return timedOut;
		if (!isFullResponse(response)) return replyOf(undefined);
		const { statusCode: status, headers, body } = response;
		return { status, headers: { ...headers }, body };
	} catch (error) {
		return over.aborted ? timedOut : replyOf(error);
	} finally {
		// Until its time has come, the timer would hold all that was answered.
		over.removeEventListener('abort', end);
	}
}

/** The request had gone out, and no whole answer came in time. */
const timedOut: Reply = { networkCode: 'ETIMEDOUT', phase: 'connected' };

/** Whether n8n's helper, which declares nothing, returned what it was asked for. */
function isFullResponse(value: unknown): value is IN8nHttpFullResponse {
	return typeof value === 'object' && value !== null && 'statusCode' in value;
}
