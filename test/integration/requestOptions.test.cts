/**
 * "Request Options", which n8n adds to every declarative node and its routing carries out: Remediation, whose
 * operations are functions, must treat them the same.
 */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { makeCertificate } from '@simulator/certificate.cjs';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { once } from 'node:events';
import {
	createServer,
	request,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

import { runNode, type CredentialData } from './host.cjs';

const nodeType = new ProofpointRemediation();
const parameters = { operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' };
let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 0, seed: 5 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

async function releasable(count: number): Promise<IDataObject[]> {
	const events = await simulator.createEvents({ count, type: 'defender', releasable: true });
	return events.map(({ id }) => ({ id }));
}

/** Sends a request on and hands its answer back. */
function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: string): void {
	const { method = 'GET', headers } = incoming;
	const onward = request(url, { method, headers }, (answer) => {
		outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(outgoing);
	});
	incoming.pipe(onward);
}

/** @returns the free port of loopback on which the server listens from now on */
async function listen(server: Server): Promise<number> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return address !== null && typeof address === 'object' ? address.port : 0;
}

/** A forward proxy that writes down what it was asked for and with which credentials. */
async function startProxy(seen: string[]): Promise<{ server: Server; port: number }> {
	const server = createServer((incoming, outgoing) => {
		const { method, url = '', headers } = incoming;
		seen.push(`${method} ${url} ${headers['proxy-authorization'] ?? ''}`);
		forward(incoming, outgoing, url);
	});
	return { server, port: await listen(server) };
}

it('goes through the proxy, with its user and password', async () => {
	const seen: string[] = [];
	const { server, port } = await startProxy(seen);
	try {
		const items = await releasable(1);
		const output = await runNode({
			nodeType,
			parameters,
			items,
			credential,
			requestOptions: { proxy: `http://us%40er:p%3Aw@127.0.0.1:${port}` },
		});
		expect(output[0]?.json.outcome).toBe('queued');
		expect(seen).toEqual([
			`POST ${simulator.url}/api/v1/remediation/release_from_quarantine Basic ${Buffer.from('us@er:p:w').toString('base64')}`,
		]);
	} finally {
		server.close();
	}
});

it('names a proxy that is no address, before anything is sent', async () => {
	const items = await releasable(2);
	await expect(
		runNode({ nodeType, parameters, items, credential, requestOptions: { proxy: 'http://:' } }),
	).rejects.toMatchObject({ message: 'The option “Proxy” is not a valid address' });
	expect((await simulator.requests()).requests).toEqual([]);
});

it('sends in batches with pauses, and links every item', async () => {
	const items = await releasable(5);
	const startedAt = Date.now();
	const output = await runNode({
		nodeType,
		parameters,
		items,
		credential,
		requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 400 } } },
	});
	expect(output.map(({ json, pairedItem }) => [json.event_id, pairedItem])).toEqual(
		items.map(({ id }, item) => [id, { item }]),
	);
	const { requests } = await simulator.requests();
	const after = requests.map(({ inMs }) => inMs - startedAt);
	// One pause before the third, two before the fifth; a busy machine only makes them longer.
	expect(after[2]).toBeGreaterThan(390);
	expect(after[4]).toBeGreaterThan(790);
});

it('ends between two batches when the execution is cancelled', async () => {
	const items = await releasable(4);
	const stop = new AbortController();
	const output = runNode({
		nodeType,
		parameters,
		items,
		credential,
		requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 60_000 } } },
		signal: stop.signal,
	});
	// Jest ends it where nothing is ever answered.
	while ((await simulator.requests()).requests[0]?.status !== 200) await pause(50);
	await pause(100);
	stop.abort();
	expect(await withoutWaiting(60_000, async () => await output)).toHaveLength(1);
	expect((await simulator.requests()).requests).toHaveLength(1);
});

it('gives up on an answer after the time-out and does not repeat the action', async () => {
	const items = await releasable(1);
	await simulator.addFaults({ endpoint: 'releaseFromQuarantine', action: { kind: 'hang' } });
	await expect(
		runNode({ nodeType, parameters, items, credential, requestOptions: { timeout: 3_000 } }),
	).rejects.toMatchObject({ description: expect.stringContaining('not known whether') });
	expect((await simulator.requests()).requests).toHaveLength(1);
	await simulator.clearFaults();
});

