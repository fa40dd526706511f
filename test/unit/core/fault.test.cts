import {
	isCertificateFault,
	isFromBetween,
	isPassing,
	isRateLimited,
	isRefusedBy,
	isTlsFault,
	networkFault,
	wasNotCarriedOut,
	type Fault,
} from '@nodes/shared/core/fault';

const status = (code: number): Fault => ({ kind: 'status', status: code });

describe('whether a write was certainly not carried out', () => {
	it.each([400, 401, 403, 404, 409, 410, 422, 429])('%i: certain', (code) => {
		expect(wasNotCarriedOut(status(code))).toBe(true);
	});

	it.each([302, 408, 500, 502, 503, 504])('%i: open', (code) => {
		expect(wasNotCarriedOut(status(code))).toBe(false);
	});

	it.each([
		'ECONNREFUSED',
		'ENOTFOUND',
		'EAI_AGAIN',
		'EAI_FAIL',
		'CERT_HAS_EXPIRED',
		'CRL_HAS_EXPIRED',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
	])('%s: it never left, whatever else is known', (code) => {
		expect(networkFault(code)).toEqual({ kind: 'network', code, sent: false });
		expect(wasNotCarriedOut(networkFault(code))).toBe(true);
	});

	it.each([
		'ECONNRESET',
		'ETIMEDOUT',
		'ECONNABORTED',
		'EPIPE',
		'EHOSTUNREACH',
		'ENETUNREACH',
		'ENETDOWN',
		'EADDRNOTAVAIL',
		'UNKNOWN',
	])('%s: open where no phase is known', (code) => {
		expect(wasNotCarriedOut(networkFault(code))).toBe(false);
	});

	it.each([
		'ERR_INVALID_URL',
		'ERR_INVALID_PROTOCOL',
		'ERR_INVALID_CHAR',
		'ERR_UNESCAPED_CHARACTERS',
	])('%s: no request was made', (code) => {
		expect(wasNotCarriedOut(networkFault(code))).toBe(true);
		expect(isPassing(networkFault(code))).toBe(false);
	});

	it.each([
		'EPROTO',
		'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
		'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
		'ERR_TLS_SESSION_ATTACK',
		'ERR_CANCELED',
		'ERR_BAD_RESPONSE',
		'ERR_FR_TOO_MANY_REDIRECTS',
	])('%s can end a connection with a request under way: open', (code) => {
		expect(wasNotCarriedOut(networkFault(code))).toBe(false);
	});

	it.each([
		'EHOSTUNREACH',
		'ENETUNREACH',
		'ENETDOWN',
		'ETIMEDOUT',
		'ECONNRESET',
		'EADDRNOTAVAIL',
		'ECONNREFUSED',
	])('%s: certain while the connection is made, open on one that stands', (code) => {
		expect(wasNotCarriedOut(networkFault(code, 'connecting'))).toBe(true);
		expect(wasNotCarriedOut(networkFault(code, 'connected'))).toBe(false);
	});

	it('what was not sent, because of what is remembered or for lack of a place: certain', () => {
		expect(wasNotCarriedOut({ kind: 'paused', status: 503, retryAfterMs: 1 })).toBe(true);
		expect(wasNotCarriedOut({ kind: 'busy', waitedMs: 1 })).toBe(true);
	});

	it('refused on this side: certain, and not to be tried again', () => {
		const refused: Fault = { kind: 'refused', message: 'The API Token in the credential is empty' };
		expect(wasNotCarriedOut(refused)).toBe(true);
		expect(isPassing(refused)).toBe(false);
	});

	it('an answer that cannot be read leaves it open', () => {
		expect(wasNotCarriedOut({ kind: 'unreadable', what: 'truncated' })).toBe(false);
	});
});

describe('whether it may pass by itself', () => {
	it('by status', () => {
		expect([408, 429, 500, 502, 503, 504].every((code) => isPassing(status(code)))).toBe(true);
		expect([301, 400, 401, 403, 404, 410, 422, 501].some((code) => isPassing(status(code)))).toBe(
			false,
		);
	});

	it('by network code', () => {
		expect(
			['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'ECONNREFUSED'].every((code) =>
				isPassing(networkFault(code)),
			),
		).toBe(true);
		expect(
			['ENOTFOUND', 'CERT_HAS_EXPIRED', 'ERR_INVALID_URL'].some((code) =>
				isPassing(networkFault(code)),
			),
		).toBe(false);
	});

	it('a truncated answer may, another page or a stuck list may not', () => {
		expect(isPassing({ kind: 'unreadable', what: 'truncated' })).toBe(true);
		expect(isPassing({ kind: 'unreadable', what: 'html' })).toBe(false);
		expect(isPassing({ kind: 'stuck', why: 'missing' })).toBe(false);
		expect(isPassing({ kind: 'cancelled' })).toBe(false);
	});
});

it('only 429 is a rate limit, met or remembered', () => {
	expect([isRateLimited(status(429)), isRateLimited(status(503))]).toEqual([true, false]);
	const paused = (code: number): Fault => ({ kind: 'paused', status: code, retryAfterMs: 1 });
	expect([isRateLimited(paused(429)), isRateLimited(paused(503))]).toEqual([true, false]);
});

it('certificates and the rest of TLS are kept apart', () => {
	const kinds = ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EPROTO', 'ECONNRESET'].map(
		(code) => [isCertificateFault(code), isTlsFault(code)],
	);
	expect(kinds).toEqual([
		[true, false],
		[true, false],
		[false, true],
		[false, false],
	]);
});

it.each([407, 511])('%i is from between, and so is whatever came as a web page', (code) => {
	expect(isFromBetween(status(code))).toBe(true);
	expect(isFromBetween(status(403))).toBe(false);
	expect(isFromBetween({ kind: 'status', status: 403, isPage: true })).toBe(true);
	expect(isRefusedBy({ kind: 'status', status: 403, isPage: true }, [403])).toBe(false);
	expect(isRefusedBy(status(403), [403])).toBe(true);
});
