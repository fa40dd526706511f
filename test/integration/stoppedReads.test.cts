/**
 * The report of a stopped run stands once, is complete and comes at once, with n8n's "Batching" too; and no rejection
 * is left for nobody to handle, which would end the process of n8n.
 */
import { portOf } from '@test/listening.cjs';
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { once } from 'node:events';
import { createServer } from 'node:http';

import type { IDataObject } from 'n8n-workflow';

import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 5, seed: 4 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	process.on('unhandledRejection', note);
});
afterAll(async () => {
	process.off('unhandledRejection', note);
	await simulator.stop();
});
beforeEach(async () => {
	unhandled.length = 0;
	await simulator.clearFaults();
	await simulator.clearRequests();
});

const batching = (batchSize: number, batchInterval: number): IDataObject => ({
	batching: { batch: { batchSize, batchInterval } },
});

async function failureOf(work: Promise<unknown>): Promise<Error & { description?: unknown }> {
	try {
		await work;
	} catch (error) {
		if (error instanceof Error) return error;
	}
	throw new Error('it did not fail');
}

async function releasable(count: number): Promise<IDataObject[]> {
	const events = await simulator.createEvents({ count, type: 'defender', releasable: true });
	return events.map(({ id }) => ({ id }));
}

const release = { operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' };

it.each([
	[
		'the first batch',
		1,
		batching(2, 60_000),
		'Carried out: 1 item, 0. Failed: 1 item, 1. Not tried: 6 items, 2-7.',
	],
	[
		'a later batch',
		4,
		batching(1, 500),
		'Carried out: 4 items, 0-3. Failed: 1 item, 4. Not tried: 3 items, 5-7.',
	],
	['the last item', 7, batching(2, 500), 'Carried out: 7 items, 0-6. Failed: 1 item, 7.'],
])('an item of %s fails', async (_name, bad, requestOptions, report) => {
	const items = await releasable(8);
	items[bad] = { id: `defender::inbound-${'00'.repeat(32)}` };
	// Not after the pauses for those that are not tried any more.
	const { description } = await withoutWaiting(60_000, async () =>
		failureOf(
			runNode({
				nodeType: new ProofpointRemediation(),
				parameters: release,
				items,
				credential,
				requestOptions,
			}),
		),
	);
	expect(String(description).endsWith(report)).toBe(true);
	expect(String(description).split('Failed:')).toHaveLength(2);
	await new Promise(setImmediate);
	expect(unhandled).toEqual([]);
});

it('a parameter that cannot be used, of an item in a later batch', async () => {
	const items = await releasable(4);
	items[2] = { id: '' };
	const { message, description } = await failureOf(
		runNode({
			nodeType: new ProofpointRemediation(),
			parameters: release,
			items,
			credential,
			requestOptions: batching(1, 300),
		}),
	);
	expect(message).toContain('“Event ID” is empty');
	expect(String(description)).toMatch(/Failed: 1 item, 2\. Not tried: 3 items, 0-1, 3\.$/);
});

it.each([
	['in batches', batching(1, 300)],
	['all at once', {}],
])('a list that fails for an item, while n8n still prepares others, %s', async (_name, options) => {
	await simulator.addFaults({ endpoint: 'audits', action: { kind: 'status', status: 403 } });
	const { message } = await failureOf(
		runNode({
			nodeType: new ProofpointAudit(),
			parameters: { operation: 'getPage' },
			items: [{}, {}, {}, {}],
			credential,
			requestOptions: options,
		}),
	);
	expect(message).toContain('(403)');
	await new Promise((wake) => setTimeout(wake, 200));
	expect(unhandled).toEqual([]);
});

it('a list that fails after n8n has given up over another item', async () => {
	const server = createServer((_request, response) => {
		setTimeout(() => response.writeHead(403).end(), 100);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const port = portOf(server);
	const { message } = await failureOf(
		runNode({
			nodeType: new ProofpointAudit(),
			parameters: { operation: 'getPage', pageSize: '={{ $("Nobody").item.json.size }}' },
			items: [{}, {}],
			credential: { ...credential, portalUrl: `http://127.0.0.1:${port}` },
			requestOptions: { proxy: '={{ $itemIndex === 1 ? "nonsense" : "" }}' },
		}),
	);
	expect(message).not.toBe('');
	await new Promise((wake) => setTimeout(wake, 400));
	server.close();
	expect(unhandled).toEqual([]);
});

it('who was refused has failed, and only those that were not sent were not tried', async () => {
	const items = await releasable(6);
	await simulator.addFaults({
		endpoint: 'releaseFromQuarantine',
		action: { kind: 'status', status: 403 },
	});
	const { description } = await failureOf(
		runNode({ nodeType: new ProofpointRemediation(), parameters: release, items, credential }),
	);
	const { requests } = await simulator.requests();
	expect(String(description)).toContain('Failed: 1 item, 0.');
	const untried = items.length - requests.length;
	expect(String(description)).toMatch(
		untried === 0 ? /Failed: 1 item, 0\.$/ : new RegExp(`Not tried: ${untried} item`),
	);
});
