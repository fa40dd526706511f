/**
 * Every operation that changes something, many items and one that fails: with "On Error: stop" everything is checked
 * first, nothing is sent after the failure, and one error says what became of each item, at once, with n8n's
 * "Batching" too. With "continue" every item has its own outcome.
 */
import { endpoints } from '@nodes/shared/api/endpoints';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { everyOperation } from '@test/unit/nodes/everyNode.cjs';
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';

import { counts } from './report.cjs';
import { runNode, type CredentialData } from './host.cjs';
import { failureOf } from './failure.cjs';

let simulator: Simulator;
let credential: CredentialData;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeAll(() => process.on('unhandledRejection', note));
beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 0, groups: 0, seed: 3, remediationDelay: 0 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterEach(async () => {
	await simulator.stop();
	// Node.js reports a rejection when the tasks of the moment are done.
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(unhandled).toEqual([]);
});
afterAll(() => process.off('unhandledRejection', note));

const changing = new Set(
	Object.entries(endpoints)
		.filter(([, { method }]) => method !== 'GET')
		.map(([name]) => name),
);
const endpointOf: Record<string, string> = {
	create: 'groupCreate',
	update: 'groupUpdate',
	delete: 'groupDelete',
	add: 'membersAdd',
	remove: 'membersRemove',
};
/** Sync is not among them: its items make one list, and have tests of their own. */
const writes = everyOperation().flatMap(({ folder, node, resource, option }) => {
	const operation = String(option.value);
	const endpoint = endpointOf[operation] ?? operation;
	return changing.has(endpoint) ? [{ folder, node, resource, operation, endpoint }] : [];
});
type Write = (typeof writes)[number];

it('the table has every endpoint that changes something', () => {
	expect(new Set(writes.map(({ endpoint }) => endpoint))).toEqual(changing);
});

const parameters: INodeParameters = {
	eventId: '={{ $json.event }}',
	groupId: { __rl: true, mode: 'id', value: '={{ $json.group }}' },
	name: '={{ $json.name }}',
	members: '={{ $json.email }}',
};
const created = z.object({ id: z.number() });

/** Items that do not share a request, and a text that is in the request of each and of no other. */
async function itemsFor({ operation, resource }: Write, count: number) {
	const group = everyOperation().find(({ folder }) => folder === 'Group')?.node;
	if (!group) throw new Error('There is no node Group');
	const events =
		resource === 'email'
			? await simulator.createEvents({
					count,
					type: 'defender',
					...(operation === 'deleteFromInbox' ? { place: 'inbox' } : { releasable: true }),
				})
			: [];
	const groups = await runNode({
		nodeType: group,
		parameters: { resource: 'group', operation: 'create', name: 'Made' },
		items: Array.from({ length: count }, () => ({})),
		credential,
	});
	await simulator.clearRequests();
	return Array.from({ length: count }, (_, at) => {
		const { id } = created.parse(groups[at]?.json);
		const name = `Name ${at}!`;
		const event = events[at]?.id ?? '';
		const item: IDataObject = { group: id, name, event, email: `person${at}@acme.example` };
		const own = resource === 'email' ? { contains: event } : { path: `/${id}(/|$)` };
		return { item, own: operation === 'create' ? { contains: name } : own };
	});
}

async function run(
	{ node, resource, operation }: Write,
	items: IDataObject[],
	{
		options = {},
		...how
	}: { settings?: Partial<INode>; requestOptions?: IDataObject; options?: IDataObject } = {},
): Promise<INodeExecutionData[]> {
	return await runNode({
		nodeType: node,
		parameters: { ...parameters, resource, operation, options: { failOn: 'never', ...options } },
		items,
		credential,
		...how,
	});
}

const batching = (batchSize: number, batchInterval: number): IDataObject => ({
	batching: { batch: { batchSize, batchInterval } },
});
const goOn: Partial<INode> = { onError: 'continueRegularOutput' };
const named = writes.map((write): [string, Write] => [
	`${write.folder}, ${write.operation}`,
	write,
]);

