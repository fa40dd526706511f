import {
	isOnPortal,
	readAccess,
	readPortal,
	readToken,
	type CredentialFields,
} from '@nodes/shared/core/portal';

const origin = 'https://acme.tessian-platform.com';
const originOf = (portalUrl: unknown, allowCustomHost: unknown = false) => {
	const portal = readPortal({ portalUrl, allowCustomHost });
	return portal.ok ? portal.origin : `refused: ${portal.message}`;
};

describe('the portal URL as people paste it', () => {
	it.each([
		'acme.tessian-platform.com',
		'https://acme.tessian-platform.com',
		'https://acme.tessian-platform.com/',
		'https://acme.tessian-platform.com///',
		'  https://acme.tessian-platform.com/0/admin/settings?tab=1#top \n',
		'HTTPS://ACME.Tessian-Platform.COM/Login',
		'acme.tessian-platform.com/0/admin',
		'acme.tessian-platform.com.',
		'https://acme.tessian-platform.com:443/',
	])('%s', (given) => {
		expect(originOf(given)).toBe(origin);
	});

	it('the other official domain, names with digits and hyphens', () => {
		expect(originOf('acme.tessian-app.com')).toBe('https://acme.tessian-app.com');
		expect(originOf('a-1.tessian-app.com')).toBe('https://a-1.tessian-app.com');
	});
});

describe('hosts that may not see the token', () => {
	it.each([
		'acme.tessian-platform.com.evil.example',
		'https://evil.example/acme.tessian-platform.com',
		'https://evil.example?acme.tessian-platform.com',
		'https://evil.example#.tessian-platform.com',
		'https://evil.example\\@acme.tessian-platform.com',
		'eviltessian-platform.com',
		'acme.eviltessian-platform.com',
		'tessian-platform.com',
		'.tessian-platform.com',
		'a.b.tessian-platform.com',
		'-a.tessian-platform.com',
		'acme.tessian-platform.co',
		'acme.tessian-platform.com.uk',
		'acme.tessian‑platform.com',
		'acme.tessian-plаtform.com',
		'acme。tessian-platform.com.evil.example',
		'acme.tessian-platform.com:8443',
		'127.0.0.1',
		'localhost',
		'https://[::1]:8080',
		'10.0.0.1',
	])('%s', (given) => {
		expect(originOf(given)).toMatch(/^refused: The token was not sent/);
	});

	it.each([
		'https://acme.tessian-platform.com@evil.example',
		'https://user:pass@acme.tessian-platform.com',
		'https://user@acme.tessian-platform.com',
	])('a user name in the address: %s', (given) => {
		expect(originOf(given)).toMatch(/^refused: .*username or password/);
		expect(originOf(given, true)).toMatch(/^refused: .*username or password/);
	});

	it('never repeats the password that was pasted', () => {
		const portal = readPortal({
			portalUrl: 'https://user:geheim@acme.tessian-platform.com',
		});
		expect(JSON.stringify(portal)).not.toContain('geheim');
	});

	it.each(['', '   ', undefined, null])('nothing: %p', (given) => {
		expect(originOf(given)).toMatch(/^refused: .*empty/);
	});

	it.each([7, {}, [], true])('no text: %p', (given) => {
		expect(originOf(given)).toMatch(/^refused: .*is not text/);
	});

	it.each(['https://', 'https://a b', 'https://acme.tessian-platform.com:99999', 'https://%zz'])(
		'no address: %s',
		(given) => {
			expect(originOf(given)).toMatch(/^refused: .*is not a valid address/);
		},
	);

	it.each([
		'http://acme.tessian-platform.com',
		'ftp://acme.tessian-platform.com',
		'ws://acme.tessian-app.com',
	])('another scheme than https: %s', (given) => {
		expect(originOf(given)).toMatch(/^refused: .*must start with https/);
		expect(originOf(given, true)).toMatch(/^refused: .*must start with https/);
	});

	it('every refusal says what to do', () => {
		for (const portalUrl of [
			'',
			'evil.example',
			'http://x.example',
			'https://u@x.example',
			'https://',
		]) {
			const portal = readPortal({ portalUrl });
			expect(portal.ok ? '' : portal.hint.length).toBeGreaterThan(30);
		}
	});
});

describe('a token in the wrong field', () => {
	const tokens = [
		'S3cr3tTokenValue0123456789abcdef',
		'0123456789abcdef0123456789abcdef01234567',
		'6f1c2d3e-4b5a-6978-8a9b-acbdcedf0e1f',
		'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJVadQssw5c',
		'q1w2e3r4t5.tessian',
	];
	const forms = (token: string): CredentialFields[] => [
		{ portalUrl: token, apiToken: 'https://acme.tessian-platform.com' },
		{ portalUrl: token, apiToken: '' },
		{ portalUrl: token, apiToken: token },
		{ portalUrl: ` https://${token}/ `, apiToken: `API-Token ${token}` },
		{ portalUrl: `https://${token}.tessian-platform.com.example`, apiToken: token },
		{ portalUrl: token, apiToken: token, allowCustomHost: true },
		{ portalUrl: `http://${token}`, apiToken: token },
	];
	it.each(tokens)('no message says it: %s', (token) => {
		for (const fields of forms(token)) {
			const access = readAccess(fields);
			if (access.ok) throw new Error(`${JSON.stringify(fields)} was accepted`);
			// The last one looks like the name of a host, and the other field does not give it away.
			if (token.endsWith('.tessian') && fields.apiToken !== token) continue;
			expect(`${access.message} ${access.hint}`.toLowerCase()).not.toContain(token.toLowerCase());
		}
	});

	it('a host is named, so that a mistake in it shows', () => {
		for (const host of [
			'acme.tessian-platform.co',
			'10.0.0.1',
			'[::1]',
			'localhost',
			'xn--acm-dma.example',
		]) {
			expect(originOf(`https://${host}`)).toContain(host);
		}
	});

	it('a short token, or the name of an official portal, is no token in the wrong field', () => {
		expect(readAccess({ portalUrl: origin, apiToken: 'acme' })).toMatchObject({ ok: true });
		expect(readAccess({ portalUrl: origin, apiToken: 'acme.tessian-platform.com' })).toMatchObject({
			ok: true,
		});
	});
});

