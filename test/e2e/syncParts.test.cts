/** Sync where it may have a part of the rows only, in a real n8n: nobody whom a later run lists is ever removed. */
import { itemsOf, type RunResult } from '@host/runResult.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { makeWorld, manual, type World } from './setup.cjs';
import {
	branches,
	emails,
	firstHalf,
	Groups,
	pages,
	people,
	rows,
	secondHalf,
	sync,
} from './syncPartsWorld.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

let world: World;
let groups: Groups;

beforeAll(async () => {
	world = await makeWorld({ events: 0, groups: 0, seed: 8 });
	groups = new Groups(world);
	await world.n8n.start();
}, 360_000);
afterAll(async () => await world.stop(), 120_000);

async function run(workflow: Workflow): Promise<RunResult> {
	const [result] = await world.n8n.executeMany([workflow]);
	if (result === undefined) throw new Error('n8n gave no result');
	return result;
}

/** Rows -> Loop Over Items -> (loop) the body -> back; (done) End. */
function looped(list: object[], batchSize: number, ...body: WorkflowNode[]): Workflow {
	const names = body.map(({ name }) => name);
	return workflow([rows('Rows', list), loopOf(batchSize), ...body, plain('End')], {
		Start: [to('Rows')],
		Rows: [to('Loop')],
		Loop: [to('End'), to(names[0] ?? '')],
		...Object.fromEntries(names.map((name, at) => [name, [to(names[at + 1] ?? 'Loop')]])),
	});
}

const all = people.map((email) => ({ email }));
const Config = (id: number) => rows('Config', [{ group: id }]);
const oneRow = (group: number | string, email: string[] | string) => ({ group, email });

describe('a part of the rows: the group is untouched, and the error says what to do', () => {
	const cases: Array<[name: string, says: string, make: (id: number) => Workflow]> = [
		[
			'Loop Over Items, and a group that is an expression with nothing of the row in it',
			'“Loop” passes only some of the rows to Sync',
			(id) => {
				const made = looped(all, 10, sync("={{ $('Config').first().json.group }}"));
				made.nodes.push({ ...Config(id), id: 'config', position: [0, 300] });
				made.connections.Start = { main: [to('Config')] };
				made.connections.Config = { main: [to('Rows')] };
				return made;
			},
		],
		[
			'Loop Over Items, and rows that all name the same group',
			'“Loop” passes only some of the rows to Sync',
			(id) =>
				looped(
					people.map((email, at) => oneRow(at % 2 === 0 ? id : ` 0${id} `, email)),
					10,
					sync('={{ $json.group }}'),
				),
		],
		[
			'a loop that an If node makes: a directory that is read page by page',
			'“If” passes only some of the rows to Sync',
			(id) =>
				workflow([pages(), sync(id), ifNode("={{ $('Page').last().json.more }}")], {
					Start: [to('Page')],
					Page: [to('Sync')],
					Sync: [to('If')],
					If: [to('Page'), []],
				}),
		],
		[
			'pages that a loop beside Sync reads',
			'more rows may still come from “Page”',
			(id) =>
				workflow([pages(), ifNode('={{ $json.more }}'), sync(id)], {
					Start: [to('Page')],
					Page: [to('If', 'Sync')],
					If: [to('Page'), []],
				}),
		],
		[
			'two branches without a Merge',
			'more rows may still come from “IT”',
			(id) =>
				workflow([emails('HR', firstHalf), emails('IT', secondHalf), sync(id)], {
					Start: [to('HR', 'IT')],
					HR: [to('Sync')],
					IT: [to('Sync')],
				}),
		],
		[
			'two branches that come together before Sync',
			'more rows may still come from “Both”',
			(id) => branches([sync(id)]),
		],
		[
			'both outputs of an If node that has rows for both',
			'more rows may still come from “If”',
			(id) =>
				workflow(
					[
						rows(
							'Rows',
							people.map((email, at) => ({ email, internal: at < 10 })),
						),
						ifNode('={{ $json.internal }}'),
						sync(id),
					],
					{ Start: [to('Rows')], Rows: [to('If')], If: [to('Sync'), to('Sync')] },
				),
		],
		[
			'“Execute Once” with several rows',
			'“Execute Once” passes only the first of 2 items to Sync',
			(id) => manual('once', emails('Rows', people.slice(0, 2)), sync(id, { executeOnce: true })),
		],
	];

	test.each(cases)(
		'%s',
		async (name, says, make) => {
			const before = name.includes('Execute Once') ? people.slice(0, 2) : people;
			const id = await groups.of(before);
			for (const onError of ['stopWorkflow', 'continueRegularOutput']) {
				const made = make(id);
				for (const node of made.nodes) if (node.name === 'Sync') node.onError = onError;
				const result = await run(made);
				expect(await groups.members(id)).toEqual(before);
				if (onError === 'stopWorkflow') expect(result.error?.message).toContain(says);
				else
					expect(String(itemsOf(result, 'Sync')[0]?.json.error)).toContain('Nothing was written');
			}
		},
		240_000,
	);
});

