/** The trigger's requests: pages of a list within the time of a poll, and faults as n8n's scheduler wants them. */
import { NodeApiError, type IPollFunctions } from 'n8n-workflow';

import type { ListEndpointName } from '../shared/api/endpoints';
import { readPage } from '../shared/api/envelopes';
import { isFromBetween, isPassing, isRateLimited, type Fault } from '../shared/core/fault';
import { LONGEST_PAUSE_MS } from '../shared/core/governor';
import { safeWords } from '../shared/core/outsideText';
import type { FetchPage } from '../shared/core/walk';
import { callApi } from '../shared/n8n/client';
import { hostClock, type Connection } from '../shared/n8n/connection';
import { wordsFor } from '../shared/n8n/messages';
import { pollHints, type FaultHints } from './words';

/** Not all that a node tells people to do applies here: a poll has no parameters for it, and continues by itself. */
function hintOf(fault: Fault, hint: string, hints: FaultHints): string {
	if (fault.kind === 'stuck') return hints.stuck;
	const isWait = ['paused', 'busy'].includes(fault.kind) || isRateLimited(fault);
	if (isWait) return hints.wait;
	return fault.kind === 'status' && fault.status === 400 ? hints.refused : hint;
}

/**
 * Asks for pages, and stops waiting before the time that the host gives to a poll is over.
 * @param endAt by `performance.now()`, in milliseconds: how long something takes is nothing to ask a clock that can be set
 */
export function pages(
	context: IPollFunctions,
	connection: Connection,
	endpoint: ListEndpointName,
	endAt: number,
): FetchPage {
	const caller = { host: context, connection, clock: hostClock(context) };
	return async (query) =>
		await callApi(caller, {
			endpoint,
			query,
			patienceMs: Math.max(0, endAt - performance.now()),
			timeoutMs: () => Math.max(1000, Math.min(30_000, endAt - performance.now())),
			read: (body) => readPage(endpoint, body),
		});
}

/**
 * An error that tells the durable scheduler of n8n how to back off; other hosts ignore `failure`.
 * @param hints what to do, if it is no poll that failed
 */
export function failureOf(
	context: IPollFunctions,
	{ origin, token }: Connection,
	endpoint: ListEndpointName,
	fault: Fault,
	hints = pollHints,
): NodeApiError {
	const words = wordsFor(fault, { endpoint, origin });
	const told = { ...words, hint: hintOf(fault, words.hint, hints) };
	const { message, hint } = safeWords(told, [token]);
	return new NodeApiError(
		context.getNode(),
		{ message },
		{
			message,
			description: hint,
			...(fault.kind === 'status' ? { httpCode: String(fault.status) } : {}),
			failure: declarationOf(fault),
		},
	);
}

function declarationOf(fault: Fault) {
	if (fault.kind === 'refused') {
		const cause = fault.bySsrfProtection ? 'configuration-invalid' : 'credential-invalid';
		return { cause } as const;
	}
	if (fault.kind !== 'status' && fault.kind !== 'paused') return unavailable;
	const { retryAfterMs } = fault;
	const wait =
		retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, LONGEST_PAUSE_MS) };
	if (isRateLimited(fault)) return { cause: 'rate-limited', ...wait } as const;
	if (fault.kind === 'paused' || isPassing(fault)) return { ...unavailable, ...wait };
	if (fault.status === 407) return { cause: 'configuration-invalid' } as const;
	// A firewall says nothing about the token.
	if (isFromBetween(fault)) return unavailable;
	return [401, 403].includes(fault.status)
		? ({ cause: 'credential-invalid' } as const)
		: ({ cause: 'configuration-invalid' } as const);
}

const unavailable = { cause: 'temporarily-unavailable' } as const;