/** Answers of 200 to an action, none of which queued anything for everybody. */
const answers: Array<[line: string, body: object]> = [
	['Nothing done', { results: [{ user_address: 'a@acme.example', error: 'ALREADY_DELETED' }] }],
	['Nothing done', { results: [{ user_address: 'a@acme.example', error: 'NOT_FOUND' }] }],
	['Nothing done', { results: [], number_of_actions_attempted: 0, number_of_actions_succeeded: 0 }],
	['Not known whether carried out', { results: [] }],
	['Carried out in part', { number_of_actions_attempted: 3, number_of_actions_succeeded: 1 }],
];

describe.each(named.filter(([, { resource }]) => resource === 'email'))('%s', (_name, write) => {
	it.each(answers)('without an error, but not carried out: %s %j', async (line, body) => {
		const rows = await itemsFor(write, 3);
		await simulator.addFaults({ ...rows[0]?.own, action: { kind: 'wrong-envelope', body } });
		await simulator.addFaults({ ...rows[2]?.own, action: { kind: 'status', status: 404 } });
		const items = rows.map(({ item }) => item);
		const one = { requestOptions: batching(1, 1) };
		const told = await failureOf(run(write, items, one));
		expect(counts(told)).toEqual({ 'Carried out': 1, [line]: 1, Failed: 1 });
	});

	it('without an error, but not confirmed when the run ends', async () => {
		const rows = await itemsFor(write, 2);
		await simulator.addFaults({ ...rows[1]?.own, action: { kind: 'status', status: 404 } });
		const items = rows.map(({ item }) => item);
		const options = { waitForConfirmation: true, confirmationTimeout: 60 };
		await simulator.set({ remediationDelayMs: 600_000 });
		const told = await failureOf(run(write, items, { options }));
		await simulator.set({ remediationDelayMs: 0 });
		expect(told).toContain('item, 0 (item 0: queued, but not confirmed)');
		expect(counts(told)).toEqual({ 'Not known whether carried out': 1, Failed: 1 });
	});
});