describe('the whole list: the group equals it', () => {
	const cases: Array<[name: string, make: (id: number) => Workflow]> = [
		[
			'two branches and a Merge',
			(id) => {
				const merge: WorkflowNode = { name: 'Merge', type: 'n8n-nodes-base.merge', typeVersion: 3 };
				return workflow([emails('HR', firstHalf), emails('IT', secondHalf), merge, sync(id)], {
					Start: [to('HR', 'IT')],
					HR: [to('Merge')],
					IT: [[{ node: 'Merge', type: 'main', index: 1 }]],
					Merge: [to('Sync')],
				});
			},
		],
		[
			'two branches of an If node of which one runs',
			(id) =>
				workflow(
					[
						rows('Rows', [{ email: people }]),
						ifNode('={{ true }}'),
						plain('Yes'),
						plain('No'),
						sync(id),
					],
					{
						Start: [to('Rows')],
						Rows: [to('If')],
						If: [to('Yes'), to('No')],
						Yes: [to('Sync')],
						No: [to('Sync')],
					},
				),
		],
		[
			'a branch beside Sync that does not lead to it',
			(id) =>
				workflow([emails('Rows', people), plain('Report'), sync(id)], {
					Start: [to('Rows')],
					Rows: [to('Sync', 'Report')],
				}),
		],
		[
			'behind a loop',
			(id) => {
				const made = looped(all, 10, plain('Body'));
				made.nodes.push({ ...sync(id), id: 'sync', position: [900, 0] });
				made.connections.End = { main: [to('Sync')] };
				return made;
			},
		],
		[
			'“Execute Once” with an expression that reads all rows',
			(id) =>
				manual(
					'once',
					emails('Rows', people),
					sync(id, {
						executeOnce: true,
						members: "={{ $('Rows').all().map((row) => row.json.email) }}",
					}),
				),
		],
	];

	test.each(cases)(
		'%s',
		async (_name, make) => {
			const id = await groups.of([...firstHalf, 'old@acme.example']);
			const result = await run(make(id));
			expect(result.error).toBeUndefined();
			expect(await groups.members(id)).toEqual(people);
		},
		120_000,
	);

	test('a loop over groups: each round has the whole list of another one', async () => {
		const [one, two] = [await groups.of(secondHalf), await groups.of(people)];
		const lists = [oneRow(one, people), oneRow(two, firstHalf)];
		const expression = "={{ $('Loop').item.json.group }}";
		const body = [plain('Look up'), sync(expression)];
		const result = await run(looped(lists, 1, ...body));
		expect(result.error).toBeUndefined();
		expect(await groups.members(one)).toEqual(people);
		expect(await groups.members(two)).toEqual(firstHalf);
	}, 120_000);
});
