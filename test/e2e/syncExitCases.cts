/** Workflows in which Sync would have the rows of the last round only, or a list that was cut short. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { items, proofpointNode } from './setup.cjs';
import { all, merge, second } from './syncPartCases.cjs';
import { emails, pages, people, rows, sync } from './syncPartsWorld.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

const noItemsLeft = "={{ $('Loop').context.noItemsLeft }}";

/** Rows -> Loop Over Items -> If nothing is left: yes -> the exit; no -> back. */
function leftInTheLastRound(
	loop: WorkflowNode,
	loopOutput: number,
	[first, ...more]: [WorkflowNode, ...WorkflowNode[]],
): Workflow {
	const exit = [first, ...more];
	const wires = more.map(({ name }, at) => [exit[at]?.name ?? '', [to(name)]] as const);
	return workflow([rows('Rows', all), loop, ifNode(noItemsLeft), ...exit], {
		Start: [to('Rows')],
		Rows: [to('Loop')],
		Loop: [...Array.from({ length: loopOutput }, () => []), to('If')],
		If: [to(first.name), to('Loop')],
		...Object.fromEntries(wires),
	});
}

/** The members of a group, up to a limit. */
export const membersOf = (id: number, limit: object): WorkflowNode =>
	proofpointNode('Members', 'proofpointGroup', {
		resource: 'member',
		operation: 'getAll',
		groupId: { __rl: true, mode: 'id', value: id },
		...limit,
	});
export const address = { members: '={{ $json.address }}' };

/** A node that collects what every round of the loop gave out. */
const collector = items(
	'Collect',
	"const all = []; for (let run = 0; run < 2; run++) all.push(...$('Loop').all(1, run)); return all",
);

const onlySome = /“Loop” passes only some of the rows/;

/** Get Many of a group’s own members, whose settings may have left some out, and a node between it and Sync. */
const copied =
	(settings: object, between = plain('Body')) =>
	(id: number) =>
		workflow([membersOf(id, settings), between, sync(id, address)], {
			Start: [to('Members')],
			Members: [to(between.name)],
			[between.name]: [to('Sync')],
		});

/** n8n’s own node that passes on the first of its rows. */
const firstOf = (maxItems: number): WorkflowNode => ({
	name: 'Few',
	type: 'n8n-nodes-base.limit',
	typeVersion: 1,
	parameters: { maxItems },
});

/** A node that is asked for one page after the other: an If node leads back to it. */
const paged =
	(exit: WorkflowNode[], page = pages()) =>
	(id: number) => {
		const way = [...exit, sync(id)];
		const wires = way.slice(1).map(({ name }, at) => [way[at]?.name ?? '', [to(name)]] as const);
		return workflow([page, ifNode('={{ $json.more }}'), ...way], {
			Start: [to('Page')],
			Page: [to('If')],
			If: [to('Page'), to(way[0]?.name ?? '')],
			...Object.fromEntries(wires),
		});
	};

/** Name, what the error says, and the workflow for the group with this ID. */
export const exits: Array<[name: string, says: RegExp | string, make: (id: number) => Workflow]> = [
	['the last round of a loop', onlySome, (id) => leftInTheLastRound(loopOf(10), 1, [sync(id)])],
	[
		'the last round of a loop, and nodes between',
		onlySome,
		(id) => leftInTheLastRound(loopOf(15), 1, [plain('Body'), plain('Other'), sync(id)]),
	],
	[
		'the last round of a loop of the first version',
		onlySome,
		(id) => leftInTheLastRound({ ...loopOf(10), typeVersion: 1 }, 0, [sync(id)]),
	],
	[
		'the last round of a loop of the second version',
		onlySome,
		(id) => leftInTheLastRound({ ...loopOf(10), typeVersion: 2 }, 0, [sync(id)]),
	],
	[
		'the last round of a loop, and a Merge',
		/“Loop” passes only some of the rows|more rows may still come from/,
		(id) => {
			const made = leftInTheLastRound(loopOf(10), 1, [merge, sync(id)]);
			made.nodes.push({ ...rows('One', [{ email: people[0] }]), id: 'one', position: [0, 300] });
			made.connections.Start = { main: [to('Rows', 'One')] };
			made.connections.One = { main: [second('Merge')] };
			return made;
		},
	],
	[
		'a loop behind whose “done” Sync stands, inside another loop: it names the other one',
		'“Outer” passes only some of the rows to Sync',
		(id) =>
			workflow(
				[rows('Rows', all), { ...loopOf(10), name: 'Outer' }, loopOf(5), plain('Body'), sync(id)],
				{
					Start: [to('Rows')],
					Rows: [to('Outer')],
					Outer: [[], to('Loop')],
					Loop: [to('Sync'), to('Body')],
					Body: [to('Loop')],
					Sync: [to('Outer')],
				},
			),
	],
	[
		'a node whose “Limit” cut the list short',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: false, limit: 10 }),
	],
	[
		'a limit that an expression gives',
		'the “Limit” of “Members” is an expression',
		copied({ returnAll: false, limit: '={{ 5 + 5 }}' }),
	],
	[
		'a limit that counts because an expression says so',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: '={{ false }}', limit: 10 }),
	],
	[
		'a limit that is a text',
		'“Members” returned exactly as many rows as its “Limit” (10)',
		copied({ returnAll: false, limit: '10' }),
	],
	[
		'a Limit node that was left from testing',
		'“Few” passed on only 15 of 20 rows',
		copied({ returnAll: true }, firstOf(15)),
	],
	[
		'the last page of a loop that an If node makes around a loop with “Reset”',
		/“(Page|If|Loop|Body)” ran several times/,
		(id) => {
			const reset = "={{ $prevNode.name === 'Page' }}";
			const loop = { ...loopOf(5), parameters: { batchSize: 5, options: { reset } } };
			return workflow([pages(), loop, plain('Body'), ifNode('={{ $json.more }}'), sync(id)], {
				Start: [to('Page')],
				Page: [to('Loop')],
				Loop: [to('If'), to('Body')],
				Body: [to('Loop')],
				If: [to('Page'), to('Sync')],
			});
		},
	],
	['the last page of a loop that an If node makes', /“(Page|If)” ran several times/, paged([])],
	[
		'the last page of a loop that an If node makes, and nodes between',
		/“(Page|If|Body|Other)” ran several times/,
		paged([plain('Body'), plain('Other')]),
	],
];

/** Name, and the workflow for the group with this ID. */
export const wholeExits: Array<[name: string, make: (id: number) => Workflow]> = [
	['a loop that is left in its only round', (id) => leftInTheLastRound(loopOf(20), 1, [sync(id)])],
	[
		'a loop that is left in its last round, and a node that collects all rounds',
		(id) => leftInTheLastRound(loopOf(10), 1, [collector, sync(id)]),
	],
	[
		'a Limit node that all rows pass',
		(id) =>
			workflow([emails('Rows', people), firstOf(20), sync(id)], {
				Start: [to('Rows')],
				Rows: [to('Few')],
				Few: [to('Sync')],
			}),
	],
	[
		'a node that is asked until its list is ready',
		paged(
			[],
			items(
				'Page',
				`return $runIndex === 0 ? [{ json: { more: true } }] : ${JSON.stringify(people)}.map((email) => ({ json: { email } }))`,
			),
		),
	],
	[
		'a node that is asked for the next page and gives out all so far',
		paged(
			[],
			items(
				'Page',
				`return ${JSON.stringify(people)}.slice(0, 10 + 10 * $runIndex).map((email) => ({ json: { email, more: $runIndex === 0 } }))`,
			),
		),
	],
];
