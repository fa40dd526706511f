/** Writes on the host's real RoutingNode, against the simulator: what is sent, how often, and what is told of what was done. */
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { ranges } from '@nodes/shared/core/itemLedger';
import type { Simulator } from '@simulator/client.cjs';

import {
	clearPortal,
	failureOf,
	goOn,
	releasable,
	release,
	startActionsWorld,
} from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const remediation = new ProofpointRemediation();
const group = new ProofpointGroup();

beforeAll(async () => {
	({ simulator, credential } = await startActionsWorld());
});
afterAll(async () => await simulator.stop());
beforeEach(clearPortal);

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
					event_id: String(item?.id).toUpperCase(),
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

// Behind the writes: as the first test of a process it counts five requests.
describe('faults in words', () => {
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
});
