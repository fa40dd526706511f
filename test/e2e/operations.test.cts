/** Every operation of every node through `n8n execute`, and what only a running n8n shows. */
import { ranges } from '@nodes/shared/core/itemLedger';
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import { chain } from '@host/workflow.cjs';

import { items, makeWorld, manual, proofpointNode, type World } from './setup.cjs';

let world: World;

beforeAll(async () => {
	world = await makeWorld(
		{ events: 150, seed: 7, tokens: { groupsOnly: ['Groups'] } },
		{ editor: true },
	);
}, 360_000);
afterAll(async () => await world.stop());
beforeEach(async () => await world.simulator.clearRequests());

const once = { executeOnce: true };
/** The nodes that only read lists. */
const readers = [
	'proofpoint',
	'proofpointUserMonitoring',
	'proofpointAnomaly',
	'proofpointAudit',
	'proofpointCompanyRisk',
];
const list = (name: string) => [
	proofpointNode(`${name} getAll`, name, { operation: 'getAll', limit: 3 }, once),
	proofpointNode(`${name} getPage`, name, { operation: 'getPage', pageSize: 2 }, once),
];
const created = (path: string) => `={{ $('group create').first().json.${path} }}`;
const theGroup = { __rl: true, mode: 'id', value: created('id') };
const group = (operation: string, parameters: Record<string, unknown> = {}) =>
	proofpointNode(
		`group ${operation}`,
		'proofpointGroup',
		{ resource: 'group', operation, ...parameters },
		once,
	);
const member = (operation: string, parameters: Record<string, unknown> = {}) =>
	proofpointNode(
		`member ${operation}`,
		'proofpointGroup',
		{ resource: 'member', operation, groupId: theGroup, ...parameters },
		once,
	);

function outputOf(result: RunResult, node: string): Array<Record<string, unknown>> {
	return itemsOf(result, node).map(({ json }) => json);
}

it('calls all 15 endpoints, each by the operation that names it', async () => {
	const [quarantined, deleted] = await world.simulator.createEvents({
		count: 2,
		type: 'defender',
		releasable: true,
	});
	const [delivered] = await world.simulator.createEvents({
		count: 1,
		type: 'defender',
		place: 'inbox',
	});
	await world.simulator.clearRequests();
	const act = (operation: string, eventId: string | undefined) =>
		proofpointNode(operation, 'proofpointRemediation', { operation, eventId }, once);
	const workflow = manual(
		'every-operation',
		...readers.flatMap(list),
		group('create', { name: 'End to end' }),
		group('update', { groupId: theGroup, name: 'End to end, renamed' }),
		member('add', { members: 'alice@example.com, @partner.example, bob@example.com' }),
		member('remove', { members: '={{ ["bob@example.com"] }}' }),
		member('getAll', { returnAll: true }),
		group('get', { groupId: theGroup }),
		group('getAll', { returnAll: true }),
		group('getPage', { pageSize: 1 }),
		group('delete', { groupId: theGroup }),
		act('releaseFromQuarantine', quarantined?.id),
		act('deleteFromQuarantine', deleted?.id),
		act('deleteFromInbox', delivered?.id),
	);
	await world.n8n.importWorkflows([workflow]);
	const result = await world.n8n.execute('every-operation');
	expect(result.error?.message).toBeUndefined();
	expect(result.status).toBe('success');

	const { requests } = await world.simulator.requests();
	expect(new Set(requests.map(({ endpoint }) => endpoint))).toEqual(
		new Set([
			'events',
			'groups',
			'groupCreate',
			'group',
			'groupUpdate',
			'groupDelete',
			'membersAdd',
			'membersRemove',
			'monitoredUsers',
			'anomalies',
			'releaseFromQuarantine',
			'deleteFromQuarantine',
			'deleteFromInbox',
			'audits',
			'companyRisk',
		]),
	);
	expect(requests.every(({ status }) => status === 200)).toBe(true);

	for (const name of readers) {
		expect(outputOf(result, `${name} getAll`)).toHaveLength(3);
		expect(Object.keys(outputOf(result, `${name} getPage`)[0] ?? {}).sort()).toEqual([
			'additional_results',
			'checkpoint',
			'results',
		]);
	}
	const id = outputOf(result, 'group create')[0]?.id;
	expect(outputOf(result, 'group create')).toEqual([{ id, name: 'End to end' }]);
	expect(outputOf(result, 'group update')).toEqual([{ id, name: 'End to end, renamed' }]);
	expect(outputOf(result, 'member add')).toEqual([{ id, requested: 3, sent: 3, requests: 1 }]);
	expect(outputOf(result, 'member remove')).toEqual([{ id, requested: 1, sent: 1, requests: 1 }]);
	const members = [{ address: 'alice@example.com' }, { domain: '@partner.example' }];
	expect(outputOf(result, 'member getAll')).toEqual(members);
	expect(outputOf(result, 'group get')[0]).toMatchObject({
		id,
		name: 'End to end, renamed',
		members,
	});
	expect(outputOf(result, 'group delete')).toEqual([{ id, deleted: true }]);
	for (const action of ['releaseFromQuarantine', 'deleteFromQuarantine', 'deleteFromInbox']) {
		expect(outputOf(result, action)[0]).toMatchObject({ action, outcome: 'queued' });
	}
}, 240_000);

