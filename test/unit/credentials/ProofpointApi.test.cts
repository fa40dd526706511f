import {
	UserError,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import { ProofpointApi } from '@credentials/ProofpointApi.credentials';

const portal = 'https://acme.tessian-platform.com';
const good = {
	portalUrl: `${portal}/0/admin/`,
	apiToken: ' API-Token s3cr3t.token ',
	allowCustomHost: false,
};

async function attach(request: object, credentials: ICredentialDataDecryptedObject = good) {
	const options: IHttpRequestOptions = Object.assign({ url: '' }, request);
	// The older shape of the host has no `url` at all.
	if (!('url' in request)) Reflect.deleteProperty(options, 'url');
	return await new ProofpointApi().authenticate(credentials, options);
}

const noRedirect = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
};

describe('the token is attached', () => {
	it.each([
		['url', { url: `${portal}/api/v1/events` }],
		['uri, as the HTTP Request node has it', { uri: `${portal}/api/v1/events` }],
		['url relative to baseURL', { url: '/api/v1/events', baseURL: portal }],
		['upper case', { url: 'https://ACME.Tessian-Platform.com/api' }],
	])('to a request on the portal: %s', async (_name, request) => {
		expect(await attach(request)).toEqual({
			...request,
			...noRedirect,
			headers: { Authorization: 'API-Token s3cr3t.token' },
		});
	});

	it('to the bare path of the credential test, on the portal of the credential', async () => {
		const { test } = new ProofpointApi();
		expect(await attach(test.request)).toMatchObject({
			...noRedirect,
			baseURL: portal,
			url: '/api/v1/events',
			qs: { limit: 2 },
			headers: { Authorization: 'API-Token s3cr3t.token' },
		});
	});

	it('over a header of the same name, beside the others, without changing the request given', async () => {
		const request = {
			url: `${portal}/x`,
			headers: { Accept: 'a', Authorization: 'mine' },
			followRedirect: true,
		};
		const copy = structuredClone(request);
		const sent = await attach(request);
		expect(sent.headers).toEqual({
			Accept: 'a',
			Authorization: 'API-Token s3cr3t.token',
		});
		expect(sent).toMatchObject(noRedirect);
		expect(request).toEqual(copy);
	});

	it('to a simulator, with a custom host allowed', async () => {
		const credentials = {
			portalUrl: 'http://127.0.0.1:4010',
			apiToken: 't',
			allowCustomHost: true,
		};
		expect(await attach({ url: 'http://127.0.0.1:4010/api/v1/events' }, credentials)).toMatchObject(
			{
				headers: { Authorization: 'API-Token t' },
			},
		);
	});
});

describe('the token is not sent', () => {
	it.each([
		['url', { url: 'https://evil.example/api' }],
		['uri', { uri: 'https://evil.example/api' }],
		['an absolute url over the portal as base', { url: 'https://evil.example/', baseURL: portal }],
		['a path with the portal in it', { url: 'https://evil.example/?x=acme.tessian-platform.com' }],
		['a longer host', { url: `${portal}.evil.example/` }],
		['user information', { url: 'https://acme.tessian-platform.com@evil.example/' }],
		['two slashes', { url: '//evil.example/api' }],
		['slash and backslash', { url: '/\\evil.example/api' }],
		['two slashes in uri', { uri: '//evil.example/api' }],
		['plain http', { url: 'http://acme.tessian-platform.com/api' }],
		['another tenant', { url: 'https://other.tessian-platform.com/api' }],
		['another base', { url: '/api/v1/events', baseURL: 'https://evil.example' }],
		['a url on the portal, a base elsewhere', { url: 'api', baseURL: 'https://evil.example' }],
		['another port', { url: `${portal}:8443/api` }],
		['nothing', {}],
		['an empty url', { url: '' }],
	])('elsewhere: %s', async (_name, request) => {
		const sent = attach(request);
		await expect(sent).rejects.toThrow(
			/The token was not sent: the request does not go to the portal/,
		);
		await expect(sent).rejects.not.toThrow(/s3cr3t/);
	});

	it('when url leads elsewhere and uri to the portal: the host goes by url', async () => {
		const request = { url: 'https://evil.example/api', uri: `${portal}/api` };
		await expect(attach(request)).rejects.toThrow(/The token was not sent/);
	});

	it.each([
		[
			'another host than Proofpoint’s',
			{ ...good, portalUrl: 'https://evil.example' },
			/evil\.example is not a Proofpoint portal/,
		],
		[
			'a look-alike',
			{ ...good, portalUrl: 'acme.tessian-platform.com.evil.example' },
			/is not a Proofpoint portal/,
		],
		['http', { ...good, portalUrl: 'http://acme.tessian-platform.com' }, /must start with https/],
		['no address', { ...good, portalUrl: '' }, /Portal URL in the credential is empty/],
		['no token', { ...good, apiToken: ' ' }, /API Token in the credential is empty/],
		['only the prefix', { ...good, apiToken: 'API-Token ' }, /API Token/],
		[
			'a line break in the token',
			{ ...good, apiToken: 'abc\r\nX-Evil: 1' },
			/contains spaces, line breaks/,
		],
		['a blank in the token', { ...good, apiToken: 'abc def' }, /contains spaces/],
		['a letter that no token has', { ...good, apiToken: 'abcü' }, /special characters/],
	])('%s: refused in words', async (_name, credentials, words) => {
		const sent = attach({ url: `${portal}/api/v1/events` }, credentials);
		await expect(sent).rejects.toThrow(words);
		await expect(sent).rejects.toBeInstanceOf(UserError);
	});
});

describe('the credential test', () => {
	it('has words for what the API answers', () => {
		const { test } = new ProofpointApi();
		const words = new Map(
			(test.rules ?? []).map(({ properties }) => [
				'value' in properties ? properties.value : 0,
				properties.message,
			]),
		);
		for (const status of [301, 302, 307, 308, 401, 403, 404, 429, 500, 502, 503, 504]) {
			expect(words.get(status)).toMatch(/\.$/);
			expect(words.get(status)).not.toMatch(/[{}]|<[a-z]|undefined/);
		}
		expect(words.get(403)).toContain('Security Events');
	});
});
