/** "Fetch Test Event": which of the recent records it shows, however busy the portal is, and what it says where it fails. */
import { triggerEvents } from '@nodes/Trigger/events/all';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';

import { Poller } from './poller.cjs';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 0, seed: 3 });
});
beforeEach(async () => await simulator.reset({ events: 0 }));
afterAll(async () => await simulator.stop());

const MINUTES = {
	'last hour': 30,
	'last day': 600,
	'last week': 4 * 1_440,
	'last year': 200 * 1_440,
};
type Age = keyof typeof MINUTES;

/** Creates events of this age; returns their ids. */
async function create(age: Age, count: number, type: 'guardian' | 'architect' = 'guardian') {
	if (count === 0) return [];
	const createdAt = new Date(Date.now() - MINUTES[age] * 60_000).toISOString();
	const events = await simulator.createEvents({ type, count, createdAt });
	return events.map(({ id }) => id);
}

async function shown(types: string[] = []): Promise<unknown[]> {
	await simulator.clearRequests();
	const credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	const trigger = new Poller(
		new ProofpointTrigger(),
		{ event: 'securityEventCreated', filters: { types } },
		credential,
	);
	return (await trigger.sample()).map(({ id }) => id);
}

const requests = async () => (await simulator.requests()).requests.length;

it.each<[string, Partial<Record<Age, number>>]>([
	['one in the last hour, many in the last day', { 'last day': 30, 'last hour': 1 }],
	['a few in each of them', { 'last year': 4, 'last week': 4, 'last day': 4, 'last hour': 4 }],
	['only old ones', { 'last year': 12 }],
])('ten, the newest, where there are ten: %s', async (_name, counts) => {
	const ids: string[] = [];
	for (const age of ['last year', 'last week', 'last day', 'last hour'] as const) {
		ids.push(...(await create(age, counts[age] ?? 0)));
	}
	expect(await shown()).toEqual(ids.slice(-10));
});

it('fewer where there are no more', async () => {
	const ids = [...(await create('last year', 2)), ...(await create('last hour', 1))];
	expect(await shown()).toEqual(ids);
});

it('a busy hour costs its pages only', async () => {
	const ids = [...(await create('last day', 50)), ...(await create('last hour', 150))];
	expect(await shown()).toEqual(ids.slice(-10));
	expect(await requests()).toBe(2);
});

it('a busy day does not put its oldest in the place of the newest', async () => {
	await create('last day', 1_200);
	const newest = await create('last hour', 3);
	expect(await shown()).toEqual(newest);
});

it('a filter that lets few pass: what a longer look finds in its pages, nothing twice', async () => {
	const rare = await create('last day', 2);
	await create('last day', 400, 'architect');
	rare.push(...(await create('last hour', 1)));
	expect(await shown(['guardian'])).toEqual(rare);
});

describe('where it fails it says nothing of polls, which a test has none of', () => {
	let portal: Simulator;

	beforeEach(async () => {
		portal = await startSimulatorHere({ events: 5, audits: 5, users: 5, anomalies: 5, seed: 3 });
	});
	afterEach(async () => await portal.stop());

	const limited = { kind: 'status' as const, status: 429, headers: { 'Retry-After': '600' } };
	const faults: Array<[string, (endpoint: ListEndpointName) => Promise<unknown>]> = [
		[
			'no checkpoint',
			async (endpoint) =>
				await portal.planPages({
					endpoint,
					times: 0,
					empty: true,
					more: true,
					checkpoint: 'missing',
				}),
		],
		[
			'refused as invalid',
			async (endpoint) =>
				await portal.addFaults({ endpoint, times: 0, action: { kind: 'status', status: 400 } }),
		],
		[
			'rate limit',
			async (endpoint) => await portal.addFaults({ endpoint, times: 0, action: limited }),
		],
		[
			'no access',
			async (endpoint) =>
				await portal.addFaults({ endpoint, times: 0, action: { kind: 'status', status: 403 } }),
		],
		[
			'a web page',
			async (endpoint) =>
				await portal.addFaults({ endpoint, times: 0, action: { kind: 'html-200' } }),
		],
	];

	it.each(
		Object.entries(triggerEvents).flatMap(([event, { endpoint }]) =>
			faults.map(([name, plan]) => ({ event, endpoint, name, plan })),
		),
	)('$event: $name', async ({ event, endpoint, plan }) => {
		await plan(endpoint);
		const credential = { portalUrl: portal.url, apiToken: portal.token, allowCustomHost: true };
		const trigger = new Poller(new ProofpointTrigger(), { event }, credential);
		// A second one is kept back where the first was asked to wait.
		for (let tests = 0; tests < 2; tests++) {
			const failed: unknown = await trigger.sample().catch((error: unknown) => error);
			expect(failed).toMatchObject({ description: expect.stringMatching(/\w{3}/) });
			expect(failed).not.toMatchObject({
				description: expect.stringMatching(/\bpolls?\b|deliver|is lost/i),
			});
		}
	});
});
