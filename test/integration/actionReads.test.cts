/** Reads on the host's real RoutingNode, against the simulator: requests counted, outputs linked, parameters refused by name. */
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import type { Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { clearPortal, failureOf, startActionsWorld } from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const securityEvent = new Proofpoint();

beforeAll(async () => {
	({ simulator, credential } = await startActionsWorld());
});
afterAll(async () => await simulator.stop());
beforeEach(clearPortal);

describe('Security events, Get Many', () => {
	const getMany = async (parameters: INodeParameters, items: IDataObject[] = [{}]) =>
		await runNode({
			nodeType: securityEvent,
			parameters: { operation: 'getAll', ...parameters },
			items,
			credential,
		});

	it('returns every event once, follows the flag and sends one position at a time', async () => {
		const items = await getMany({ returnAll: true, createdAfter: '2000-01-01T00:00:00Z' });
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(items.length);
		expect(items).toHaveLength(250);
		const { requests } = await simulator.requests();
		expect(requests[0]?.query).toEqual({
			limit: '100',
			created_after: '2000-01-01T00:00:00.000000Z',
		});
		for (const { query } of requests.slice(1)) {
			expect(Object.keys(query).sort()).toEqual(['after_checkpoint', 'limit']);
		}
	});

	it('behind a checkpoint asks for as many as the limit needs, and never for 1', async () => {
		const [page] = await runNode({
			nodeType: securityEvent,
			parameters: { operation: 'getPage', pageSize: 2 },
			credential,
		});
		const afterCheckpoint = String(page?.json.checkpoint);
		for (const [limit, sizes] of [
			[1, ['2']],
			[50, ['50']],
			[101, ['100', '2']],
		] as const) {
			await simulator.clearRequests();
			expect(await getMany({ limit, options: { afterCheckpoint } })).toHaveLength(limit);
			expect((await simulator.requests()).requests.map(({ query }) => query.limit)).toEqual(sizes);
		}
	});

	it('links 2, 0 and 1 outputs to their own inputs', async () => {
		const items = await getMany(
			{ limit: '={{ $json.limit }}', createdAfter: '={{ $json.after }}' },
			[
				{ limit: 2, after: '2000-01-01T00:00:00Z' },
				{ limit: 5, after: '2999-01-01T00:00:00Z' },
				{ limit: 1, after: '2000-01-01T00:00:00Z' },
			],
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 0 },
			{ item: 2 },
		]);
	});

	it('keeps the newest version of an event that is updated while it pages', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', updateAfter: 3 });
		const items = await getMany({ returnAll: true, createdAfter: '' });
		const { events } = await simulator.ledger();
		expect(items).toHaveLength(events.length);
		const newest = new Map(events.map(({ id, versions }) => [id, versions.at(-1)?.updated_at]));
		for (const { json } of items) expect(json.updated_at).toBe(newest.get(String(json.id)));
	});

	it.each([
		'2026-07-01T12:00:00',
		'={{ DateTime.fromISO("2026-07-01T12:00:00+02:00") }}',
		'={{ new Date(Date.UTC(2026, 6, 1, 10)) }}',
		'={{ Date.UTC(2026, 6, 1, 10) }}',
		'={{ String(Date.UTC(2026, 6, 1, 10)) }}',
		'2026-07-01T10:00:00.000Z',
	])(
		'reads a time in any form, without a zone in that of the workflow: %s',
		async (createdAfter) => {
			await getMany({ returnAll: true, createdAfter });
			expect((await simulator.requests()).requests[0]?.query.created_after).toBe(
				'2026-07-01T10:00:00.000000Z',
			);
		},
	);

	it('the hour that the autumn change repeats lies between the first and the second of its times', async () => {
		const time = '2025-10-26T02:30:00';
		await getMany({ returnAll: true, createdAfter: time, createdBefore: time });
		expect((await simulator.requests()).requests[0]?.query.created_after).toBe(
			'2025-10-26T00:30:00.000000Z',
		);
	});

	it.each([
		['Created After', { createdAfter: '={{ $json.nowhere }}' }],
		['Created After', { createdAfter: '={{ null }}' }],
		// Seconds since 1970 would mean January of that year.
		['Created After', { createdAfter: '={{ 1782900000 }}' }],
		['Created After', { createdAfter: 'lately' }],
		['Created Before', { createdBefore: '={{ [] }}' }],
		['Created Before', { createdAfter: '2026-07-02', createdBefore: '2026-07-02' }],
		['Output', { output: '={{ $json.nowhere }}' }],
		['Output', { output: 'full' }],
		['Fields', { output: 'fields', fields: '' }],
		['Fields', { output: 'fields', fields: 'id,,a..b' }],
		['Order', { order: 'newest' }],
		['Sender', { filters: { sender: '={{ null }}' } }],
		['Types', { filters: { types: '={{ $json.nowhere }}' } }],
		['Quarantine Status', { filters: { quarantineStatus: ['gone'] } }],
	])('refuses %s by name, and asks for nothing: %j', async (label, parameters) => {
		const { message } = await failureOf(getMany(parameters));
		expect(message).toContain(`“${label}”`);
		expect((await simulator.requests()).requests).toHaveLength(0);
	});
});

describe('Get Page', () => {
	it('hands out null instead of the checkpoint that would replay the platform', async () => {
		const [item] = await runNode({
			nodeType: securityEvent,
			parameters: { operation: 'getPage', createdAfter: '2999-01-01T00:00:00Z' },
			credential,
		});
		expect(item?.json).toEqual({ checkpoint: null, additional_results: false, results: [] });
		expect((await simulator.requests()).requests).toHaveLength(1);
	});

	it('refuses both positions at once without sending anything', async () => {
		const { message } = await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: {
					operation: 'getPage',
					createdAfter: '2026-01-01T00:00:00Z',
					afterCheckpoint: 'x',
				},
				credential,
			}),
		);
		expect(message).toContain('“Created After” and “After Checkpoint”');
		expect((await simulator.requests()).requests).toHaveLength(0);
	});
});
