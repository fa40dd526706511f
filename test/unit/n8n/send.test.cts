/**
 * What is certainly not sent, and what may have been: through n8n-core's real request helper and the real
 * credential, with the portal stood in by nock.
 */
import { createRequire } from 'node:module';

import type * as Config from '@n8n/config';
import type * as DependencyInjection from '@n8n/di';
import type { INodeType } from 'n8n-workflow';

import { exchange } from '@nodes/shared/core/exchange';
import { wasNotCarriedOut, type Fault } from '@nodes/shared/core/fault';
import { Governor } from '@nodes/shared/core/governor';
import { send } from '@nodes/shared/n8n/send';
import { hostClock } from '@nodes/shared/n8n/connection';
import { wordsFor } from '@nodes/shared/n8n/messages';
import type { Words } from '@nodes/shared/words/words';
import { runNode, type CredentialData } from '@test/integration/host.cjs';
import { nock, OutsideError } from './outsideNock.cjs';

const portal = 'https://acme.tessian-platform.com';
const good = { portalUrl: portal, apiToken: 's3cr3t-t0ken', allowCustomHost: false };
const path = '/api/v1/groups/42';

/** How the deletion of a group ended: `undefined` when it was carried out. */
interface End {
	fault: Fault;
	words: Words;
}

/** Deletes a group with our `send` in a node of its own, run by the host. */
async function deleteGroup(
	credential: CredentialData,
	origin = credential.portalUrl,
): Promise<End | undefined> {
	let end: End | undefined;
	const field = { type: 'string' as const, default: 'probe' };
	const nodeType: INodeType = {
		description: {
			displayName: 'Probe',
			name: 'probe',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Probe' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'proofpointApi' }],
			properties: [
				{ ...field, displayName: 'Resource', name: 'resource' },
				{ ...field, displayName: 'Operation', name: 'operation' },
			],
		},
		customOperations: {
			probe: {
				async probe() {
					const clock = hostClock(this);
					const answer = await exchange({
						owner: this,
						governor: new Governor(clock),
						clock,
						secrets: [],
						readOnly: false,
						patienceMs: 0,
						read: () => true,
						send: async () =>
							await send(
								this,
								{ origin, credentials: credential, credentialId: 'c' },
								{ method: 'DELETE', url: path },
							),
					});
					if (answer.ok) return [[]];
					const { fault } = answer;
					end = {
						fault,
						words: wordsFor(fault, { endpoint: 'groupDelete', origin }),
					};
					return [[]];
				},
			},
		},
	};
	await runNode({ nodeType, parameters: {}, credential });
	return end;
}

it('a good credential sends', async () => {
	const deletion = nock(portal).delete(path).reply(204);
	expect(await deleteGroup(good)).toBeUndefined();
	expect(deletion.isDone()).toBe(true);
});

describe('what the credential refuses is certainly not sent, in its own words', () => {
	it.each([
		['no token', { ...good, apiToken: '' }, /^The API Token in the credential is empty$/],
		['only the prefix', { ...good, apiToken: ' API-Token ' }, /^The API Token .* is empty$/],
		['a line break', { ...good, apiToken: 'abc\r\nX-Evil: 1' }, /contains spaces, line breaks/],
		['a strange letter', { ...good, apiToken: 'abcü' }, /contains spaces, line breaks or special/],
		['another host', { ...good, portalUrl: 'https://evil.example' }, /evil\.example is not a Pro/],
		['no host', { ...good, portalUrl: '' }, /^The Portal URL in the credential is empty$/],
		['no encryption', { ...good, portalUrl: 'http://acme.tessian-app.com' }, /start with https/],
	])('%s', async (_name, credential, message) => {
		const seen = [portal, 'https://evil.example', 'http://acme.tessian-app.com'].map((origin) =>
			nock(origin).delete(path).reply(204),
		);
		const end = await deleteGroup(credential);
		expect(end).toMatchObject({
			fault: { kind: 'refused' },
			words: {
				message: expect.stringMatching(message),
				hint: expect.stringMatching(/Nothing was sent\.$/),
			},
		});
		expect(end && wasNotCarriedOut(end.fault)).toBe(true);
		expect(seen.some((request) => request.isDone())).toBe(false);
	});

	it('a request for another host than the portal of the credential', async () => {
		const evil = nock('https://evil.example').delete(path).reply(204);
		expect(await deleteGroup(good, 'https://evil.example')).toMatchObject({
			fault: { kind: 'refused', message: expect.stringMatching(/^The token was not sent/) },
		});
		expect(evil.isDone()).toBe(false);
	});
});

describe('what the host refuses before it sends', () => {
	// The host's own copies: those at the top of node_modules may be others.
	const { resolve } = createRequire(require.resolve('n8n-core'));
	const { Container } = jest.requireActual<typeof DependencyInjection>(resolve('@n8n/di'));
	const config = jest.requireActual<typeof Config>(resolve('@n8n/config'));
	const protection = Container.get(config.SsrfProtectionConfig);

	beforeEach(() => {
		protection.enabled = true;
	});
	afterEach(() => {
		protection.enabled = false;
	});

	it('an address that this n8n may not reach keeps the words of the host', async () => {
		const local = 'http://127.0.0.1:9';
		const seen = nock(local).delete(path).reply(204);
		expect(await deleteGroup({ ...good, portalUrl: local, allowCustomHost: true })).toMatchObject({
			fault: { kind: 'refused', bySsrfProtection: true },
			words: {
				message: 'The SSRF protection of n8n blocks requests to 127.0.0.1:9',
				hint: expect.stringMatching(
					/blocked.*restricted IP.*127\.0\.0\.1.*N8N_SSRF_ALLOWED_HOSTNAMES.*Nothing was sent\.$/,
				),
			},
		});
		expect(seen.isDone()).toBe(false);
	});
});

describe('a broken connection', () => {
	it.each([
		['ECONNREFUSED', 'connect', false],
		['EHOSTUNREACH', 'connect', false],
		['ENOTFOUND', 'getaddrinfo', false],
		['CERT_HAS_EXPIRED', undefined, false],
		['ECONNRESET', 'read', true],
		['EHOSTUNREACH', 'read', true],
		['ENETDOWN', 'write', true],
		['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', undefined, true],
		['ETIMEDOUT', 'connect', false],
		['EHOSTUNREACH', undefined, true],
		['EPROTO', 'write', true],
		['ECONNRESET', undefined, true],
	])('%s in %s: may have been carried out: %p', async (code, syscall, sent) => {
		nock(portal)
			.delete(path)
			.replyWithError(
				Object.assign(new OutsideError('broken'), { code, ...(syscall ? { syscall } : {}) }),
			);
		const end = await deleteGroup(good);
		expect(end).toMatchObject({ fault: { kind: 'network', code, sent } });
		expect(/^It is not known/.test(end?.words.hint ?? '')).toBe(sent);
	});
});
