/**
 * Answers to changes that are odd but true: a status like 201 or 204, numbers as text, a list that is null or missing.
 * What they say is read as far as it goes; none of them makes an item fail that was carried out.
 */
import { endpoints } from '@nodes/shared/api/endpoints';
import { everyOperation } from '@test/unit/nodes/everyNode.cjs';
import type { INodeParameters } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { runNode } from './host.cjs';

let server: Server;
let portalUrl = '';
let answer: { status: number; body: string } = { status: 200, body: '' };

beforeAll(async () => {
	server = createServer((request, response) => {
		request.resume();
		response.writeHead(answer.status, { 'Content-Type': 'application/json' });
		response.end(answer.body);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	portalUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());

const parameters: INodeParameters = {
	eventId: 'defender::inbound-1',
	groupId: { __rl: true, mode: 'id', value: '42' },
	name: 'Leavers',
	members: 'a@acme.example',
	options: { allowEmpty: true },
};

async function outputOf(resource: string, operation: string, status: number, body: unknown) {
	answer = { status, body: body === undefined ? '' : JSON.stringify(body) };
	const found = everyOperation().find(
		(one) => one.resource === resource && one.option.value === operation,
	);
	if (!found) throw new Error(`There is no ${resource} ${operation}`);
	const [item] = await runNode({
		nodeType: found.node,
		parameters: { ...parameters, resource, operation },
		credential: { portalUrl, apiToken: 'token', allowCustomHost: true },
	});
	return item?.json;
}

const metadata = { name: 'Leavers', id: '42', created_at: null, updated_at: null };
const groupBodies = [
	undefined,
	null,
	{},
	{ id: '42' },
	{ id: ' 42 ', results: null },
	{ results: null },
	{ checkpoint: null, additional_results: false, results: null },
	{ results: { metadata, members: null } },
	{ results: [{ id: 42 }] },
	{ groups: [metadata] },
];
const groupOperations: Array<[string, string, object]> = [
	['group', 'update', { id: 42, name: 'Leavers' }],
	['group', 'delete', { id: 42, deleted: true }],
	['member', 'add', { id: 42, requested: 1, sent: 1, requests: 1 }],
	['member', 'remove', { id: 42, requested: 1, sent: 1, requests: 1 }],
];
const statuses = [200, 201, 204];
/** HTTP has no body with 204. */
const possible = (bodies: unknown[]) =>
	statuses.flatMap((status) =>
		(status === 204 ? [undefined] : bodies).map((body): [number, unknown] => [status, body]),
	);

describe.each(groupOperations)('%s, %s', (resource, operation, output) => {
	it.each(possible(groupBodies))('%i %j', async (status, body) => {
		expect(await outputOf(resource, operation, status, body)).toEqual(output);
	});

	it.each([202, 207])('%i says that it is not done yet, or not all of it', async (status) => {
		for (const body of groupBodies) {
			await expect(outputOf(resource, operation, status, body)).rejects.toMatchObject({
				description: expect.stringContaining('It is not known whether'),
			});
		}
	});
});

describe('group, create', () => {
	it.each([
		{ id: 42 },
		{ id: '42' },
		{ id: ' 042 ', name: null, results: null },
		metadata,
		{ metadata },
		{ results: { metadata, members: [] } },
		{ results: metadata },
		{ groups: [metadata] },
	])('%j', async (body) => {
		for (const status of [200, 201, 202]) {
			expect(await outputOf('group', 'create', status, body)).toEqual({ id: 42, name: 'Leavers' });
		}
	});

	it('an ID beyond what a number can hold stays a text', async () => {
		const id = '9007199254740993';
		expect(await outputOf('group', 'create', 201, { id })).toEqual({ id, name: 'Leavers' });
	});

	it.each([[undefined], [{}], [{ id: null }], [{ id: '42', metadata: { id: 43 } }], [{ id: 'x' }]])(
		'%j names no group: that is not known, and not called failed',
		async (body) => {
			await expect(outputOf('group', 'create', 201, body)).rejects.toMatchObject({
				description: expect.stringContaining('It is not known whether'),
			});
		},
	);
});

const actions = ['releaseFromQuarantine', 'deleteFromQuarantine', 'deleteFromInbox'];
const user = { user_address: 'a@acme.example' };

describe.each(actions)('email, %s', (operation) => {
	it.each([
		[{ number_of_actions_attempted: '1', number_of_actions_succeeded: ' 1 ' }, 'queued'],
		[{ number_of_actions_attempted: 1, number_of_actions_succeeded: '1', results: null }, 'queued'],
		[
			{ number_of_actions_attempted: '2', number_of_actions_succeeded: '1', results: [] },
			'partial',
		],
		[{ number_of_actions_attempted: null, results: [user] }, 'queued'],
		[{ results: [{ ...user, error: null }, null] }, 'queued'],
		[{ results: { ...user, error: null } }, 'queued'],
		[{ results: [{ user_address: null }] }, 'queued'],
	])('%j', async (body, outcome) => {
		for (const status of [200, 201, 202]) {
			expect(await outputOf('email', operation, status, body)).toEqual({
				...body,
				event_id: 'defender::inbound-1',
				action: operation,
				outcome,
			});
		}
	});

	it.each(possible([undefined, null, {}, { results: null }, { results: [] }]))(
		'%i %j tells nothing: that is not known',
		async (status, body) => {
			await expect(outputOf('email', operation, status, body)).rejects.toMatchObject({
				description: expect.stringContaining('not known whether'),
			});
		},
	);
});

it('the tables have every endpoint that changes something', () => {
	const count = Object.values(endpoints).filter(({ method }) => method !== 'GET').length;
	expect(groupOperations.length + 1 + actions.length).toBe(count);
});