describe('Allow Custom Host', () => {
	it('lets a gateway and a simulator in', () => {
		expect(originOf('https://gateway.acme.example:8443/x', true)).toBe(
			'https://gateway.acme.example:8443',
		);
		expect(originOf('http://127.0.0.1:4010/', true)).toBe('http://127.0.0.1:4010');
		expect(originOf('http://localhost:4010', true)).toBe('http://localhost:4010');
		expect(originOf('http://[::1]:4010', true)).toBe('http://[::1]:4010');
	});

	it('http is for a loopback host alone', () => {
		for (const given of [
			'http://10.0.0.1',
			'http://localhost.evil.example',
			'http://127.0.0.1.evil.example',
		]) {
			expect(originOf(given, true)).toMatch(/^refused: .*must start with https/);
		}
	});

	it('is read like every other switch: what is neither on nor off is refused', () => {
		for (const value of [true, 'true', ' TRUE ', 1])
			expect(originOf('gateway.example', value)).toBe('https://gateway.example');
		for (const value of [false, 'false', 0, undefined, null])
			expect(originOf('evil.example', value)).toMatch(/^refused.*is not a Proofpoint portal/);
		for (const value of ['yes', {}, '', 2])
			expect(originOf('evil.example', value)).toMatch(/^refused.*neither true nor false/);
	});

	it('a name in other letters becomes its plain form', () => {
		expect(originOf('https://bücher.example', true)).toBe('https://xn--bcher-kva.example');
	});
});

describe('readToken', () => {
	it.each([
		['abc.def', 'abc.def'],
		['  abc.def\n', 'abc.def'],
		['API-Token abc.def', 'abc.def'],
		['api-token   abc.def ', 'abc.def'],
		['Authorization: API-Token abc.def', 'abc.def'],
		['API-Tokenabc', 'API-Tokenabc'],
		['API-Token ', ''],
		['', ''],
	])('%p -> %p', (given, token) => {
		expect(readToken(given)).toBe(token);
	});

	it.each([undefined, null, 42, {}])('%p is no token', (given) => {
		expect(readToken(given)).toBe('');
	});
});

describe('isOnPortal', () => {
	it.each([
		`${origin}/api/v1/events`,
		`${origin}:443/api/v1/events`,
		'https://ACME.tessian-platform.com/api',
		'https://acme.tessian-platform.com./api',
	])('absolute: %s', (url) => {
		expect(isOnPortal(origin, url)).toBe(true);
	});

	it('relative to the portal', () => {
		expect(isOnPortal(origin, '/api/v1/events', origin)).toBe(true);
		expect(isOnPortal(origin, 'api/v1/events', `${origin}/`)).toBe(true);
		expect(isOnPortal(origin, '', origin)).toBe(true);
	});

	it.each([
		['http instead of https', 'http://acme.tessian-platform.com/api'],
		['another port', `${origin}:8443/api`],
		['another host', 'https://evil.example/api'],
		['a longer host', 'https://acme.tessian-platform.com.evil.example/api'],
		['two dots', 'https://acme.tessian-platform.com../api'],
		['user information', 'https://acme.tessian-platform.com@evil.example/'],
		['user information on the portal', 'https://user:pass@acme.tessian-platform.com/'],
		['a user name alone on the portal', 'https://user@acme.tessian-platform.com/'],
		['no scheme', '//evil.example/api'],
		['backslashes', '\\\\evil.example\\api'],
		['slash and backslash', '/\\evil.example/api'],
		['a tab within', '/\t/evil.example/api'],
		['a line break within', '/\n/evil.example/api'],
		['another tenant', 'https://other.tessian-platform.com/api'],
		['not an address', 'https://'],
		['data', 'data:text/plain,acme.tessian-platform.com'],
	])('%s does not stay there', (_name, url) => {
		expect(isOnPortal(origin, url)).toBe(false);
		expect(isOnPortal(origin, url, origin)).toBe(false);
	});

	it('a relative address without, or with another, base is not on the portal', () => {
		expect(isOnPortal(origin, '/api/v1/events')).toBe(false);
		expect(isOnPortal(origin, '/api/v1/events', '')).toBe(false);
		expect(isOnPortal(origin, '/api/v1/events', 'https://evil.example')).toBe(false);
	});

	it('an absolute address beats the base', () => {
		expect(isOnPortal(origin, 'https://evil.example/', origin)).toBe(false);
	});
});
