/** The action nodes on the host's real RoutingNode, against the simulator: requests counted, outputs linked, words read. */
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ranges } from '@nodes/shared/core/itemLedger';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const remediation = new ProofpointRemediation();
const securityEvent = new Proofpoint();
const group = new ProofpointGroup();
const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 250,
		seed: 1,
		remediationDelay: 0,
		tokens: { groupsOnly: ['Groups'] },
	});
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => {
	await simulator.clearFaults();
	await simulator.clearPages();
	await simulator.setRateLimit('off');
	await simulator.clearRequests();
});

async function failureOf(
	work: Promise<unknown>,
): Promise<{ message: string; description: string }> {
	try {
		await work;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		const description = 'description' in error ? String(error.description) : '';
		expect(`${error.message} ${description}`).not.toContain(simulator.token);
		return { message: error.message, description };
	}
	throw new Error('it did not fail');
}

async function releasable(count: number): Promise<IDataObject[]> {
	const events = await simulator.createEvents({ count, type: 'defender', releasable: true });
	return events.map(({ id }) => ({ id }));
}

const release = { operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' };

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

describe('writes', () => {
	it('sends 60 releases at most 4 at a time through a limit, each once, each linked', async () => {
		const items = await releasable(60);
		await simulator.clearRequests();
		await simulator.setRateLimit({ perSecond: 20, burst: 20, form: 'ratelimit-fields' });
		const output = await runNode({ nodeType: remediation, parameters: release, items, credential });
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(output.map(({ json }) => json.event_id)).toEqual(items.map(({ id }) => id));
		const { maxInFlight } = await simulator.requests();
		expect(maxInFlight).toBeLessThanOrEqual(4);
		const { remediationCounts } = await simulator.ledger();
		for (const { id } of items) {
			expect(remediationCounts[String(id)]).toEqual({ releaseFromQuarantine: 1 });
		}
	});

	it('stops after the first failure and reports exactly what was done', async () => {
		const items = await releasable(100);
		items[40] = { id: 'no-such-event' };
		await simulator.clearRequests();
		const { message, description } = await failureOf(
			runNode({ nodeType: remediation, parameters: release, items, credential }),
		);
		expect(message).toBe('There is no event with the ID no-such-event');
		const { requests } = await simulator.requests();
		// Four wait at a time, and which of them is next is chance: the report must say just what happened.
		const done = requests
			.filter(({ status }) => status === 200)
			.map(({ body }) => items.findIndex(({ id }) => body.includes(`"${String(id)}"`)))
			.sort((one, other) => one - other);
		const all = Array.from(items.keys());
		const untried = all.filter((item) => item !== 40 && !done.includes(item));
		expect(done.length).toBeGreaterThan(30);
		expect(done.length).toBeLessThan(60);
		expect(description).toContain(`Carried out: ${done.length} items, ${ranges(done)}.`);
		expect(description).toContain('Failed: 1 item, 40.');
		expect(description).toContain(`Not tried: ${untried.length} items, ${ranges(untried)}.`);
	});

	it('sends nothing further once an item has failed: not even in the place that became free', async () => {
		const items = await releasable(40);
		items[2] = { id: 'no-such-event' };
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			times: 2,
			action: { kind: 'delay', ms: 600 },
		});
		await simulator.clearRequests();
		const { description } = await failureOf(
			runNode({ nodeType: remediation, parameters: release, items, credential }),
		);
		const { requests } = await simulator.requests();
		const refusedAt = requests.find(({ status }) => status !== 200)?.outMs ?? 0;
		expect(requests.filter(({ inMs }) => inMs > refusedAt + 20)).toEqual([]);
		expect(requests.length).toBeLessThanOrEqual(4);
		expect(description).toContain('Failed: 1 item, 2.');
	});

	it('items that mean the same event share one request, in both modes', async () => {
		for (const settings of [{}, goOn]) {
			const [one, other] = await releasable(2);
			const items = [one, other, one, one].map((item) => ({ ...item }));
			await simulator.clearRequests();
			const output = await runNode({
				nodeType: remediation,
				parameters: { ...release, options: { waitForConfirmation: true } },
				items,
				credential,
				settings,
			});
			expect(output.map(({ json }) => json.event_id)).toEqual(items.map(({ id }) => id));
			expect(output.map(({ json }) => [json.outcome, json.confirmation])).toEqual(
				items.map(() => ['queued', 'confirmed']),
			);
			const { requests } = await simulator.requests();
			expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
		}
	}, 60_000);

	it('an answer says nothing in the fields that are ours: the event, the outcome, the confirmation', async () => {
		const [item] = await releasable(1);
		const own = {
			action: 'x',
			outcome: 'x',
			confirmed: true,
			confirmation: 'confirmed',
			event: {},
		};
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			action: {
				kind: 'wrong-envelope',
				body: {
					...own,
					event_id: 'another',
					results: [{ user_address: 'a', error: null }],
					new: 1,
				},
			},
		});
		const [output] = await runNode({
			nodeType: remediation,
			parameters: release,
			items: [{ ...item }],
			credential,
		});
		expect(output?.json).toEqual({
			event_id: item?.id,
			action: 'releaseFromQuarantine',
			outcome: 'queued',
			results: [{ user_address: 'a', error: null }],
			new: 1,
		});
	});

	it('goes on when the node says so, with an error item that is linked to its input', async () => {
		const items = await releasable(10);
		items[3] = { id: '' };
		items[5] = { id: 'no-such-event' };
		const output = await runNode({
			nodeType: remediation,
			parameters: release,
			items,
			credential,
			settings: goOn,
		});
		expect(output).toHaveLength(10);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(output[3]?.json.error).toContain('“Event ID” is empty');
		expect(output[5]?.json.error).toBe('There is no event with the ID no-such-event');
		expect(output[5]?.json.message).toContain('“Event ID”');
		expect(output.filter(({ json }) => json.outcome === 'queued')).toHaveLength(8);
	});

	it.each([
		['is empty for it', '={{ $itemIndex === 3 ? "" : $json.id }}'],
		[
			'cannot be evaluated for it',
			'={{ $itemIndex === 3 ? $("Nowhere").first().json.id : $json.id }}',
		],
	])('sends nothing at all when the parameter of one item %s', async (_why, eventId) => {
		const items = await releasable(5);
		await simulator.clearRequests();
		await failureOf(
			runNode({ nodeType: remediation, parameters: { ...release, eventId }, items, credential }),
		);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect((await simulator.requests()).requests).toHaveLength(0);
	});

	it('never repeats an action whose answer was lost, and says that it may have happened', async () => {
		const items = await releasable(1);
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			action: { kind: 'reset-after-processing' },
		});
		const { message, description } = await failureOf(
			runNode({ nodeType: remediation, parameters: release, items, credential }),
		);
		expect(message).toMatch(/The connection to the portal .* was interrupted/);
		expect(description).toContain('It is not known whether the action was carried out');
		const { remediationCounts } = await simulator.ledger();
		expect(remediationCounts[String(items[0]?.id)]).toEqual({ releaseFromQuarantine: 1 });
	});

	it('does not repeat a write after a 503', async () => {
		const items = await releasable(1);
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			action: { kind: 'status', status: 503 },
		});
		const { message } = await failureOf(
			runNode({ nodeType: remediation, parameters: release, items, credential }),
		);
		expect(message).toContain('Proofpoint reported a server error (503)');
	});

	it('repeats a write after a 429, which the API refused before it did anything', async () => {
		const items = await releasable(1);
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '1' } },
		});
		const [item] = await runNode({ nodeType: remediation, parameters: release, items, credential });
		expect(item?.json.outcome).toBe('queued');
	});

	it('sends 250 members in three requests and refuses a list with a bad piece', async () => {
		const [created] = await runNode({
			nodeType: group,
			parameters: { resource: 'group', operation: 'create', name: 'Watch list' },
			credential,
		});
		const groupId = { __rl: true, mode: 'id', value: String(created?.json.id) };
		const members = Array.from({ length: 250 }, (_, index) => `user${index}@example.com`);
		await simulator.clearRequests();
		const [added] = await runNode({
			nodeType: group,
			parameters: { resource: 'member', operation: 'add', groupId, members: members.join(', \n') },
			credential,
		});
		expect(added?.json).toEqual({ id: created?.json.id, requested: 250, sent: 250, requests: 3 });
		expect((await simulator.requests()).requests).toHaveLength(3);

		await simulator.clearRequests();
		const { message } = await failureOf(
			runNode({
				nodeType: group,
				parameters: {
					resource: 'member',
					operation: 'add',
					groupId,
					members: 'a@example.com, nonsense',
				},
				credential,
			}),
		);
		expect(message).toContain('nonsense');
		expect((await simulator.requests()).requests).toHaveLength(0);
	});

	it('says how far a list came when a request in the middle of it fails', async () => {
		const [created] = await runNode({
			nodeType: group,
			parameters: { resource: 'group', operation: 'create', name: 'Half' },
			credential,
		});
		await simulator.addFaults({
			endpoint: 'membersAdd',
			nth: 2,
			action: { kind: 'status', status: 400 },
		});
		const members = Array.from({ length: 250 }, (_, index) => `half${index}@example.com`);
		const [item] = await runNode({
			nodeType: group,
			parameters: {
				resource: 'member',
				operation: 'add',
				groupId: { __rl: true, mode: 'id', value: String(created?.json.id) },
				members,
			},
			credential,
			settings: goOn,
		});
		expect(item?.json).toMatchObject({ requested: 250, sent: 100, requests: 1 });
	});
});

