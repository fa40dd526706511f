/**
 * What the API does not offer, in a real n8n: one event by its ID, waiting until an action has happened,
 * a group made equal to a list, users whose connection changed. The simulator's request log is the witness.
 */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import { chain, pollEveryTenSeconds, type WorkflowNode } from '@host/workflow.cjs';
import { membersRequestSchema, remediationRequestSchema } from '@nodes/shared/api/contract';
import type { EndpointName } from '@nodes/shared/api/endpoints';
import type { RequestEntry } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';

import { items, makeWorld, manual, proofpointNode, type World } from './setup.cjs';

const userWatch = 'userWatch';
let world: World;

beforeAll(async () => {
	world = await makeWorld({ events: 1500, users: 60, seed: 9, remediationDelay: 1_000 });
	const trigger = proofpointNode('Trigger', 'proofpointTrigger', {
		event: 'userConnectionChanged',
	});
	const watch = chain(
		userWatch,
		[trigger, { name: 'End', type: 'n8n-nodes-base.noOp' }],
		userWatch,
	);
	await world.n8n.start();
	await world.n8n.importWorkflows([
		pollEveryTenSeconds(watch, 'n8n-nodes-proofpoint.proofpointTrigger'),
	]);
	// Polls beside the other tests; what it found is looked at in the last one.
	await world.n8n.publish(userWatch);
	await until(async () => (await requestsFor('monitoredUsers')).length > 0);
	await world.simulator.setUserStatus({
		status: 'Not connected for over 7 days',
		count: 3,
		from: 5,
	});
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

afterEach(async () => {
	await world.simulator.clearFaults();
	await world.simulator.set({ remediationDelayMs: 1_000 });
});

describe('Security Event, Get', () => {
	const get = async (eventId: string, createdAfter: string) =>
		await run(proofpointNode('Get', 'proofpoint', { operation: 'get', eventId, createdAfter }));

	test('reads pages until the event comes by, each once, and fewer from a closer day', async () => {
		const { events } = await world.simulator.ledger();
		const byUpdate = events
			.map(({ id, created_at, versions }) => ({
				id,
				created_at,
				at: versions.at(-1)?.sequence ?? 0,
			}))
			.sort((one, other) => one.at - other.at);
		const wanted = byUpdate[850];
		await world.simulator.clearRequests();
		const result = await get(wanted?.id ?? '', '2000-01-01T00:00:00Z');
		expect(itemsOf(result, 'Get').map(({ json }) => json.id)).toEqual([wanted?.id]);
		const far = await requestsFor('events');
		// It stands on the ninth page; the other six are not asked for.
		expect(far).toHaveLength(9);
		expectNothingTwice(far);

		await world.simulator.clearRequests();
		const dayBefore = new Date(Date.parse(wanted?.created_at ?? '') - 86_400_000).toISOString();
		const again = await get(wanted?.id ?? '', dayBefore);
		expect(itemsOf(again, 'Get').map(({ json }) => json.id)).toEqual([wanted?.id]);
		const near = await requestsFor('events');
		expect(near.length).toBeLessThan(far.length);
		expectNothingTwice(near);
		note(`get: ${far.length} requests from the beginning, ${near.length} from the day before`);
	});

	test('an event that does not exist: every page once, and how far it looked', async () => {
		await world.simulator.clearRequests();
		const result = await get('no-such-event', '2000-01-01T00:00:00Z');
		expect(result.error?.message).toBe(
			'There is no event no-such-event among the 1,500 events created after 2000-01-01T00:00:00.000000Z',
		);
		const asked = await requestsFor('events');
		expect(asked).toHaveLength(15);
		expectNothingTwice(asked);
	});
});

describe('Remediation, waiting for the confirmation', () => {
	const release = (options: Record<string, unknown>) =>
		proofpointNode('Release', 'proofpointRemediation', {
			operation: 'releaseFromQuarantine',
			eventId: '={{ $json.id }}',
			options: { waitForConfirmation: true, ...options },
		});
	const ids = (list: string[]) =>
		items('Ids', `return ${JSON.stringify(list.map((id) => ({ json: { id } })))}`);
	const quarantined = async (count: number) => {
		const made = { count, type: 'defender', releasable: true };
		return (await world.simulator.createEvents(made)).map(({ id }) => id);
	};
	const released = async () =>
		(await requestsFor('releaseFromQuarantine')).map(
			({ body }) => remediationRequestSchema.parse(JSON.parse(body)).event_id,
		);

	test('200 items share one walk along the chain', async () => {
		const [alone = ''] = await quarantined(1);
		await world.simulator.clearRequests();
		const aloneAt = Date.now();
		const [one] = itemsOf(await run(ids([alone]), release({})), 'Release');
		const aloneSeconds = secondsSince(aloneAt);
		expect(one?.json).toMatchObject({ event_id: alone, confirmed: true });
		const aloneRequests = (await requestsFor('events')).length;

		const list = await quarantined(200);
		await world.simulator.clearRequests();
		const startedAt = Date.now();
		const result = await run(ids(list), release({}));
		const seconds = secondsSince(startedAt);
		const confirmed = itemsOf(result, 'Release').map(({ json }) => json);
		expect(confirmed.map(({ event_id }) => event_id)).toEqual(list);
		expect(confirmed.every((json) => json.confirmed === true)).toBe(true);
		expect((await released()).sort()).toEqual([...list].sort());
		const pages = await requestsFor('events');
		expect(pages.length).toBeLessThan(60);
		const [{ query: first }] = [pages[0] ?? { query: {} }];
		expect(first).toHaveProperty('created_after');
		expect(pages.filter(({ query }) => 'created_after' in query)).toHaveLength(1);
		note(
			`200 releases with confirmation: 200 release requests and ${pages.length} pages of events in ${seconds} s; ` +
				`naive, one chain for each item: ${200 * aloneRequests} pages ` +
				`and ${Math.round(200 * aloneSeconds)} s one after the other (one item alone: ${aloneRequests} pages, ${aloneSeconds} s)`,
		);
	}, 180_000);

	test('an event that never comes back: not confirmed, and not released again', async () => {
		await world.simulator.set({ remediationDelayMs: 600_000 });
		const list = await quarantined(1);
		await world.simulator.clearRequests();
		const result = await run(ids(list), release({ confirmationTimeout: 3 }));
		expect(itemsOf(result, 'Release').map(({ json }) => json)).toMatchObject([
			{ outcome: 'queued', confirmed: false, confirmation: 'timedOut', event: { id: list[0] } },
		]);
		expect(await released()).toEqual(list);
	});

	test('stopped in the editor while it waits: ends at once, and nothing is released again', async () => {
		await world.simulator.set({ remediationDelayMs: 600_000 });
		const list = await quarantined(1);
		await world.simulator.clearRequests();
		const { client } = world.n8n;
		const workflow = await client.createWorkflow(manual('stopped', ids(list), release({})));
		const execution = await client.run(workflow, 'Start');
		await until(async () => (await released()).length === 1);
		const { status } = await withoutWaiting(60_000, async () => {
			await client.rest('POST', `/executions/${execution}/stop`);
			return await client.finishedExecution(execution);
		});
		expect(status).toBe('canceled');
		const pages = (await requestsFor('events')).length;
		await delay(3_000);
		expect(await released()).toEqual(list);
		// Nor does the chain go on without anybody waiting for it.
		expect(await requestsFor('events')).toHaveLength(pages);
	});
});

describe('Group member, Sync', () => {
	const address = (index: number) => `user${index}@example.com`;
	const range = (from: number, to: number) =>
		Array.from({ length: to - from }, (_, index) => address(from + index));

	test('an answer is lost half way: the second run sends what is missing and nothing else', async () => {
		const { n8n, simulator } = world;
		const create = proofpointNode('Create', 'proofpointGroup', {
			resource: 'group',
			operation: 'create',
			name: 'Synced',
		});
		const groupId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const fill = proofpointNode('Fill', 'proofpointGroup', {
			resource: 'member',
			operation: 'add',
			groupId,
			members: `={{ ${JSON.stringify(range(0, 150))} }}`,
		});
		const id = String(itemsOf(await run(create, fill), 'Fill')[0]?.json.id);
		const sync = (members: string[], options: Record<string, unknown> = {}): WorkflowNode =>
			proofpointNode('Sync', 'proofpointGroup', {
				resource: 'member',
				operation: 'sync',
				groupId: { __rl: true, mode: 'id', value: id },
				members: `={{ ${JSON.stringify(members)} }}`,
				options,
			});
		const wanted = range(100, 450);

		await simulator.clearRequests();
		const [plan] = itemsOf(await run(sync(wanted, { dryRun: true })), 'Sync');
		expect(plan?.json).toMatchObject({ unchanged: 50, dryRun: true });
		expect(await writes()).toEqual([]);

		await simulator.addFaults({
			endpoint: 'membersAdd',
			nth: 2,
			action: { kind: 'reset-after-processing' },
		});
		const [failed] = await n8n.executeMany([manual('lost', sync(wanted, { maxRemovals: 100 }))]);
		expect(failed?.status).toBe('error');
		const said = failed?.error?.description ?? '';
		expect(said).toContain('It is not known');
		expect(said).toContain('100 of 300 members were added and 0 of 100 removed');
		note(`sync, the answer to its second write lost: ${failed?.error?.message}. ${said}`);

		const again = itemsOf(await run(sync(wanted, { maxRemovals: 100 })), 'Sync');
		expect(again[0]?.json).toMatchObject({ unchanged: 250 });
		const sent = await writes();
		expect(sent.map(({ endpoint, members }) => [endpoint, members.length])).toEqual([
			['membersAdd', 100],
			['membersAdd', 100],
			['membersAdd', 100],
			['membersRemove', 100],
		]);
		expect(sent.slice(0, 3).flatMap(({ members }) => members)).toEqual(range(150, 450));
		expect(sent[3]?.members).toEqual(range(0, 100));

		await simulator.clearRequests();
		// Whatever the case of the letters: it is equal now.
		const [equal] = itemsOf(await run(sync(wanted.map((one) => one.toUpperCase()))), 'Sync');
		expect(equal?.json).toEqual({ id: Number(id), added: [], removed: [], unchanged: 350 });
		expect(await writes()).toEqual([]);
		expect(await requestsFor('group')).toHaveLength(1);
	}, 120_000);

	/** The requests that change members, in order. */
	async function writes() {
		const { requests } = await world.simulator.requests();
		return requests
			.filter(({ endpoint }) => endpoint === 'membersAdd' || endpoint === 'membersRemove')
			.map(({ endpoint, body }) => ({
				endpoint,
				members: membersRequestSchema
					.parse(JSON.parse(body))
					.members.map((member) => ('address' in member ? member.address : member.domain)),
			}));
	}
});

test('Trigger, User Connection Changed: each change once, with the status before it', async () => {
	const found = async () =>
		(await world.n8n.client.executions({ workflowId: userWatch })).flatMap((execution) =>
			itemsOf(execution, 'Trigger').map(({ json }) => json),
		);
	await until(async () => (await found()).length > 0);
	// Two more polls: what comes twice would come now.
	const polls = (await requestsFor('monitoredUsers')).length;
	await until(async () => (await requestsFor('monitoredUsers')).length >= polls + 2);
	const changes = await found();
	expect(changes).toHaveLength(3);
	for (const change of changes) {
		expect(change.status).toBe('Not connected for over 7 days');
		expect(change.previous_status).not.toBe(change.status);
		expect(typeof change.previous_status).toBe('string');
	}
}, 120_000);

/** Runs nodes in the running n8n; an error is part of the result. */
async function run(...nodes: WorkflowNode[]): Promise<RunResult> {
	const [result] = await world.n8n.executeMany([manual('past the API', ...nodes)]);
	if (result === undefined) throw new Error('n8n gave no result');
	return result;
}

async function requestsFor(endpoint: EndpointName): Promise<RequestEntry[]> {
	const { requests } = await world.simulator.requests();
	return requests.filter((request) => request.endpoint === endpoint);
}

function expectNothingTwice(requests: RequestEntry[]): void {
	const asked = requests.map(({ query }) => JSON.stringify(query));
	expect(new Set(asked).size).toBe(asked.length);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
	for (const end = Date.now() + 45_000; Date.now() < end; await delay(200)) {
		if (await holds()) return;
	}
	throw new Error('It did not happen within 45 seconds');
}

const secondsSince = (time: number): number => Math.round((Date.now() - time) / 100) / 10;

function note(text: string): void {
	process.stderr.write(`${text}\n`);
}
