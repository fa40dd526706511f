import { NodeApiError, type INode } from 'n8n-workflow';

import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';
import { networkFault, wasNotCarriedOut, type Fault } from '@nodes/shared/core/fault';
import { seconds, wordsFor, wordsForOtherItem } from '@nodes/shared/n8n/messages';

const origin = 'https://acme.tessian-platform.com';
const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
const statuses = [
	300, 301, 302, 307, 400, 401, 402, 403, 404, 405, 407, 408, 409, 410, 413, 415, 418, 422, 429,
	500, 501, 502, 503, 504, 511, 520, 599,
];
const codes = [
	'ENOTFOUND',
	'ECONNREFUSED',
	'ECONNRESET',
	'ECONNABORTED',
	'ETIMEDOUT',
	'ESOCKETTIMEDOUT',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENETDOWN',
	'EPIPE',
	'EPROTO',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'ERR_INVALID_URL',
	'ERR_FR_TOO_MANY_REDIRECTS',
	'UNKNOWN',
];
const faults: Fault[] = [
	...statuses.map((status): Fault => ({ kind: 'status', status })),
	...codes.map((code) => networkFault(code)),
	...(['envelope', 'error', 'html', 'text', 'truncated'] as const).map(
		(what): Fault => ({ kind: 'unreadable', what }),
	),
	{ kind: 'refused', message: 'The API Token in the credential is empty', hint: 'Paste it.' },
	{ kind: 'refused', message: 'The request was blocked by this n8n' },
	{ kind: 'refused', message: 'The request was blocked by this n8n', bySsrfProtection: true },
	...[400, 401, 403, 404, 407, 429, 502, 503, 511].map(
		(status): Fault => ({ kind: 'status', status, isPage: true, waitedMs: 90_000 }),
	),
	{ kind: 'paused', status: 429, retryAfterMs: 40_000 },
	{ kind: 'paused', status: 503, retryAfterMs: 100_000 },
	{ kind: 'busy', waitedMs: 27_000 },
	{ kind: 'stuck', why: 'missing' },
	{ kind: 'stuck', why: 'repeated' },
	{ kind: 'cancelled' },
];
const node: INode = {
	id: '1',
	name: 'Proofpoint',
	type: 'x',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

describe('every endpoint and every fault', () => {
	it.each(names)('%s: a sentence and a way out', (endpoint) => {
		for (const fault of faults) {
			const { message, hint } = wordsFor(fault, { endpoint, origin, id: '42' });
			const whole = `${message} ${hint}`;
			expect(message).toMatch(/^(?:[A-Z]|acme\.)/);
			expect(message.length).toBeGreaterThan(20);
			expect(message.length).toBeLessThan(160);
			expect(hint).toMatch(/[.”]$/);
			expect(whole).not.toMatch(
				/undefined|null|NaN|\[object|[{}]|<[a-z!\/]|\bat \w+ \(|API-Token [a-z]/,
			);
			// Codes of Node.js are for programmers, and n8n replaces a message that has one by its own.
			expect(whole).not.toMatch(/\bE[A-Z]{4,}\b|ERR_|CERT_|SELF_SIGNED/);
		}
	});

	it.each(names)('%s: a 403 names the permission', (endpoint) => {
		const { message, hint } = wordsFor({ kind: 'status', status: 403 }, { endpoint, origin });
		expect(message).toContain(`“${endpoints[endpoint].permission}”`);
		expect(message).toMatch(/^Proofpoint refused access \(403\)\. /);
		expect(hint).toMatch(
			/three causes.* 1\. .*give it to that user.* 2\. .*wrong or deleted: create a new one.* 3\. .*not enabled.*ask Proofpoint’s support/,
		);
	});

	it('n8n shows our message as it is', () => {
		for (const endpoint of names) {
			for (const fault of faults) {
				const { message, hint } = wordsFor(fault, {
					endpoint,
					origin,
					id: '42',
				});
				const httpCode = fault.kind === 'status' ? { httpCode: String(fault.status) } : {};
				const error = new NodeApiError(
					node,
					{ message },
					{ message, description: hint, ...httpCode },
				);
				expect(error.message).toBe(message);
				expect(error.description).toBe(hint);
			}
		}
	});

	it('also where only the message is given', () => {
		for (const fault of faults) {
			const { message } = wordsFor(fault, { endpoint: 'events', origin });
			expect(new NodeApiError(node, { message }, { message }).message).toBe(message);
		}
	});
});

describe('particular words', () => {
	const say = (fault: Fault, endpoint: EndpointName, id?: string) =>
		wordsFor(fault, { endpoint, origin, ...(id === undefined ? {} : { id }) });

	it('a group that is not there, an event that is not there', () => {
		expect(say({ kind: 'status', status: 404 }, 'groupDelete', '42').message).toBe(
			'There is no group with the ID 42',
		);
		expect(say({ kind: 'status', status: 404 }, 'deleteFromInbox', 'e1').message).toBe(
			'There is no event with the ID e1',
		);
	});

	it('company risk that was removed', () => {
		for (const status of [404, 410]) {
			expect(say({ kind: 'status', status }, 'companyRisk').message).toMatch(
				/no longer offers company risk/,
			);
		}
	});

	it('what the API said is quoted', () => {
		expect(
			say({ kind: 'status', status: 400, detail: 'limit is too large' }, 'events').hint,
		).toMatch(/Proofpoint said: “limit is too large”$/);
	});

	it('how long was waited, and how long Proofpoint asks to wait', () => {
		const { message, hint } = say(
			{ kind: 'status', status: 429, waitedMs: 290_000, retryAfterMs: 40_000 },
			'events',
		);
		expect(message).toMatch(/even after retrying for 5 min$/);
		expect(hint).toMatch(/another 40 s/);
	});

	it('a write that was answered with something else is not spoken of as data', () => {
		for (const what of ['html', 'error'] as const) {
			expect(say({ kind: 'unreadable', what }, 'groupDelete').message).toMatch(
				/instead of a confirmation of the action$/,
			);
			expect(say({ kind: 'unreadable', what }, 'group').message).toMatch(/instead of data$/);
		}
	});

	it('an error under the status 200 is quoted', () => {
		expect(
			say({ kind: 'unreadable', what: 'error', detail: 'locked' }, 'groupDelete').hint,
		).toMatch(/Proofpoint said: “locked”$/);
	});

	it('what was refused before it was sent keeps its own words, and says that nothing was sent', () => {
		expect(
			say({ kind: 'refused', message: 'The token is empty', hint: 'Paste it.' }, 'groupDelete'),
		).toEqual({ message: 'The token is empty', hint: 'Paste it. Nothing was sent.' });
	});

	it('whoever sends a web page is named, never the token or the parameters as the cause', () => {
		for (const status of [400, 401, 403, 404, 407, 422, 429, 500, 502, 503, 511]) {
			for (const endpoint of names) {
				const { message, hint } = wordsFor(
					{ kind: 'status', status, isPage: true },
					{ endpoint, origin },
				);
				expect(`${message} ${hint}`).toMatch(/proxy/i);
				expect(`${message} ${hint}`).toContain(`(${status})`);
				expect(`${message} ${hint}`).not.toMatch(/permission|Create a new|Check the parameter/i);
			}
		}
	});

	it('a proxy that asks for a password is named', () => {
		for (const isPage of [true, false]) {
			const fault: Fault = { kind: 'status', status: 407, isPage, detail: 'Squid' };
			const { message, hint } = say(fault, 'releaseFromQuarantine');
			expect(message).toMatch(/^A proxy between n8n and acme.* \(407\)$/);
			expect(hint).toMatch(/“Proxy” under “Request Options”.*It said: “Squid”$/);
		}
	});

	it('what is known from an earlier answer says so', () => {
		for (const status of [429, 503]) {
			const { message, hint } = say({ kind: 'paused', status, retryAfterMs: 100_000 }, 'audits');
			expect(message).toMatch(
				new RegExp(`^This request was not sent: an earlier response .*\\(${status}\\)$`),
			);
			expect(hint).toContain('100 s');
		}
	});

	it('SSRF protection is named, and what the host said about it is quoted', () => {
		const fault: Fault = {
			kind: 'refused',
			message: 'blocked',
			hint: 'Ask.',
			bySsrfProtection: true,
		};
		const { message, hint } = say(fault, 'events');
		expect(message).toMatch(/^The SSRF protection of n8n .*acme/);
		expect(hint).toMatch(/n8n said: “blocked\. Ask\.”.*Nothing was sent\.$/);
	});

	it('with a proxy of its own a request connects to that proxy only', () => {
		for (const code of ['ENOTFOUND', 'ECONNREFUSED']) {
			const { message } = wordsFor(networkFault(code), {
				endpoint: 'events',
				origin,
				viaProxy: true,
			});
			expect(message).toMatch(/^The proxy for requests to acme/);
		}
	});

	it('a mistyped host is named', () => {
		expect(say(networkFault('ENOTFOUND'), 'events').message).toBe(
			'The portal acme.tessian-platform.com could not be found',
		);
	});
});

describe('a write that may have been carried out', () => {
	const inDoubt = (fault: Fault, endpoint: EndpointName) =>
		endpoints[endpoint].method !== 'GET' && fault.kind !== 'cancelled' && !wasNotCarriedOut(fault);

	it.each(names)(
		'%s: nothing says “try again” after it, and the first sentence says why',
		(endpoint) => {
			for (const fault of faults) {
				for (const words of [wordsFor, wordsForOtherItem]) {
					const { message, hint } = words(fault, { endpoint, origin, id: '42' });
					if (!inDoubt(fault, endpoint)) continue;
					expect(`${message}. ${hint}`).not.toMatch(/try (?:it )?again|again (?:later|in)/i);
					expect(hint).toMatch(
						words === wordsFor
							? /^It is not known whether the action was carried out, so it was not repeated\. Check the portal before/
							: /^This was the response to another item of this run\./,
					);
				}
			}
		},
	);

	it.each(names)('%s: where nothing is in doubt, nothing says so', (endpoint) => {
		for (const fault of faults) {
			if (inDoubt(fault, endpoint)) continue;
			expect(wordsFor(fault, { endpoint, origin }).hint).not.toMatch(/not known/);
		}
	});

	it('what is passing may be read again', () => {
		for (const fault of [
			{ kind: 'status', status: 503 },
			{ kind: 'status', status: 503, isPage: true },
			{ kind: 'unreadable', what: 'truncated' },
			networkFault('ETIMEDOUT'),
			networkFault('ECONNRESET'),
			networkFault('EPROTO'),
		] satisfies Fault[]) {
			expect(wordsFor(fault, { endpoint: 'events', origin }).hint).toMatch(/^Try again/);
		}
	});
});

describe('seconds', () => {
	it.each([
		[0, '1 s'],
		[1_499, '1 s'],
		[119_000, '119 s'],
		[120_000, '2 min'],
		[3_600_000, '60 min'],
		[7_200_000, '2 h'],
	])('%i ms: %s', (ms, text) => {
		expect(seconds(ms)).toBe(text);
	});
});
