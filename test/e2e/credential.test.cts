/** The credential in a real n8n: its test over REST, and where the token goes. */
import { portOf } from '@test/listening.cjs';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

import { errorsKnowTheirCause } from '@host/features.cjs';
import { itemsOf } from '@host/runResult.cjs';
import type { WorkflowNode } from '@host/workflow.cjs';
import {
	credentialTestMessages,
	credentialTestText,
	knownStatuses,
} from '@nodes/shared/words/credential';
import { inOneText } from '@nodes/shared/words/words';
import { makeCertificate } from '@simulator/certificate.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { makeWorld, manual, proofpointApi, proofpointNode, type World } from './setup.cjs';

/** Where it does not, n8n's credential test never finds the words that a credential has for a status. */
const hostFindsStatus = errorsKnowTheirCause();

let world: World;
let elsewhere: Simulator;

beforeAll(async () => {
	elsewhere = await startSimulator({ events: 5, seed: 9 });
	world = await makeWorld({ events: 20, seed: 8, tokens: { groupsOnly: ['Groups'] } });
	await world.n8n.start();
}, 360_000);
afterAll(async () => {
	await world.stop();
	await elsewhere.stop();
});
beforeEach(async () => {
	await world.simulator.clearRequests();
	await world.simulator.clearFaults();
});

function data(changed: Record<string, unknown> = {}): object {
	const { url, token } = world.simulator;
	return { portalUrl: url, apiToken: token, allowCustomHost: true, ...changed };
}

describe('the credential test', () => {
	const test = async (changed: Record<string, unknown> = {}) => {
		const result = await world.n8n.client.testCredential('proofpointApi', data(changed));
		expect(JSON.stringify(result)).not.toContain(world.simulator.token);
		return result;
	};

	it('succeeds with one small request', async () => {
		expect(await test()).toMatchObject({ status: 'OK' });
		const { requests } = await world.simulator.requests();
		expect(requests.map(({ path, query }) => [path, query])).toEqual([
			['/api/v1/events', { limit: '2' }],
		]);
	});

	it('forgives a pasted prefix, blanks and a deep link', async () => {
		const result = await test({
			apiToken: `  API-Token ${world.simulator.token} `,
			portalUrl: `${world.simulator.url}/0/admin/dashboard`,
		});
		expect(result).toMatchObject({ status: 'OK' });
	});

	it.each([
		[
			'a wrong token',
			{ apiToken: 'wrong' },
			hostFindsStatus
				? /refused access \(403\).*“Security Events”/
				: /^Forbidden - perhaps check your credentials/,
		],
		['an empty token', { apiToken: ' ' }, /The API Token in the credential is empty/],
		[
			'a host that is no portal',
			{ allowCustomHost: false, portalUrl: 'https://acme.example.com' },
			/^The token was not sent: acme\.example\.com is not a Proofpoint portal/,
		],
		[
			'a look-alike host',
			{ allowCustomHost: false, portalUrl: 'https://acme.tessian-platform.com.evil.example' },
			/The token was not sent/,
		],
		['plain http', { portalUrl: 'http://gateway.example.com' }, /must start with https/],
	])('says what is wrong: %s', async (_case, changed, message) => {
		const result = await test(changed);
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(message);
		process.stderr.write(`credential test, ${_case}: ${result.message}\n`);
	});

	const lost = hostFindsStatus ? '' : ' (this n8n loses the status)';
	(hostFindsStatus ? it : it.skip)(
		`names a missing permission, a 401 and a redirect${lost}`,
		async () => {
			const { groupsOnly } = world.simulator.tokens;
			expect((await test({ apiToken: groupsOnly })).message).toContain('“Security Events”');
			// n8n itself repeats a request once after a 401, for credentials that renew their token.
			await world.simulator.addFaults({
				endpoint: 'events',
				times: 2,
				action: { kind: 'status', status: 401 },
			});
			expect((await test()).message).toContain('did not accept the API token (401)');
			await world.simulator.addFaults({
				endpoint: 'events',
				action: { kind: 'redirect', to: `${elsewhere.url}/api/v1/events` },
			});
			expect((await test()).message).toContain('redirects to another address');
		},
	);

	it('sends no token where a redirect leads', async () => {
		await world.simulator.addFaults({
			endpoint: 'events',
			action: { kind: 'redirect', to: `${elsewhere.url}/api/v1/events` },
		});
		expect((await test()).status).toBe('Error');
		expect((await elsewhere.requests()).requests).toHaveLength(0);
	});

	(hostFindsStatus ? it : it.skip)(
		`whatever status comes back, it says so in our words, with JSON, a page or nothing in it${lost}`,
		async () => {
			const bodies = ['problem', 'html', 'empty'] as const;
			// Each status with one kind of body; those with words of their own with every kind.
			const cases = knownStatuses.flatMap((status, index) =>
				bodies
					.filter((_, at) => at === index % 3 || credentialTestText(status) !== usual(status))
					.map((body) => ({ status, body })),
			);
			for (const { status, body } of cases) {
				await world.simulator.clearFaults();
				// Every time: n8n itself repeats a request once after a 401.
				await world.simulator.addFaults({
					endpoint: 'events',
					times: 0,
					action: { kind: 'status', status, body },
				});
				const text = credentialTestText(status);
				expect([status, body, (await test()).message]).toEqual([status, body, text]);
			}
		},
		360_000,
	);

	it.each([
		['a web page', { kind: 'html-200' }, 'webPage'],
		['other JSON', { kind: 'wrong-envelope', body: { items: [] } }, 'undocumented'],
		['an error', { kind: 'wrong-envelope', body: { error: 'locked' } }, 'undocumented'],
		['nothing', { kind: 'status', status: 204 }, 'undocumented'],
		['half an answer', { kind: 'truncate', length: 'correct' }, 'undocumented'],
	] as const)('a status 200 with something else is no success: %s', async (_name, action, name) => {
		await world.simulator.addFaults({ endpoint: 'events', times: 0, action });
		expect(await test()).toMatchObject({
			status: 'Error',
			message: inOneText(credentialTestMessages[name]()),
		});
	});
});

