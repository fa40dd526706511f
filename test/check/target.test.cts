/** What the command line and the environment say: which portal may see the token, and what is refused in plain words. */
import { readOptions, UsageError } from '../../scripts/check/target.cjs';

const token = 'secret-token-1';

function options(env: Record<string, string>, args: string[] = []) {
	return readOptions(args, env);
}

/** The words of a refusal. */
function refused(env: Record<string, string>, args: string[] = []): string {
	try {
		options(env, args);
	} catch (error) {
		if (error instanceof UsageError) return error.message;
		throw error;
	}
	throw new Error('It was not refused');
}

const at = (url: string, more: Record<string, string> = {}) => ({
	PROOFPOINT_PORTAL_URL: url,
	PROOFPOINT_API_TOKEN: token,
	...more,
});

it('without variables, or with blank ones, it is the simulator', () => {
	expect(options({})).toEqual({ pauseMs: 0, report: 'proofpoint-check.json' });
	expect(options(at(' ', { PROOFPOINT_API_TOKEN: '' }))?.target).toBeUndefined();
	expect(options({}, ['--help'])).toBeUndefined();
});

it.each([
	'https://acme.tessian-platform.com',
	'acme.tessian-app.com',
	' https://ACME.tessian-app.com/0/admin ',
])('a portal of Proofpoint, a request a second: %s', (url) => {
	expect(options(at(url))).toMatchObject({
		target: { token, isLoopback: false, isOfficial: true },
		pauseMs: 1_000,
	});
});

it.each(['http://127.0.0.1:4711', 'http://localhost:4711/x', 'https://[::1]:4711'])(
	'a host of this machine, faster: %s',
	(url) => {
		expect(options(at(url))).toMatchObject({
			target: { isLoopback: true, isOfficial: false },
			pauseMs: 100,
		});
		expect(options(at(url), ['--pause', '0'])?.pauseMs).toBe(0);
	},
);

it('another host only where that is allowed, and never unencrypted', () => {
	const host = 'https://gateway.example';
	expect(options(at(host, { PROOFPOINT_ALLOW_CUSTOM_HOST: 'true' }))?.target).toMatchObject({
		origin: host,
		isLoopback: false,
		isOfficial: false,
	});
	expect(refused(at(host))).toMatch(
		/is not a Proofpoint portal.*PROOFPOINT_ALLOW_CUSTOM_HOST=true/,
	);
	const open = at('http://gateway.example', { PROOFPOINT_ALLOW_CUSTOM_HOST: 'true' });
	expect(refused(open)).toMatch(/must start with https/);
});

it.each([
	'http://127.0.0.1.evil.example',
	'https://localhost.evil.example',
	'https://localhost:x@evil.example',
	'https://evil.example/127.0.0.1',
	'https://evil.example#.tessian-app.com',
	'https://acme.tessian-app.com.evil.example',
])('a host that only looks like one of them: %s', (url) => {
	expect(refused(at(url))).not.toContain(token);
});

it('an address is what the browser makes of it, not what it looks like', () => {
	// A backslash ends the host, so this is no other one.
	expect(options(at('https://127.0.0.1\\@evil.example'))?.target?.origin).toBe('https://127.0.0.1');
});

it('half of the two, or something else than a token or a switch', () => {
	expect(refused({ PROOFPOINT_PORTAL_URL: 'https://acme.tessian-app.com' })).toMatch(
		/PROOFPOINT_API_TOKEN is not/,
	);
	expect(refused({ PROOFPOINT_API_TOKEN: token })).toMatch(/PROOFPOINT_PORTAL_URL is not/);
	const good = 'https://acme.tessian-app.com';
	expect(refused(at(good, { PROOFPOINT_API_TOKEN: 'secret-\ntoken-1' }))).toMatch(
		/PROOFPOINT_API_TOKEN contains/,
	);
	expect(refused(at(good, { PROOFPOINT_API_TOKEN: 'API-Token ' }))).toMatch(
		/PROOFPOINT_API_TOKEN is empty/,
	);
	expect(refused(at(good, { PROOFPOINT_ALLOW_CUSTOM_HOST: 'perhaps' }))).toMatch(
		/neither true nor false/,
	);
});

it('no faster than a request a second, and only options that there are', () => {
	const portal = at('https://acme.tessian-app.com');
	for (const pause of ['0', '999', '-1', 'x', '', '1e9']) {
		expect(refused(portal, [`--pause=${pause}`])).toMatch(/--pause takes milliseconds, from 1000/);
	}
	expect(options(portal, ['--pause', '30000'])?.pauseMs).toBe(30_000);
	expect(refused(portal, ['--report', ' '])).toMatch(/--report/);
	expect(refused(portal, ['--tokn', token])).not.toContain(token);
	expect(refused(portal, [token])).not.toContain(token);
});