/** The simulator behind TLS, with a certificate that nobody has signed but itself. */
async function startTlsFront(): Promise<{ url: string; stop(): void }> {
	const { cert, key } = makeCertificate();
	const server = createTlsServer({ cert, key }, (incoming, outgoing) =>
		forward(incoming, outgoing, `${simulator.url}${incoming.url ?? ''}`),
	);
	return { url: `https://127.0.0.1:${await listen(server)}`, stop: () => server.close() };
}

describe('A certificate that cannot be trusted', () => {
	test.each([
		['an action', nodeType, parameters],
		['a list', new ProofpointAudit(), { operation: 'getPage' }],
	])(
		'is refused before anything is sent, unless SSL issues are ignored: %s',
		async (_, type, own) => {
			const front = await startTlsFront();
			try {
				const work = {
					nodeType: type,
					parameters: own,
					items: await releasable(1),
					credential: { ...credential, portalUrl: front.url },
				};
				await expect(runNode(work)).rejects.toMatchObject({
					message: expect.stringContaining('certificate is not accepted'),
				});
				expect((await simulator.requests()).requests).toEqual([]);

				const trusting = { ...work, requestOptions: { allowUnauthorizedCerts: true } };
				expect(await runNode(trusting)).toHaveLength(1);
				expect((await simulator.requests()).requests).toHaveLength(1);
			} finally {
				front.stop();
			}
		},
	);
});

describe('A read takes the options of each item', () => {
	const reads: Array<[string, INodeType, INodeParameters]> = [
		['routed', new ProofpointAudit(), { operation: 'getPage' }],
		['as a function', new Proofpoint(), { operation: 'getAll' }],
	];
	const goesOn = { onError: 'continueRegularOutput' } as const;

	it.each(reads)('%s: one that cannot be used fails its item by name', async (_, type, own) => {
		for (const [options, name] of [
			[{ timeout: '={{ $json.timeout }}' }, 'Timeout'],
			[{ allowUnauthorizedCerts: '={{ $json.timeout }}' }, 'Ignore SSL Issues'],
		] as const) {
			const good = name === 'Timeout' ? ' 5000 ' : 'false';
			const output = await runNode({
				nodeType: type,
				parameters: own,
				items: [{ timeout: good }, { timeout: 'soon' }, { nothing: 1 }],
				credential,
				settings: goesOn,
				requestOptions: options,
			});
			const failed = output.flatMap(({ json, pairedItem }) =>
				json.error === undefined ? [] : [[json.error, pairedItem]],
			);
			const message = `The request option “${name}” has an invalid value`;
			expect(failed).toEqual([1, 2].map((item) => [message, { item }]));
		}
	});

	it.each([
		['Timeout', { timeout: 1e300 }],
		['Batch Interval (ms)', { batching: { batch: { batchInterval: 2_147_483_648 } } }],
		['Items per Batch', { batching: { batch: { batchSize: 1e300 } } }],
	])('%s has an upper bound', async (name, requestOptions) => {
		const [nodeType, parameters] = [new Proofpoint(), { operation: 'getAll' }];
		await expect(
			runNode({ nodeType, parameters, items: [{}], credential, requestOptions }),
		).rejects.toThrow(`The request option “${name}” has an invalid value`);
	});

	it.each(reads)('%s: a time-out as text is kept', async (_, type, own) => {
		// The first answer never comes; the next one does.
		await simulator.addFaults({ action: { kind: 'hang' } });
		const requestOptions = { timeout: ' 200 ' };
		expect(
			await withoutWaiting(60_000, async () =>
				runNode({ nodeType: type, parameters: own, credential, requestOptions }),
			),
		).not.toEqual([]);
		await simulator.clearFaults();
	});

	it('an expression that throws fails its item; for the first item n8n itself fails the whole node', async () => {
		const noNode = /Referenced node doesn.t exist/;
		const [, routed] = reads[0] ?? [];
		if (!routed) throw new Error('There is no such node');
		const run = async (items: IDataObject[]) =>
			await runNode({
				nodeType: routed,
				parameters: { operation: 'getPage' },
				items,
				credential,
				settings: goesOn,
				requestOptions: {
					timeout: '={{ $json.bad ? $("Nobody").first().json.x : 5000 }}',
				},
			});
		const output = await run([{}, { bad: true }]);
		expect(output.map(({ json, error }) => error ?? json.error)).toEqual([
			undefined,
			expect.objectContaining({ message: expect.stringMatching(noNode) }),
		]);
		await expect(run([{ bad: true }, {}])).rejects.toThrow(noNode);
	});
});