describe('faults in words', () => {
	const getMany = { operation: 'getAll', limit: 5 };
	const read = async (
		changed: { [field in 'apiToken' | 'portalUrl']?: string } & { allowCustomHost?: boolean },
	) =>
		await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: getMany,
				credential: { ...credential, ...changed },
			}),
		);

	it('a refused token and a missing permission name the permission', async () => {
		expect((await read({ apiToken: 'wrong' })).message).toContain(
			'the permission “Security Events”',
		);
		const { message } = await failureOf(
			runNode({
				nodeType: new ProofpointAudit(),
				parameters: getMany,
				credential: { ...credential, apiToken: simulator.tokens.groupsOnly ?? '' },
			}),
		);
		expect(message).toContain('the permission “Audit Trail”');
	});

	it('a refused token is not tried again for every item', async () => {
		const items = await releasable(50);
		await simulator.clearRequests();
		const output = await runNode({
			nodeType: remediation,
			parameters: release,
			items,
			credential: { ...credential, apiToken: 'wrong' },
			settings: goOn,
		});
		expect(output).toHaveLength(50);
		expect(new Set(output.map(({ json }) => json.error)).size).toBe(1);
		expect((await simulator.requests()).requests.length).toBeLessThanOrEqual(4);
	});

	it('a host that is not a portal is refused before the token leaves', async () => {
		const { message } = await read({ allowCustomHost: false, portalUrl: 'https://127.0.0.1:9' });
		expect(message).toBe('The token was not sent: 127.0.0.1:9 is not a Proofpoint portal');
	});

	it('a mistyped host and a dead port', async () => {
		expect((await read({ portalUrl: 'https://acme.invalid' })).message).toMatch(
			/The portal acme\.invalid could not be (found|reached)/,
		);
		const dead = await read({ portalUrl: 'http://127.0.0.1:9' });
		expect(dead.message).toBe('The portal 127.0.0.1:9 refused the connection');
	});

	it('HTML, a wrong envelope, a cut answer and a redirect', async () => {
		await simulator.addFaults({ endpoint: 'events', action: { kind: 'html-200' } });
		expect((await read({})).message).toMatch(/returned a web page instead of data$/);
		await simulator.addFaults({ endpoint: 'events', action: { kind: 'wrong-envelope' } });
		expect((await read({})).message).toContain(
			'a response that the Proofpoint API does not document',
		);
		await simulator.addFaults({
			endpoint: 'events',
			action: { kind: 'redirect', to: 'https://evil.example/' },
		});
		expect((await read({})).message).toContain('redirects to another address');
	});

	it('a page that promises more without a checkpoint is no half list', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', checkpoint: 'missing' });
		const { message } = await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: { operation: 'getAll', returnAll: true },
				credential,
			}),
		);
		expect(message).toContain('returned no checkpoint');
	});

	it('passing faults of a read are repeated and leave no trace', async () => {
		await simulator.addFaults(
			{ endpoint: 'events', action: { kind: 'reset' } },
			{ endpoint: 'events', nth: 2, action: { kind: 'status', status: 503 } },
		);
		const items = await runNode({ nodeType: securityEvent, parameters: getMany, credential });
		expect(items).toHaveLength(5);
	});
});

