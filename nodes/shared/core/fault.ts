/**
 * What can go wrong between us and the API, as data. Nothing in the core throws for it: the caller
 * decides what a fault means (a message for a person, an earlier end of a poll, another try).
 */

/** What came with a status 2xx in place of the documented answer: another object, an error under a good status, a page … */
export type Unreadable = 'envelope' | 'error' | 'html' | 'text' | 'truncated';

export type Fault =
	/** The API answered with a status other than 2xx. `detail` is what it said, if that was readable text. */
	| { kind: 'status'; status: number; detail?: string; retryAfterMs?: number; waitedMs?: number }
	/** No usable answer arrived. `sent` is false only where it is certain that the API never saw the request. */
	| { kind: 'network'; code: string; sent: boolean; waitedMs?: number }
	/** Refused on this side, before anything was sent: by the credential, or by the host. In words of their own. */
	| ({ kind: 'refused' } & Refusal)
	/** An answer with status 2xx that is not what the API documents. `detail` as above. */
	| { kind: 'unreadable'; what: Unreadable; detail?: string; waitedMs?: number }
	/** The page says that there is more, but gives no way on (no checkpoint, or the same one again). */
	| { kind: 'stuck'; why: 'endless' | 'missing' | 'repeated' }
	/** The person or the host ended the execution. */
	| { kind: 'cancelled' };

/** Why a request was not sent. */
export interface Refusal {
	message: string;
	/** What to do about it, where that is known. */
	hint?: string;
}

/** One answer of the API, or the fault in its place. */
export type Answer<T> = { ok: true; value: T; serverTime?: number } | { ok: false; fault: Fault };

/** Errors before the connection stood, all of them certain: the request never left, so even a write may be repeated. */
const neverSent = new Set([
	'EAI_AGAIN',
	'ECONNREFUSED',
	'EHOSTUNREACH',
	'ENETDOWN',
	'ENETUNREACH',
	'ENOTFOUND',
	// Node.js refuses to make such a request at all. No redirect is followed, so it is the first one.
	'ERR_INVALID_CHAR',
	'ERR_INVALID_PROTOCOL',
	'ERR_INVALID_URL',
	'ERR_UNESCAPED_CHARACTERS',
]);
/** Certificate and TLS faults: trying again cannot help. */
const tlsCode = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;
/** Those of them that can only end the handshake. Others can end a connection on which a request is under way. */
const handshakeCode =
	/^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|ERR_SSL_(?:NO_CIPHERS_AVAILABLE|NO_PROTOCOLS_AVAILABLE|SSLV3_ALERT_HANDSHAKE_FAILURE|TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER)$)/;
/** Faults that do not go away by themselves within seconds. */
const lasting = new Set([
	'ENOTFOUND',
	'ERR_FR_TOO_MANY_REDIRECTS',
	'ERR_INVALID_CHAR',
	'ERR_INVALID_PROTOCOL',
	'ERR_INVALID_URL',
	'ERR_UNESCAPED_CHARACTERS',
]);

/**
 * A network fault from the `code` of a Node.js or axios error.
 * @param connected whether the connection stood already: it can end with a code that otherwise means that there was none
 */
export function networkFault(code: string, connected = false): Fault {
	const sent = connected || !(neverSent.has(code) || handshakeCode.test(code));
	return { kind: 'network', code, sent };
}

/** Whether the code belongs to a failed TLS handshake. */
export function isTlsFault(code: string): boolean {
	return tlsCode.test(code);
}

/** Whether the API asked us to slow down. */
export function isRateLimited(fault: Fault): boolean {
	return fault.kind === 'status' && fault.status === 429;
}

/** Whether the same request may succeed in a moment. */
export function isPassing(fault: Fault): boolean {
	switch (fault.kind) {
		case 'status':
			return [408, 429, 500, 502, 503, 504].includes(fault.status);
		case 'network':
			return !lasting.has(fault.code) && !isTlsFault(fault.code);
		case 'unreadable':
			return fault.what === 'truncated';
		default:
			return false;
	}
}

/**
 * Whether it is certain that a write was not carried out: refused by the API (4xx) or on this side, or never sent.
 * A 5xx, a cut connection or an unreadable answer leaves it open.
 */
export function wasNotCarriedOut(fault: Fault): boolean {
	if (fault.kind === 'status')
		return fault.status >= 400 && fault.status < 500 && fault.status !== 408;
	return fault.kind === 'refused' || (fault.kind === 'network' && !fault.sent);
}
