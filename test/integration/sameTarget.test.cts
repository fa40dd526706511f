/** Items of one run that write to the same group, or act on the same event: one after the other, in the items' order. */
import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { ProofpointGroup } from '@nodes/Group/ProofpointGroup.node';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { z } from 'zod';

import { goOn } from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';

/** A portal that answers its first write late and notes what it is asked, in the order in which it carries it out. */
let server: Server;
let credential: CredentialData;
let done: string[];
let busy: Map<string, number>;
/** Targets that were written to while another write to them was under way. */
let overlaps: string[];
let together: number;
let most: number;

const requestSchema = z
	.object({ name: z.string(), event_id: z.string(), members: z.array(z.unknown()) })
	.partial();

beforeAll(async () => {
	server = createServer((request, response) => {
		let text = '';
		request.on('data', (piece: Buffer) => (text += piece.toString()));
		request.on('end', () => {
			void (async () => {
				const url = request.url ?? '';
				const parsed: unknown = JSON.parse(text === '' ? '{}' : text);
				const body = requestSchema.parse(parsed);
				const target = /\d{2,}/.exec(url)?.[0] ?? body.event_id ?? body.name ?? '';
				if ((busy.get(target) ?? 0) > 0) overlaps.push(target);
				busy.set(target, (busy.get(target) ?? 0) + 1);
				most = Math.max(most, ++together);
				await pause(done.length === 0 && most === 1 ? 200 : 30);
				busy.set(target, (busy.get(target) ?? 1) - 1);
				together--;
				const isGone = request.method === 'DELETE' && done.includes(`DELETE ${target}`);
				done.push(`${request.method} ${target}${body.name ? ` ${body.name}` : ''}`);
				response.writeHead(isGone ? 404 : 200, { 'content-type': 'application/json' });
				const isRemediation = url.includes('remediation');
				response.end(
					JSON.stringify(
						isRemediation
							? { results: [{ address: 'a@acme.example', error: null }] }
							: { id: Number(target) || done.length },
					),
				);
			})();
		});
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	credential = {
		portalUrl: `http://127.0.0.1:${port}`,
		apiToken: '={{ $json.token || "token-1" }}',
		allowCustomHost: true,
	};
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
beforeEach(() => {
	done = [];
	overlaps = [];
	busy = new Map();
	together = 0;
	most = 0;
});

const group = new ProofpointGroup();
const rows = (operation: string, resource = 'group'): INodeParameters => ({
	resource,
	operation,
	groupId: { __rl: true, mode: 'id', value: '={{ $json.group }}' },
	name: '={{ $json.name }}',
	members: '={{ $json.email }}',
});
const run = async (
	parameters: INodeParameters,
	items: IDataObject[],
	settings = {},
	nodeType: INodeType = group,
) => await runNode({ nodeType, parameters, items, credential, settings });

describe.each([
	['stop', {}],
	['continue', goOn],
])('On Error: %s', (_name, settings) => {
	it('the last row names the group, however late the first answer comes', async () => {
		const names = ['first', 'second', 'last'];
		const items = [
			...names.map((name) => ({ group: 42, name })),
			{ group: '042', name: 'very last' },
			{ group: 43, name: 'other' },
		];
		const output = await run(rows('update'), items, settings);
		expect(output.map(({ json }) => json.error)).toEqual(items.map(() => undefined));
		expect(done.filter((line) => line.includes(' 42'))).toEqual(
			[...names, 'very last'].map((name) => `PUT 42 ${name}`),
		);
		expect(overlaps).toEqual([]);
		expect(most).toBe(2);
	});

	it('a group that two rows delete is deleted once, and both say so', async () => {
		const output = await run(
			rows('delete'),
			[42, '42', 43].map((id) => ({ group: id })),
			settings,
		);
		expect(output.map(({ json }) => json)).toEqual([
			{ id: 42, deleted: true },
			{ id: 42, deleted: true },
			{ id: 43, deleted: true },
		]);
		expect(done.sort()).toEqual(['DELETE 42', 'DELETE 43']);
	});

	it('rows of one name create their groups one after the other', async () => {
		const items = ['a', 'a', 'b', 'a'].map((name) => ({ name }));
		const output = await run(rows('create'), items, settings);
		expect(output).toHaveLength(4);
		expect(overlaps).toEqual([]);
		const ids = output.map(({ json }) => Number(json.id));
		expect((ids[0] ?? 0) < (ids[1] ?? 0) && (ids[1] ?? 0) < (ids[3] ?? 0)).toBe(true);
	});

	it.each(['add', 'remove'])('%s with several tokens never overlaps in a group', async (name) => {
		const items = ['token-1', 'token-2', 'token-1', 'token-3'].map((token, at) => ({
			group: 42,
			token,
			email: `person${at}@acme.example`,
		}));
		const output = await run(rows(name, 'member'), items, settings);
		expect(output.map(({ json }) => json.sent)).toEqual([1, 1, 1, 1]);
		expect(done).toHaveLength(3);
		expect(overlaps).toEqual([]);
	});

	it('an action on one event with several tokens never overlaps', async () => {
		const id = `defender::inbound-${'a'.repeat(64)}`;
		const items = ['token-1', 'token-2', 'token-1'].map((token) => ({ id, token }));
		const parameters = { operation: 'deleteFromInbox', eventId: '={{ $json.id }}' };
		const output = await run(parameters, items, settings, new ProofpointRemediation());
		expect(output.map(({ json }) => json.outcome)).toEqual(['queued', 'queued', 'queued']);
		expect(done).toHaveLength(2);
		expect(overlaps).toEqual([]);
	});
});
