/** What a message claims is what happened: no retry that never was, no "empty" for something, no way out left unsaid. */
import { exchange, type Reply } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { readAccess } from '@nodes/shared/core/portal';
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { VirtualTime } from '@test/unit/core/virtualTime.cjs';
import { everyOperation } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { Poller, type RequestHelper } from './poller.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 5, groups: 2, users: 3, seed: 4 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => {
	await simulator.clearFaults();
	await simulator.clearRequests();
});

async function errorOf(work: Promise<unknown>): Promise<{ message: string; description: string }> {
	try {
		await work;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		const description = 'description' in error ? String(error.description ?? '') : '';
		return { message: error.message, description };
	}
	throw new Error('it did not fail');
}

describe('a request that was sent once claims no retry, however long it took', () => {
	const replies: Array<[string, Reply, { readOnly: boolean }]> = [
		['a write, 503', { status: 503, headers: {}, body: '' }, { readOnly: false }],
		['a write, 504', { status: 504, headers: {}, body: '' }, { readOnly: false }],
		['a write, 400', { status: 400, headers: {}, body: '' }, { readOnly: false }],
		['a write, cut off', { networkCode: 'ECONNRESET' }, { readOnly: false }],
		['a write, no answer in time', { networkCode: 'ETIMEDOUT' }, { readOnly: false }],
		['a write, half an answer', { status: 200, headers: {}, body: '{"id"' }, { readOnly: false }],
		['a read, 403', { status: 403, headers: {}, body: '' }, { readOnly: true }],
		['a read, 501', { status: 501, headers: {}, body: '' }, { readOnly: true }],
		['a read, no such host', { networkCode: 'ENOTFOUND' }, { readOnly: true }],
	];

	it.each(replies)('%s', async (_name, reply, { readOnly }) => {
		const time = new VirtualTime();
		let sent = 0;
		const answer = await time.run(
			exchange({
				owner: {},
				governor: new Governor(time),
				clock: time,
				secrets: [],
				readOnly,
				read: () => undefined,
				send: async () => {
					// Where even a write is repeated, nobody took it: the claim is true then.
					sent++;
					await time.sleep(30_000);
					return reply;
				},
			}),
		);
		expect(answer.ok).toBe(false);
		if (answer.ok) return;
		const waited = 'waitedMs' in answer.fault ? answer.fault.waitedMs : undefined;
		expect([sent, waited]).toEqual(sent === 1 ? [1, undefined] : [sent, expect.any(Number)]);
	});

	it('and one that was sent again after a rate limit says how long that took', async () => {
		const time = new VirtualTime();
		const replies: Reply[] = [
			{ status: 429, headers: { 'retry-after': '20' }, body: '' },
			{ status: 503, headers: {}, body: '' },
		];
		const answer = await time.run(
			exchange({
				owner: {},
				governor: new Governor(time),
				clock: time,
				secrets: [],
				readOnly: false,
				read: () => undefined,
				send: async () => await Promise.resolve(replies.shift() ?? { networkCode: 'UNKNOWN' }),
			}),
		);
		expect(answer).toMatchObject({ fault: { status: 503, waitedMs: expect.any(Number) } });
	});
});

describe('an agent reads only the message of a failed tool: it holds the way out', () => {
	const asTool = (name: string): Partial<INode> => ({ type: `n8n-nodes-proofpoint.${name}Tool` });
	const operations = everyOperation().map((operation): [string, typeof operation] => [
		`${operation.folder}, ${operation.resource} ${String(operation.option.value)}`,
		operation,
	]);

	it.each(operations)('%s', async (_name, { node, resource, option }) => {
		const parameters: INodeParameters = { resource, operation: String(option.value) };
		const refused = { ...credential, apiToken: '' };
		const run = { nodeType: node, parameters, credential: refused };
		const plain = await errorOf(runNode(run));
		const tool = await errorOf(runNode({ ...run, settings: asTool(node.description.name) }));
		expect(plain.description).not.toBe('');
		expect(tool.message).toContain(plain.message);
		expect(tool.message).toContain(plain.description);
		expect(plain.message).not.toContain(plain.description);
	});

	it('an answer of the API, and what was done before', async () => {
		await simulator.addFaults({ endpoint: 'group', action: { kind: 'status', status: 403 } });
		const { message } = await errorOf(
			runNode({
				nodeType: new ProofpointGroup(),
				parameters: { resource: 'group', operation: 'get', groupId: { mode: 'id', value: '1' } },
				credential,
				settings: asTool('proofpointGroup'),
			}),
		);
		expect(message).toMatch(/refused access \(403\).*“Groups”.*give it to that user/s);
	});
});