describe('in a running n8n', () => {
	beforeAll(async () => await world.n8n.start(), 120_000);

	it('does 1,000 releases under 20 requests a second: once each, at most 4 at a time, each linked', async () => {
		const events = await world.simulator.createEvents({
			count: 1000,
			type: 'defender',
			releasable: true,
		});
		await world.simulator.clearRequests();
		await world.simulator.setRateLimit({ perSecond: 20, burst: 20, form: 'ratelimit-fields' });
		const startedAt = Date.now();
		const [result] = await world.n8n.executeMany(
			[
				manual(
					'thousand',
					items('Ids', `return ${JSON.stringify(events.map(({ id }) => ({ json: { id } })))}`),
					proofpointNode('Release', 'proofpointRemediation', {
						operation: 'releaseFromQuarantine',
						eventId: '={{ $json.id }}',
					}),
				),
			],
			{ timeoutMs: 150_000 },
		);
		const seconds = (Date.now() - startedAt) / 1000;
		await world.simulator.setRateLimit('off');
		expect(result?.status).toBe('success');
		const released = result ? itemsOf(result, 'Release') : [];
		expect(released.map(({ json }) => json.event_id)).toEqual(events.map(({ id }) => id));
		expect(released.map(({ pairedItem }) => pairedItem)).toEqual(
			events.map((_, item) => ({ item })),
		);
		const { remediationCounts } = await world.simulator.ledger();
		for (const { id } of events)
			expect(remediationCounts[id]).toEqual({ releaseFromQuarantine: 1 });
		const { requests, maxInFlight } = await world.simulator.requests();
		expect(maxInFlight).toBeLessThanOrEqual(4);
		const refused = requests.filter(({ status }) => status === 429).length;
		expect(refused).toBeLessThanOrEqual(50);
		process.stderr.write(
			`1,000 releases at 20/s: ${seconds.toFixed(1)} s, ${refused} answers 429, ${maxInFlight} at most in flight\n`,
		);
	}, 360_000);

	it('one bad item among 100 stops the rest, and the error says what the request log says', async () => {
		const events = await world.simulator.createEvents({
			count: 100,
			type: 'defender',
			releasable: true,
		});
		const ids = events.map(({ id }, index) => ({
			json: { id: index === 50 ? 'no-such-event' : id },
		}));
		await world.simulator.clearRequests();
		const [result] = await world.n8n.executeMany([
			manual(
				'bad-item',
				items('Ids', `return ${JSON.stringify(ids)}`),
				proofpointNode('Release', 'proofpointRemediation', {
					operation: 'releaseFromQuarantine',
					eventId: '={{ $json.id }}',
				}),
			),
		]);
		const { requests } = await world.simulator.requests();
		// Four wait at a time, and which of them is next is chance.
		const done = requests
			.filter(({ status }) => status === 200)
			.map(({ body }) => ids.findIndex(({ json }) => body.includes(json.id)))
			.sort((one, other) => one - other);
		const untried = Array.from(ids.keys()).filter((item) => item !== 50 && !done.includes(item));
		expect(done.length).toBeLessThan(70);
		expect(result?.status).toBe('error');
		expect(result?.error?.message).toBe('There is no event with the ID no-such-event');
		expect(result?.error?.description).toContain(
			`Carried out: ${done.length} items, ${ranges(done)}.`,
		);
		expect(result?.error?.description).toContain(
			`Not tried: ${untried.length} items, ${ranges(untried)}.`,
		);
		process.stderr.write(`one bad item among 100: ${result?.error?.description}\n`);
	}, 120_000);

	it('sends error items to the error branch with the fields of their input', async () => {
		const [good] = await world.simulator.createEvents({
			count: 1,
			type: 'defender',
			releasable: true,
		});
		const release = proofpointNode(
			'Release',
			'proofpointRemediation',
			{ operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' },
			{ onError: 'continueErrorOutput' },
		);
		const ids = [{ json: { id: good?.id, case: 1 } }, { json: { id: 'no-such-event', case: 2 } }];
		const [result] = await world.n8n.executeMany([
			manual('error-branch', items('Ids', `return ${JSON.stringify(ids)}`), release),
		]);
		expect(result?.status).toBe('success');
		expect(result ? itemsOf(result, 'Release', 0) : []).toHaveLength(1);
		const [failed] = result ? itemsOf(result, 'Release', 1) : [];
		expect(failed?.json).toMatchObject({ id: 'no-such-event', case: 2 });
		expect(failed?.json.error).toContain('There is no event with the ID no-such-event');
	}, 120_000);

	it('is listed with all its nodes, tools included', async () => {
		const types = await world.n8n.client.nodeTypes();
		const ours = types
			.map(({ name }) => name)
			.filter((name) => name.startsWith('n8n-nodes-proofpoint.'));
		for (const name of [...readers, 'proofpointGroup', 'proofpointRemediation']) {
			expect(ours).toContain(`n8n-nodes-proofpoint.${name}`);
			expect(ours).toContain(`n8n-nodes-proofpoint.${name}Tool`);
		}
		expect(ours).toContain('n8n-nodes-proofpoint.proofpointTrigger');
	});

	it('shows recent records as a sample of the trigger', async () => {
		const trigger = proofpointNode('Trigger', 'proofpointTrigger', {
			event: 'securityEventCreated',
		});
		const [result] = await world.n8n.executeMany([chain('sample', [trigger], 'sample')], {
			trigger: 'Trigger',
		});
		expect(result?.status).toBe('success');
		expect(result ? itemsOf(result, 'Trigger').length : 0).toBe(10);
	}, 120_000);
});
