/** What the API does not offer: one event by its ID, the confirmation of an action, a group made equal to a list. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { INode, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const goOn: Partial<INode> = { onError: 'continueRegularOutput' };

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 350, seed: 5, remediationDelay: 500 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => {
	await simulator.clearFaults();
	await simulator.clearRequests();
});

async function countOf(endpoint: string): Promise<number> {
	const { requests } = await simulator.requests();
	return requests.filter((request) => request.endpoint === endpoint).length;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
	throw new Error('it did not fail');
}

describe('Security Event, Get', () => {
	const get = async (eventId: string, more: INodeParameters = {}) =>
		await runNode({
			nodeType: new Proofpoint(),
			parameters: {
				operation: 'get',
				eventId,
				createdAfter: '2000-01-01T00:00:00Z',
				...more,
			},
			credential,
		});

	it('finds an event and stops there', async () => {
		const { events } = await simulator.ledger();
		const id = events.at(150)?.id ?? '';
		const [item] = await get(id);
		expect(item?.json.id).toBe(id);
		expect(await countOf('events')).toBeLessThan(4);
	});

	it('says how far it looked when there is no such event', async () => {
		expect(await messageOf(get('no-such-event'))).toBe(
			'There is no event no-such-event among the 350 events created after 2000-01-01T00:00:00.000000Z',
		);
		expect(await countOf('events')).toBe(4);
	});

	it('looks 30 days back when nothing else is said, and puts out what was asked for', async () => {
		const [created] = await simulator.createEvents({ count: 1 });
		const id = created?.id ?? '';
		const [simple] = await get(id, { createdAfter: '' });
		expect(simple?.json).toMatchObject({ id, findings: expect.any(Array) });
		const [fields] = await get(id, { createdAfter: '', output: 'fields', fields: 'id, none' });
		expect(fields?.json).toEqual({ id, none: null });
		const [raw] = await get(id, { createdAfter: '', output: 'raw' });
		expect(raw?.json).toMatchObject({ id, portal_link: expect.anything() });
		expect(raw?.json).not.toHaveProperty('findings');
	});
});

describe('Remediation, waiting for the confirmation', () => {
	const release = async (ids: string[]) =>
		await runNode({
			nodeType: new ProofpointRemediation(),
			parameters: {
				operation: 'releaseFromQuarantine',
				eventId: '={{ $json.id }}',
				options: { waitForConfirmation: true },
			},
			items: ids.map((id) => ({ id })),
			credential,
		});
	const quarantined = async (count: number) =>
		(await simulator.createEvents({ count, type: 'defender', releasable: true })).map(
			({ id }) => id,
		);

	it('200 items share one walk along the chain, each confirmed by its own event', async () => {
		const ids = await quarantined(200);
		await simulator.clearRequests();
		const items = await release(ids);
		expect(items.map(({ json }) => json.confirmed)).toEqual(ids.map(() => true));
		for (const { json } of items) {
			const event = fieldsIn(json.event);
			expect(event.id).toBe(json.event_id);
			expect(event).toHaveProperty('defender_details.quarantine_status_count');
		}
		expect(await countOf('releaseFromQuarantine')).toBe(200);
		// The history once, then a few short polls; the naive way asks 200 times as often.
		expect(await countOf('events')).toBeLessThan(30);
	}, 60_000);
});

describe('Group member, Sync', () => {
	let groupId: { __rl: true; mode: string; value: string };
	const group = async (parameters: INodeParameters, settings: Partial<INode> = {}) =>
		await runNode({ nodeType: new ProofpointGroup(), parameters, credential, settings });
	const sync = async (members: string[] | string, options: INodeParameters = {}, settings = {}) =>
		await group({ resource: 'member', operation: 'sync', groupId, members, options }, settings);
	const present = async () =>
		(await group({ resource: 'member', operation: 'getAll', groupId, returnAll: true })).map(
			({ json }) => json.address ?? json.domain,
		);
	const numbered = (from: number, to: number) =>
		Array.from({ length: to - from }, (_, index) => `user${from + index}@example.com`);

	beforeEach(async () => {
		const [created] = await group({ resource: 'group', operation: 'create', name: 'Synced' });
		groupId = { __rl: true, mode: 'id', value: String(created?.json.id) };
		await group({ resource: 'member', operation: 'add', groupId, members: numbered(0, 150) });
		await simulator.clearRequests();
	});

	it('sends the difference only, in requests of at most 100, whatever the case of the letters', async () => {
		const wanted = numbered(20, 300).map((address) => address.toUpperCase());
		const [item] = await sync([...wanted, '@partner.example']);
		expect(item?.json).toMatchObject({ unchanged: 130 });
		expect(item?.json.added).toHaveLength(151);
		expect(item?.json.removed).toEqual(numbered(0, 20));
		expect(await countOf('membersAdd')).toBe(2);
		expect(await countOf('membersRemove')).toBe(1);
		expect(await present()).toHaveLength(281);
		await simulator.clearRequests();
		expect((await sync([...wanted, '@partner.example']))[0]?.json).toMatchObject({
			added: [],
			removed: [],
			unchanged: 281,
		});
		expect((await countOf('membersAdd')) + (await countOf('membersRemove'))).toBe(0);
	});

	it('shows the plan without carrying it out', async () => {
		const [item] = await sync(numbered(149, 152), { dryRun: true });
		expect(item?.json).toMatchObject({ dryRun: true, unchanged: 1 });
		expect((await countOf('membersAdd')) + (await countOf('membersRemove'))).toBe(0);
	});

	it('never empties a group unless it is told to', async () => {
		expect(await messageOf(sync([]))).toContain('so the group was left as it is');
		expect(await present()).toHaveLength(150);
		await sync([], { allowEmpty: true, maxRemovals: 150 });
		expect(await present()).toEqual([]);
	});

	it('a lost answer half way says what was done, and running it again finishes the work', async () => {
		await simulator.addFaults({
			endpoint: 'membersAdd',
			nth: 2,
			action: { kind: 'reset-after-processing' },
		});
		const wanted = numbered(100, 450);
		const [item] = await sync(wanted, { maxRemovals: 100 }, goOn);
		expect(item?.json.added).toHaveLength(100);
		expect(item?.json.removed).toEqual([]);
		expect(item?.json.message).toContain('100 of 300 members were added and 0 of 100 removed');
		const [again] = await sync(wanted, { maxRemovals: 100 });
		// The second hundred had arrived although its answer was lost.
		expect(again?.json.added).toHaveLength(100);
		expect((await present()).sort()).toEqual([...wanted].sort());
	});
});
