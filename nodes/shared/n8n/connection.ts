/**
 * The way to the API through n8n: credential, governor and the host's HTTP helper. Everything that
 * our nodes and the trigger send goes through {@link send}.
 */
import {
	NodeOperationError,
	sleep,
	UserError,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
	type IExecutePaginationFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
	type IN8nHttpFullResponse,
	type IPollFunctions,
} from 'n8n-workflow';

import type { Clock } from '../core/clock';
import type { Reply } from '../core/exchange';
import type { Phase } from '../core/fault';
import { Governor } from '../core/governor';
import { readAccess, whyNotSent } from '../core/portal';

export const CREDENTIAL = 'proofpointApi';
/** No request of ours takes this long; past it the answer counts as lost. In milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The contexts of n8n from which our package talks to the API. */
export type Host =
	| IExecuteFunctions
	| IExecutePaginationFunctions
	| ILoadOptionsFunctions
	| IPollFunctions;

/** A resolved credential. Its fields may be expressions, so that each item may have another. */
export interface Connection {
	/** `https://<host>` of the portal. */
	origin: string;
	/** The API token, without a prefix. */
	token: string;
	credentials: ICredentialDataDecryptedObject;
	/** n8n's ID of the credential. */
	credentialId: string;
	governor: Governor;
}

/** The host's `sleep` cannot be ended early, so long waits are cut: no timer outlives its wait by more than this. */
const SLICE_MS = 1_000;

/** Durations come from a clock that nobody can set; only dates come from the one that shows the time of day. */
const realTime = {
	now: () => performance.now(),
	timeOfDay: () => Date.now(),
	random: () => Math.random(),
};
/** One governor per portal and process, shared by all nodes of the package: n8n loads this module once. */
const governors = new Map<string, Governor>();

/**
 * Resolves the credential and checks where it points, before anything is sent.
 * @param item the input item that expressions in the credential's fields are resolved for; by default the context's own
 * @throws NodeOperationError when the credential is refused
 */
export async function connect(host: Host, item?: number): Promise<Connection> {
	const credentials = await host.getCredentials(CREDENTIAL, item);
	const access = readAccess(credentials);
	if (!access.ok) {
		throw new NodeOperationError(host.getNode(), access.message, { description: access.hint });
	}
	const { origin, token } = access;
	let governor = governors.get(origin);
	if (!governor) {
		governor = new Governor(realTime);
		governors.set(origin, governor);
	}
	// Asked here and not per request: the host copies the whole node each time.
	const credentialId = host.getNode().credentials?.[CREDENTIAL]?.id ?? '';
	return { origin, token, credentials, credentialId, governor };
}

/**
 * Real time, with waits that end as soon as the execution is cancelled.
 * @param also ends them as well
 */
export function hostClock(host: Host, also?: AbortSignal): Clock {
	const cancel = 'getExecutionCancelSignal' in host ? host.getExecutionCancelSignal() : undefined;
	const signals = [cancel, also].filter((signal) => signal !== undefined);
	const isOver = () => signals.some(({ aborted }) => aborted);
	return {
		...realTime,
		async wait(ms) {
			for (let left = ms; left > 0 && !isOver(); ) {
				const slice = Math.min(left, SLICE_MS);
				const begun = realTime.now();
				await sleepUnlessAborted(slice, signals);
				// Each timer is a little late: over an hour of slices that would add up to seconds.
				left -= Math.max(slice, realTime.now() - begun);
			}
			return isOver();
		},
	};
}

async function sleepUnlessAborted(ms: number, signals: AbortSignal[]): Promise<void> {
	let wake = () => {};
	const aborted = new Promise<void>((resolve) => (wake = resolve));
	const listener = () => wake();
	for (const signal of signals) signal.addEventListener('abort', listener, { once: true });
	await Promise.race([sleep(ms), aborted]);
	for (const signal of signals) signal.removeEventListener('abort', listener);
}

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
 */
export async function send(
	host: Host,
	{
		origin,
		credentials,
		credentialId,
	}: Pick<Connection, 'credentialId' | 'credentials' | 'origin'>,
	options: Omit<IHttpRequestOptions, 'url'> & { url: string },
): Promise<Reply> {
	const refused = whyNotSent(credentials, options.url, origin);
	if (refused) return { refused };
	try {
		const response: IN8nHttpFullResponse = await host.helpers.httpRequestWithAuthentication.call(
			host,
			CREDENTIAL,
			{
				timeout: REQUEST_TIMEOUT_MS,
				...options,
				baseURL: origin,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
			{
				credentialsDecrypted: {
					id: credentialId,
					name: CREDENTIAL,
					type: CREDENTIAL,
					data: credentials,
				},
			},
		);
		return {
			status: response.statusCode,
			headers: { ...response.headers },
			body: response.body,
		};
	} catch (error) {
		return replyOf(error);
	}
}

/** More causes than this no error of the host has. */
const MOST_CAUSES = 5;
/** Parts of making a connection, as Node.js names them in `syscall`: looking up the name, and connecting. */
const connecting = /^(?:connect|getaddrinfo|query\w+)$/;

/**
 * What an error of the host's helper tells: why it sent nothing, or the code of the network error below its own
 * wrapping, for example `ECONNRESET`, and how far the request had come.
 */
function replyOf(error: unknown): Reply {
	let networkCode: string | undefined;
	for (let current = error, depth = 0; depth < MOST_CAUSES; depth++) {
		if (typeof current !== 'object' || current === null) break;
		// The host says so in its own words while it prepares the request: an address that this n8n may not reach, for
		// example. Afterwards it could only be a redirect, and none is followed.
		if (current instanceof UserError) {
			const { message, description = '', name } = current;
			const bySsrfProtection = /^Ssrf/.test(name) || /^Ssrf/.test(current.constructor.name);
			return {
				refused: {
					message,
					hint: description ?? '',
					...(bySsrfProtection && { bySsrfProtection }),
				},
			};
		}
		networkCode ??= codeOf(current);
		current = 'cause' in current ? current.cause : undefined;
	}
	const phase = phaseOf(error);
	return { networkCode: networkCode ?? 'UNKNOWN', ...(phase === undefined ? {} : { phase }) };
}

function codeOf(error: object): string | undefined {
	if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
	// n8n 1.x loses the cause of its own errors, and keeps the code where otherwise a status stands.
	if ('httpCode' in error && typeof error.httpCode === 'string' && /^[A-Z]/.test(error.httpCode)) {
		return error.httpCode;
	}
	return undefined;
}

/** How far the request had come; `undefined` where the error does not tell. */
function phaseOf(error: unknown, depth = 0): Phase | undefined {
	if (typeof error !== 'object' || error === null || depth === MOST_CAUSES) return undefined;
	if ('syscall' in error && typeof error.syscall === 'string') {
		return connecting.test(error.syscall) ? 'connecting' : 'connected';
	}
	// A name with several addresses: one error for each, and only all of them together say that there was no connection.
	if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) {
		const [first, ...others] = error.errors.map((each: unknown) => phaseOf(each, depth + 1));
		return others.every((phase) => phase === first) ? first : undefined;
	}
	return 'cause' in error ? phaseOf(error.cause, depth + 1) : undefined;
}
