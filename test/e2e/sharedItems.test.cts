/**
 * Items of one run that belong together, and items that must not, in a real n8n: one credential for many customers,
 * and Sync with a row per member, in a loop and behind one.
 */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import { chain, manualTrigger, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import { z } from 'zod';

import { items, makeWorld, manual, proofpointNode, type World } from './setup.cjs';

const everyone = { id: 'everyone', name: 'Every customer' };
let world: World;
let customers: Simulator[];

beforeAll(async () => {
	// Before n8n's port is chosen: they take any port that is free.
	const others = await Promise.all(
		[22, 23].map(async (seed) => await startSimulator({ events: 20, seed, remediationDelay: 0 })),
	);
	world = await makeWorld({ events: 20, seed: 21, remediationDelay: 0 }, {}, () => [
		{
			...everyone,
			type: 'proofpointApi',
			data: {
				portalUrl: '={{ $json.portal }}',
				apiToken: '={{ $json.token }}',
				allowCustomHost: '={{ $json.custom }}',
			},
		},
	]);
	customers = [world.simulator, ...others];
	await world.n8n.start();
}, 360_000);
afterAll(async () => {
	await Promise.all(customers.slice(1).map(async (customer) => await customer.stop()));
	await world.stop();
}, 120_000);

async function run(workflow: Workflow): Promise<RunResult> {
	const [result] = await world.n8n.executeMany([workflow]);
	if (result === undefined) throw new Error('n8n gave no result');
	return result;
}

const rows = (list: object[]) =>
	items('Rows', `return ${JSON.stringify(list.map((json) => ({ json })))}`);
const created = z.object({ id: z.number() });
const locator = (value: number | string) => ({ __rl: true, mode: 'id', value });

describe('one credential whose fields are expressions', () => {
	async function newGroups({ url, token }: Simulator): Promise<number[]> {
		const result = await run(
			manual(
				'groups',
				rows([0, 1].map(() => ({ portal: url, token, custom: true }))),
				proofpointNode(
					'Create',
					'proofpointGroup',
					{ resource: 'group', operation: 'create', name: 'New' },
					{ credentials: { proofpointApi: everyone } },
				),
			),
		);
		return itemsOf(result, 'Create').map(({ json }) => created.parse(json).id);
	}

	async function itemsFor(): Promise<Array<Record<string, unknown>>> {
		const list: Array<Record<string, unknown>> = [];
		for (const [index, customer] of customers.entries()) {
			const events = await customer.createEvents({ count: 2, type: 'defender', releasable: true });
			const groups = await newGroups(customer);
			for (const [row, { id }] of events.entries()) {
				list.push({
					portal: customer.url,
					token: customer.token,
					custom: index === 0 ? 'true' : true,
					eventId: id,
					member: `person${row}@customer${index}.example`,
					name: `Customer ${index}, group ${row}`,
					groupId: groups[row],
				});
			}
		}
		// The customers take turns.
		return [0, 2, 4, 1, 3, 5].map((at) => list[at] ?? {});
	}

	const nameOf = ({ folder, resource, option }: Operation) =>
		`${folder}, ${resource}, ${String(option.value)}`;

	test.each(everyOperation().map((operation) => [nameOf(operation), operation] as const))(
		'%s: each portal sees its own token and its own items only',
		async (_name, { node, resource, option }) => {
			const list = await itemsFor();
			await Promise.all(customers.map(async (customer) => await customer.clearRequests()));
			const operation = String(option.value);
			const result = await run(
				manual(
					'customers',
					rows(list),
					proofpointNode(
						'Node',
						node.description.name,
						{
							resource,
							operation,
							eventId: '={{ $json.eventId }}',
							groupId: locator('={{ $json.groupId }}'),
							name: '={{ $json.name }}',
							members: '={{ $json.member }}',
							...(operation === 'getPage' ? {} : { createdAfter: '2000-01-01T00:00:00Z' }),
							...(resource === 'email' ? { options: { failOn: 'never' } } : {}),
						},
						{ credentials: { proofpointApi: everyone } },
					),
				),
			);
			expect(result.error).toBeUndefined();
			for (const customer of customers) {
				const { requests } = await customer.requests();
				expect(requests.length).toBeGreaterThan(0);
				expect(requests.map(({ token }) => token)).toEqual(requests.map(() => 'main'));
				const sent = requests.map(({ path, body }) => `${path} ${body}`).join('\n');
				for (const other of list.filter(({ portal }) => portal !== customer.url)) {
					for (const foreign of [other.eventId, other.member, other.name]) {
						expect(sent).not.toContain(foreign);
					}
				}
			}
		},
		120_000,
	);
});

describe('Sync with a row per member', () => {
	async function groupOf(members: string[]): Promise<number> {
		const nodes = [
			proofpointNode('Create', 'proofpointGroup', {
				resource: 'group',
				operation: 'create',
				name: 'Loop',
			}),
			proofpointNode('Add', 'proofpointGroup', {
				resource: 'member',
				operation: 'add',
				groupId: locator('={{ $json.id }}'),
				members: members.join(),
			}),
		];
		const result = await run(manual('group', ...nodes.slice(0, members.length > 0 ? 2 : 1)));
		return created.parse(itemsOf(result, 'Create')[0]?.json).id;
	}

	async function membersOf(id: number): Promise<string[]> {
		const result = await run(
			manual(
				'members',
				proofpointNode('Members', 'proofpointGroup', {
					resource: 'member',
					operation: 'getAll',
					returnAll: true,
					groupId: locator(id),
				}),
			),
		);
		return itemsOf(result, 'Members')
			.map(({ json }) => String(json.address))
			.sort();
	}

	const sync = (id: number | string, more: Partial<WorkflowNode> = {}): WorkflowNode =>
		proofpointNode(
			'Sync',
			'proofpointGroup',
			{
				resource: 'member',
				operation: 'sync',
				groupId: locator(id),
				members: '={{ $json.email }}',
			},
			more,
		);
	const people = ['a', 'b', 'c'].map((name) => `${name}@acme.example`);
	const emails = rows(people.map((email) => ({ email })));

	/** Rows -> Loop Over Items -> (loop) Sync -> back; (done) End. */
	function looped(node: WorkflowNode, batchSize: number): Workflow {
		const loop: WorkflowNode = {
			name: 'Loop "it"',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize, options: {} },
		};
		const end: WorkflowNode = { name: 'End', type: 'n8n-nodes-base.noOp' };
		const workflow = chain('loop', [manualTrigger, emails, loop, node, end], 'loop');
		const to = (name: string) => [{ node: name, type: 'main', index: 0 }];
		return {
			...workflow,
			connections: {
				...workflow.connections,
				[loop.name]: { main: [to('End'), to('Sync')] },
				Sync: { main: [to(loop.name)] },
			},
		};
	}

	test('all rows in one run: the group equals the rows', async () => {
		const id = await groupOf(['a@acme.example', 'old@acme.example']);
		const result = await run(manual('sync', emails, sync(id)));
		expect(itemsOf(result, 'Sync')).toHaveLength(1);
		expect(await membersOf(id)).toEqual(people);
	}, 120_000);

	test.each([
		['the rows', people],
		['nobody', []],
		['one of them', people.slice(0, 1)],
		['two of them', people.slice(0, 2)],
		['others', ['x@acme.example', 'y@acme.example', 'z@acme.example']],
	])(
		'row by row inside Loop Over Items, into a group of %s: it is untouched',
		async (_name, before) => {
			const id = await groupOf(before);
			for (const onError of ['stopWorkflow', 'continueRegularOutput']) {
				for (const batchSize of [1, 2]) {
					const result = await run(looped(sync(id, { onError }), batchSize));
					const said = result.error?.message ?? itemsOf(result, 'Sync')[0]?.json.error;
					expect(said).toContain('“Loop "it"” passes only some of the rows to Sync');
					expect(await membersOf(id)).toEqual(before);
				}
			}
		},
		240_000,
	);

	test('a loop of a single round is a complete list', async () => {
		const id = await groupOf(['a@acme.example']);
		await run(looped(sync(id), 10));
		expect(await membersOf(id)).toEqual(people);
	}, 120_000);

	test('a loop over groups, the group given by an expression, syncs each of them', async () => {
		const [one, two] = [await groupOf(['a@acme.example']), await groupOf([])];
		const workflow = looped(sync('={{ $json.group }}'), 1);
		const perGroup = rows([
			{ email: people, group: one },
			{ email: people.slice(1), group: two },
		]);
		const nodes = workflow.nodes.map((node) =>
			node.name === 'Rows' ? { ...node, parameters: perGroup.parameters ?? {} } : node,
		);
		await run({ ...workflow, nodes });
		expect(await membersOf(one)).toEqual(people);
		expect(await membersOf(two)).toEqual(people.slice(1));
	}, 120_000);
});
