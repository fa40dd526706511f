/**
 * What can go wrong between us and the API, as data. Nothing in the core throws for it: the caller
 * decides what a fault means (a message for a person, an earlier end of a poll, another try).
 */

/** What came with a status 2xx in place of the documented answer: another object, an error under a good status, a page … */
export type Unreadable = 'envelope' | 'error' | 'html' | 'text' | 'truncated';

export type Fault =
	/**
	 * The API answered with a status other than 2xx. `detail` is what it said, if that was readable text; `isPage` means
	 * that a web page came, so that something else may have answered. `waitedMs` is set only where it was sent more than once.
	 */
	| {
			kind: 'status';
			status: number;
			detail?: string;
			isPage?: boolean;
			retryAfterMs?: number;
			waitedMs?: number;
	  }
	/**
	 * Not sent: an earlier answer, with this status, had asked to be left alone for longer than this request can wait.
	 */
	| { kind: 'paused'; status: number; retryAfterMs: number }
	/** Not sent: other requests of this process to the portal took all places for too long. */
	| { kind: 'busy'; waitedMs: number }
	/** No usable answer arrived. `sent` is false only where it is certain that the API never saw the request. */
	| { kind: 'network'; code: string; sent: boolean; waitedMs?: number }
	/** Refused on this side, before anything was sent: by the credential, or by the host. In words of their own. */
	| ({ kind: 'refused' } & HostRefusal)
	/** An answer with status 2xx that is not what the API documents. `detail` as above. */
	| { kind: 'unreadable'; what: Unreadable; detail?: string; waitedMs?: number }
	/** The page says that there is more, but gives no way on (no checkpoint, or the same one again), or none that ends. */
	| { kind: 'stuck'; why: 'endless' | 'missing' | 'repeated' | 'repeatedRecords' | 'tooLong' }
	/** The person or the host ended the execution. */
	| { kind: 'cancelled' };

/** Why a request was not sent. */
export interface Refusal {
	message: string;
	/** What to do about it, where that is known. */
	hint?: string;
}

/** The same where the host refused it: by its protection against server-side request forgery (SSRF), or otherwise. */
export interface HostRefusal extends Refusal {
	bySsrfProtection?: boolean;
}

/** How far a request had come when it failed: making the connection, or on one that stood. */
export type Phase = 'connecting' | 'connected';

/** One answer of the API, or the fault in its place. */
export type Answer<T> = { ok: true; value: T; serverTime?: number } | { ok: false; fault: Fault };

/**
 * What can only come before anything was sent, so that even a write may be repeated: the name was not found, nobody
 * took the connection, or Node.js refused to make such a request (no redirect is followed, so it is the first one).
 */
const neverSent =
	/^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|ERR_INVALID_(?:CHAR|PROTOCOL|URL)|ERR_UNESCAPED_CHARACTERS)$/;
/** The host's certificate was not accepted, in the handshake: nothing was sent, and trying again cannot help. */
const certificateCode =
	/^(?:CERT_|CRL_|DEPTH_ZERO_|ERROR_IN_C|ERR_TLS_CERT_|HOSTNAME_MISMATCH$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|SELF_SIGNED_|UNABLE_TO_)/;
/** Other faults of TLS. They end a handshake or a connection on which a request is under way; the code does not tell. */
const tlsCode = /^(?:EPROTO$|ERR_SSL_|ERR_TLS_)/;
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
 * @param phase how far the request had come, where that is known. Many codes come up before and after
 * it was sent; where nobody knows (n8n 1.x loses it), only the few that cannot come later are certain
 */
export function networkFault(code: string, phase?: Phase): Fault {
	const isCertain =
		phase === 'connecting' ||
		(phase === undefined && (neverSent.test(code) || certificateCode.test(code)));
	return { kind: 'network', code, sent: !isCertain };
}

/** Whether the host's certificate was not accepted. */
export function isCertificateFault(code: string): boolean {
	return certificateCode.test(code);
}

/** Whether TLS failed in another way. */
export function isTlsFault(code: string): boolean {
	return tlsCode.test(code) && !certificateCode.test(code);
}

/**
 * Whether something between n8n and the API answered, or may have: a proxy that wants to know who asks (407, 511), or
 * whoever sends a web page. The API sends none that is documented.
 */
export function isFromBetween(fault: Fault): boolean {
	return fault.kind === 'status' && (fault.isPage === true || [407, 511].includes(fault.status));
}

/** Whether the API asked us to slow down. */
export function isRateLimited(fault: Fault): boolean {
	return (fault.kind === 'status' || fault.kind === 'paused') && fault.status === 429;
}

/** Whether the same request may succeed in a moment. */
export function isPassing(fault: Fault): boolean {
	switch (fault.kind) {
		case 'status':
			return [408, 429, 500, 502, 503, 504].includes(fault.status);
		case 'network':
			return !lasting.has(fault.code) && !certificateCode.test(fault.code);
		case 'unreadable':
			return fault.what === 'truncated';
		case 'busy':
		case 'paused':
			return true;
		default:
			return false;
	}
}

/**
 * Whether it is certain that a write was not carried out: refused by the API (4xx) or on this side, or never sent.
 * A 5xx, a cut connection or an unreadable answer leaves it open.
 */
export function wasNotCarriedOut(fault: Fault): boolean {
	switch (fault.kind) {
		case 'status':
			return fault.status >= 400 && fault.status < 500 && fault.status !== 408;
		case 'network':
			return !fault.sent;
		case 'busy':
		case 'paused':
		case 'refused':
			return true;
		default:
			return false;
	}
}

/** Whether the API itself refused the request for its content or address; what stands in between may say so too. */
export function isRefusedBy(fault: Fault, statuses: readonly number[]): boolean {
	return fault.kind === 'status' && statuses.includes(fault.status) && !isFromBetween(fault);
}