describe('a host that does not respond: n8n shows the bare code, which docs/credential.md explains', () => {
	const closers: Array<() => unknown> = [];
	afterAll(() => {
		for (const close of closers) close();
	});

	async function listening(server: Server): Promise<number> {
		const sockets = new Set<Socket>();
		server.on('connection', (socket: Socket) => {
			sockets.add(socket);
			socket.on('error', () => undefined);
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		closers.push(() => {
			for (const socket of sockets) socket.destroy();
			server.close();
		});
		return portOf(server);
	}

	const hosts: Array<[string, () => Promise<string>, RegExp]> = [
		['nobody listens', async () => 'http://127.0.0.1:9', /^ECONNREFUSED$/],
		['no such name', async () => 'https://portal.invalid', /^(?:ENOTFOUND|EAI_AGAIN)$/],
		[
			'the connection is closed',
			async () => `http://127.0.0.1:${await listening(createServer((socket) => socket.destroy()))}`,
			/^(?:ECONNRESET|EPIPE)$/,
		],
		[
			'no HTTP',
			async () =>
				`http://127.0.0.1:${await listening(createServer((socket) => socket.end('220 mail ready\r\n')))}`,
			/^HPE_/,
		],
		[
			'no TLS',
			async () =>
				`https://127.0.0.1:${await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))}`,
			/^(?:EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
		],
		[
			'a certificate of its own',
			async () => `https://127.0.0.1:${await listening(createTlsServer(makeCertificate()))}`,
			/^(?:DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID)$/,
		],
	];
	const page = readFileSync(path.resolve(__dirname, '../../../docs/credential.md'), 'utf8');

	it.each(hosts)(
		'%s',
		async (name, hostOf, code) => {
			const portalUrl = await hostOf();
			const { message } = await world.n8n.client.testCredential(
				'proofpointApi',
				data({ portalUrl }),
			);
			process.stderr.write(`credential test, ${name}: ${message}\n`);
			if (!hostFindsStatus) return expect(message).toMatch(/\w+ \w+/);
			expect(message).toMatch(code);
			expect(page).toContain(`\`${message.replace(/^(HPE_).*/, '$1')}`);
		},
		120_000,
	);
});

/** What is said of a status of the same hundred that has no words of its own. */
function usual(status: number): string {
	const hundred = Math.floor(status / 100) * 100;
	const other = { 300: 307, 400: 418, 500: 503 }[hundred] ?? status;
	return credentialTestText(other).replace(`(${other})`, `(${status})`);
}

describe('the HTTP Request node with this credential', () => {
	const request = (url: string): WorkflowNode => ({
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'proofpointApi',
			options: {},
		},
		credentials: { proofpointApi },
	});

	it('attaches the token on the portal', async () => {
		const [result] = await world.n8n.executeMany([
			manual('http-portal', request(`${world.simulator.url}/api/v1/events?limit=2`)),
		]);
		expect(result?.status).toBe('success');
		expect(result ? itemsOf(result, 'HTTP Request') : []).toHaveLength(1);
	});

	it('sends nothing to another host', async () => {
		const [result] = await world.n8n.executeMany([
			manual('http-elsewhere', request(`${elsewhere.url}/api/v1/events?limit=2`)),
		]);
		expect(result?.status).toBe('error');
		expect(JSON.stringify(result?.error)).toContain('The token was not sent');
		expect((await elsewhere.requests()).requests).toHaveLength(0);
	});

	it('follows no redirect with the token', async () => {
		await world.simulator.addFaults({
			endpoint: 'events',
			action: { kind: 'redirect', to: `${elsewhere.url}/api/v1/events` },
		});
		const [result] = await world.n8n.executeMany([
			manual('http-redirect', request(`${world.simulator.url}/api/v1/events?limit=2`)),
		]);
		expect(result?.status).toBe('error');
		expect((await elsewhere.requests()).requests).toHaveLength(0);
	});
});

it('a node tells a network fault by its code: a portal that refuses the connection', async () => {
	await world.n8n.importCredentials([
		{
			id: 'nobody-there',
			name: 'Nobody there',
			type: 'proofpointApi',
			data: { ...data({ portalUrl: 'http://127.0.0.1:9' }) },
		},
	]);
	const node = proofpointNode('Get', 'proofpointAudit', { operation: 'getPage' });
	const credentials = { proofpointApi: { id: 'nobody-there', name: 'Nobody there' } };
	const [result] = await world.n8n.executeMany([manual('nobody-there', { ...node, credentials })]);
	expect(result?.error?.message).toBe('The portal 127.0.0.1:9 refused the connection');
}, 120_000);