describe('what is something is not called empty', () => {
	const values: Array<[string, unknown]> = [
		['an object', { id: 4 }],
		['a list', [4]],
		['true', true],
		['false', false],
		['a fraction', 1.5],
		['not a number', Number.NaN],
	];

	it.each(values)('Group: %s', async (_name, value) => {
		const { message, description } = await errorOf(
			runNode({
				nodeType: new ProofpointGroup(),
				parameters: {
					resource: 'group',
					operation: 'get',
					groupId: { __rl: true, mode: 'id', value: '={{ $json.given }}' },
				},
				items: [{ given: value } as IDataObject],
				credential,
			}),
		);
		expect(message).toBe('The parameter “Group” is not the ID of a group');
		expect(description).not.toContain('is empty');
		expect((await simulator.requests()).requests).toEqual([]);
	});

	it.each(['portalUrl', 'apiToken'])('the credential’s %s', (name) => {
		for (const [, value] of values) {
			const access = readAccess({
				portalUrl: 'https://acme.tessian-platform.com',
				apiToken: 'token',
				[name]: value,
			});
			expect(access).toMatchObject({ ok: false, message: expect.stringMatching(/is not text$/) });
		}
	});
});

describe('a number that is none is no name and no text', () => {
	it.each([
		['NaN', Number.NaN],
		['Infinity', Number.POSITIVE_INFINITY],
		['-Infinity', Number.NEGATIVE_INFINITY],
		['the text NaN', 'NaN'],
		['the text undefined', 'undefined'],
		['the text null', ' null '],
		['the text of an object', '[object Object]'],
		['an expression that was not evaluated', '{{ $json.name }}'],
		['one in a text', 'Leavers {{1}}'],
		['a control character', 'a\u0000b'],
		['a line break', 'a\nb'],
	])('as the name of a group: %s', async (_name, given) => {
		for (const operation of ['create', 'update']) {
			const { message } = await errorOf(
				runNode({
					nodeType: new ProofpointGroup(),
					parameters: {
						resource: 'group',
						operation,
						groupId: { __rl: true, mode: 'id', value: '1' },
						name: '={{ $json.given }}',
					},
					items: [{ given }],
					credential,
				}),
			);
			expect(message).toMatch(/^The parameter “Name” /);
		}
		expect((await simulator.requests()).requests).toEqual([]);
	});

	it.each(['sender', 'recipient', 'subject'])('as the filter %s', async (name) => {
		const operation = everyOperation().find(
			({ folder, option }) => folder === 'Proofpoint' && option.value === 'getAll',
		);
		if (!operation) throw new Error('there is no such operation');
		const { message } = await errorOf(
			runNode({
				nodeType: operation.node,
				parameters: { operation: 'getAll', filters: { [name]: '={{ $json.given }}' } },
				items: [{ given: Number.NaN }],
				credential,
			}),
		);
		expect(message).toMatch(/^The parameter “(?:Sender|Recipient|Subject)” /);
	});
});

describe('users that are not watched: in the log once, with the number of a whole round', () => {
	let made = 0;
	const lines: string[] = [];
	beforeEach(() => lines.splice(0));

	function watching(send: RequestHelper): Poller {
		const silent = { error: () => {}, info: () => {}, debug: () => {} };
		return new Poller(new ProofpointTrigger(), { event: 'userConnectionChanged' }, credential, {
			settings: { id: `honest-${made++}` },
			logger: { ...silent, warn: (text) => lines.push(text) },
			wrapRequest: () => send,
		});
	}

	it('without a usable ID', async () => {
		const ids = [1.5, null, undefined, true, {}, [], '', Number.MAX_VALUE, 7, 'user-a'];
		const results = ids.map((id) => ({ id, status: 'Good connection' }));
		const body = { checkpoint: 'end', additional_results: false, results };
		const trigger = watching(async () => ({ statusCode: 200, headers: {}, body }));
		for (let polls = 0; polls < 4; polls++) await trigger.poll();
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(/\b8 monitored users\b.*\bID\b/);
	});

	it('too many, over several polls of a round', async () => {
		const count = 100_000;
		let pages = 0;
		const trigger = watching(async (_type, { qs = {} }) => {
			// Every poll but the fifth page of a round ends early, as at a busy portal.
			if (++pages % 21 === 0) return { statusCode: 403, headers: {}, body: '' };
			const from = Number(qs.after_checkpoint ?? 0);
			const to = Math.min(count, from + 2000);
			const results = Array.from({ length: to - from }, (_, index) => ({
				id: `user-${from + index}`,
				status: 'Good connection',
			}));
			const body = { checkpoint: String(to), additional_results: to < count, results };
			return { statusCode: 200, headers: {}, body };
		});
		for (let polls = 0; polls < 7; polls++) await trigger.poll();
		expect(lines).toHaveLength(1);
		const [, number = ''] = /(\d[\d,]*) monitored users/.exec(lines[0] ?? '') ?? [];
		// All but those that are: 450,000 characters of 8 each.
		expect(Number(number.replace(/,/g, ''))).toBe(count - 56_250);
	}, 60_000);
});
