import { UserError } from 'n8n-workflow';

import type { Reply } from '../core/exchange';
import type { Phase } from '../core/fault';

/** More causes than this no error of the host has. */
const MOST_CAUSES = 5;
/** Parts of making a connection, as Node.js names them in `syscall`: looking up the name, and connecting. */
const connecting = /^(?:connect|getaddrinfo|query\w+)$/;

/**
 * What an error of the host's helper tells: why it sent nothing, or the code of the network error below its own
 * wrapping, for example `ECONNRESET`, and how far the request had come.
 */
export function replyOf(error: unknown): Reply {
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