describe('long waits, which all requests to a portal share', () => {
	let shared: Simulator;
	let sharedCredential: CredentialData;
	// A portal of its own for each test: the tests after it would have to wait too.
	beforeEach(async () => {
		shared = simulator;
		sharedCredential = credential;
		simulator = await startSimulatorHere({ events: 20, seed: 2 });
		credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	});
	afterEach(async () => {
		await simulator.stop();
		simulator = shared;
		credential = sharedCredential;
	});

	it('ends at once when the execution is cancelled while it waits', async () => {
		const items = await releasable(20);
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			times: 0,
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '60' } },
		});
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 300);
		const startedAt = Date.now();
		await failureOf(
			runNode({
				nodeType: remediation,
				parameters: release,
				items,
				credential,
				signal: stop.signal,
			}),
		);
		expect(Date.now() - startedAt).toBeLessThan(5_000);
	});

	it('a wait that is longer than the patience ends at once and says so', async () => {
		await simulator.addFaults({
			endpoint: 'events',
			times: 0,
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '86400' } },
		});
		const { message, description } = await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: { operation: 'getAll', limit: 5 },
				credential,
			}),
		);
		expect(message).toContain('rate limit is exceeded (429)');
		expect(description).toContain('Proofpoint asks for a pause of another 60 min');
	});
});
