/** What a portal may answer about a group: members that it lists twice, the wrong group, another name. */
import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import type { INodeParameters } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { failureOf } from './failure.cjs';
import { runNode } from './host.cjs';

let server: Server;
let portalUrl = '';
/** Of the group with the ID 42: for each page, the metadata and the members. */
let pages: Array<[metadata: object, members: object[]]> = [];
let written: string[] = [];
/** To what changes something. */
let answer = '';

beforeAll(async () => {
	server = createServer((request, response) => {
		request.resume();
		if (request.method !== 'GET') {
			written.push(request.url ?? '');
			response.end(answer);
			return;
		}
		const url = new URL(request.url ?? '', 'http://portal');
		const at = Number(url.searchParams.get('after_checkpoint') ?? 0);
		const [metadata, members] = pages[at] ?? [{}, []];
		const more = at < pages.length - 1;
		response.writeHead(200, { 'Content-Type': 'application/json' });
		const results = { metadata, members };
		response.end(JSON.stringify({ checkpoint: String(at + 1), additional_results: more, results }));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	portalUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());
beforeEach(() => {
	written = [];
	answer = '';
});

async function run(parameters: INodeParameters) {
	const groupId = { __rl: true, mode: 'id', value: '42' };
	return await runNode({
		nodeType: new ProofpointGroup(),
		parameters: { groupId, ...parameters },
		credential: { portalUrl, apiToken: 'token', allowCustomHost: true },
	});
}

const sync = { resource: 'member', operation: 'sync' };
const mine = { id: 42, name: 'Mine' };
const who = (count: number) =>
	Array.from({ length: count }, (_, at) => ({ address: `p${at}@acme.example` }));
const first = (count: number) =>
	who(count)
		.map(({ address }) => address)
		.join();

describe('a member that the portal lists several times counts once for “Max Removals”', () => {
	const cases: Array<[string, Array<[object, object[]]>]> = [
		['on one page', [[mine, [...who(10), ...who(10)]]]],
		[
			'on two pages',
			[
				[mine, who(10)],
				[mine, who(10)],
			],
		],
		[
			'in two spellings',
			[[mine, [...who(10), ...who(10).map(({ address }) => ({ address: address.toUpperCase() }))]]],
		],
	];

	it.each(cases)('%s', async (_name, given) => {
		pages = given;
		for (const options of [{}, { maxRemovals: '' }, { maxRemovals: 5 }]) {
			const words = await failureOf(run({ ...sync, members: first(4), options }));
			expect(words).toContain('would remove 6 of the 10 members');
		}
		expect(written).toEqual([]);
		await run({ ...sync, members: first(5) });
		expect(written).toHaveLength(1);
		await run({ ...sync, members: first(2), options: { maxRemovals: 8 } });
		expect(written).toHaveLength(2);
	});
});

const reads: Array<[string, INodeParameters]> = [
	['Sync', { ...sync, members: first(3) }],
	['Get', { resource: 'group', operation: 'get' }],
	['Get Many of members', { resource: 'member', operation: 'getAll', returnAll: true }],
];

describe.each(reads)('%s', (_name, parameters) => {
	const other = { id: 43, name: 'Other' };
	const wrong: Array<[string, Array<[object, object[]]>]> = [
		['another group', [[other, who(4)]]],
		[
			'another group on the second page',
			[
				[mine, who(4)],
				[other, who(4)],
			],
		],
	];

	it.each(wrong)('refuses %s', async (_what, given) => {
		pages = given;
		await failureOf(run(parameters));
		expect(written).toEqual([]);
	});

	it.each([[{}], [{ id: null }], [{ id: '42' }], [{ id: ' 042 ' }]])(
		'takes an answer with the metadata %j',
		async (metadata) => {
			pages = [[metadata, who(4)]];
			expect(await run(parameters)).not.toEqual([]);
		},
	);
});

describe.each(['create', 'update'])('%s gives out the name that the portal says', (operation) => {
	const named = async (body: object) => {
		answer = JSON.stringify(body);
		const [item] = await run({ resource: 'group', operation, name: 'Wanted' });
		return item?.json;
	};

	it.each([
		[{ id: 42, name: 'Other' }],
		[{ metadata: { id: 42, name: 'Other' } }],
		[{ results: { metadata: { id: 42, name: 'Other' }, members: [] } }],
	])('%j', async (body) => {
		expect(await named(body)).toEqual({ id: 42, name: 'Other' });
	});

	it.each([[{ id: 42 }], [{ id: 42, name: null }], [{ id: 42, name: '' }]])(
		'the one that was asked for with %j',
		async (body) => {
			expect(await named(body)).toEqual({ id: 42, name: 'Wanted' });
		},
	);
});