describe.each(named)('%s', (_name, write) => {
	it.each([
		['', {}],
		[', in batches', { requestOptions: batching(1, 60_000) }],
	])('a bad parameter of the last item: nothing is sent%s', async (_how, how) => {
		const items = (await itemsFor(write, 5)).map(({ item }) => item);
		items[4] = { group: 'none', name: '', event: '', email: 'none' };
		const told = await withoutWaiting(60_000, async () => failureOf(run(write, items, how)));
		expect(counts(told)).toEqual({ Failed: 1, 'Not tried': 4 });
		expect((await simulator.requests()).requests).toEqual([]);
	});

	it('in batches, the report of a failure comes at once, is complete and stands once', async () => {
		const rows = await itemsFor(write, 8);
		// One after the other; the third fails late, while the fourth waits for its pause.
		await simulator.addFaults({
			...rows[2]?.own,
			action: { kind: 'status', status: 404 },
		});
		const items = rows.map(({ item }) => item);
		const told = await withoutWaiting(60_000, async () =>
			failureOf(run(write, items, { requestOptions: batching(3, 60_000) })),
		);
		expect(counts(told)).toEqual({ 'Carried out': 2, Failed: 1, 'Not tried': 5 });
		expect(told).toContain('Failed: 1 item, 2. Not tried: 5 items, 3-7.');
		expect((await simulator.requests()).requests).toHaveLength(3);
	});

	it('an answer that is lost: what is under way ends, nothing else is sent, and all is told', async () => {
		const rows = await itemsFor(write, 20);
		await simulator.addFaults({
			...rows[0]?.own,
			action: { kind: 'reset-after-processing' },
		});
		const told = await failureOf(
			run(
				write,
				rows.map(({ item }) => item),
			),
		);
		const { requests } = await simulator.requests();
		expect(requests.length).toBeLessThan(20);
		const done = requests.filter(({ status }) => status !== null).length;
		expect(counts(told)).toEqual({
			...(done > 0 ? { 'Carried out': done } : {}),
			'Not known whether carried out': 1,
			'Not tried': 19 - done,
		});
	});

	it('the report does not wait for items that the rate limit holds back', async () => {
		const rows = await itemsFor(write, 6);
		await simulator.addFaults(
			{
				...rows[1]?.own,
				times: 0,
				action: { kind: 'status', status: 429, headers: { 'Retry-After': '60' } },
			},
			{ ...rows[0]?.own, action: { kind: 'hang' } },
		);
		const items = rows.map(({ item }) => item);
		const told = await withoutWaiting(50_000, async () =>
			failureOf(run(write, items, { requestOptions: { timeout: 1_500 } })),
		);
		const { 'Not tried': untried = 0, 'Carried out': done = 0 } = counts(told);
		expect(counts(told)['Not known whether carried out']).toBe(1);
		expect(untried + done).toBe(5);
		expect(untried).toBeGreaterThan(0);
	});

	it.each([1, 2])(
		'when the node goes on, every item has its own outcome, in its order, %s at once',
		async (size) => {
			const rows = await itemsFor(write, 5);
			await simulator.addFaults(
				{ ...rows[1]?.own, action: { kind: 'status', status: 404 } },
				{ ...rows[3]?.own, action: { kind: 'reset-after-processing' } },
			);
			const items = rows.map(({ item }) => item);
			items[2] = { group: 'none', name: '', event: '', email: 'none' };
			const output = await run(write, items, {
				settings: goOn,
				requestOptions: batching(size, 50),
			});
			expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
				items.map((_, item) => ({ item })),
			);
			expect(output.map(({ json }) => json.error !== undefined)).toEqual([
				false,
				true,
				true,
				true,
				false,
			]);
			expect(output[3]?.json.message).toContain('It is not known whether');
		},
	);
});

it('request options that cannot be read for one item fail that item, whatever they are', async () => {
	const [, write] = named.find(([name]) => name === 'Remediation, releaseFromQuarantine') ?? [];
	if (!write) throw new Error('There is no release');
	const bad: IDataObject[] = [
		{ proxy: '={{ $itemIndex === 0 ? "http://:" : "" }}' },
		{ proxy: '={{ $("Nowhere").first().json.proxy }}' },
		{ timeout: '={{ $itemIndex === 0 ? "soon" : 1000 }}' },
		{ timeout: '={{ $itemIndex === 0 ? $json.nothing : "1000" }}' },
		{ allowUnauthorizedCerts: '={{ $itemIndex === 0 ? "perhaps" : "TRUE" }}' },
		batching(1, 10),
	];
	for (const requestOptions of bad) {
		const rows = await itemsFor(write, 2);
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const output = await run(
				write,
				rows.map(({ item }) => item),
				{ settings: { onError }, requestOptions },
			);
			const all = JSON.stringify(requestOptions).includes('Nowhere');
			const none = 'batching' in requestOptions;
			expect(output.map(({ json }) => json.error !== undefined)).toEqual([!none, all]);
			if (!none && !all) {
				expect(output[0]?.json.error).toMatch(/Proxy|Timeout|Ignore SSL Issues/);
			}
		}
	}
});

it.each([
	['Items per Batch', { batching: { batch: { batchSize: 'some' } } }],
	['Batch Interval (ms)', { batching: { batch: { batchInterval: 'long' } } }],
	['Batching', { batching: 'yes' }],
])('“%s” that cannot be read is refused by its name', async (label, requestOptions) => {
	const [, write] = named[0] ?? [];
	if (!write) throw new Error('There is no operation');
	const items = (await itemsFor(write, 2)).map(({ item }) => item);
	expect(await failureOf(run(write, items, { requestOptions }))).toContain(
		`The request option “${label}” has an invalid value`,
	);
	expect((await simulator.requests()).requests).toEqual([]);
});
