/** Workflows in which a loop without a “done” output reads one page after the other, and only the last one comes to Sync. */
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';

import { items } from './setup.cjs';
import { emails, pages, people, rows, sync } from './syncPartsWorld.cjs';
import { ifNode, loopOf, plain, to, workflow } from './wiredWorkflows.cjs';

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

/** A node that gives out ten of these people each time that it runs, and the row that it was asked for. */
const pagesOf = (list: string[]) =>
	items(
		'Page',
		`const from = $runIndex * 10; return ${JSON.stringify(list)}.slice(from, from + 10).map((email) => ({ json: { email, more: from < 10 } }))`,
	);
/** Members that are all rows of a node. */
export const everyRow = (node: string) => ({
	members: `={{ $('${node}').all().map((row) => row.json.email) }}`,
});
const ranSeveralTimes = /“(Page|If|Body|Clean|Merge)” ran several times/;
/** A node that passes on its input, and does something else. */
export const clean = (code: string) => items('Clean', `${code}; return $input.all()`);
const withPages = (id: number, settings: object) => {
	const made = paged([])(id);
	return {
		...made,
		nodes: made.nodes.map((node) =>
			node.name === 'Sync'
				? { ...node, ...sync(id, settings), id: node.id, position: node.position }
				: node,
		),
	};
};

/** Name, what the error says, and the workflow for the group with this ID. */
export const pageLoops: Array<[name: string, says: RegExp, make: (id: number) => Workflow]> = [
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
	[
		'the last page of a loop inside a loop of groups',
		ranSeveralTimes,
		(id) =>
			workflow(
				[
					rows('Groups', [{ group: id }]),
					loopOf(1),
					pages(),
					ifNode('={{ $json.more }}'),
					sync("={{ $('Loop').item.json.group }}"),
				],
				{
					Start: [to('Groups')],
					Groups: [to('Loop')],
					Loop: [[], to('Page')],
					Page: [to('If')],
					If: [to('Page'), to('Sync')],
					Sync: [to('Loop')],
				},
			),
	],
	[
		'the last page of a loop, which Members names',
		ranSeveralTimes,
		(id) => withPages(id, everyRow('Page')),
	],
	[
		'the last round of the body of a loop, which a Code node behind “done” names',
		ranSeveralTimes,
		(id) => behindDone(id, items('Collect', "return $('Body').all()")),
	],
	[
		'the last round of the body of a loop, which a Set node behind “done” names',
		ranSeveralTimes,
		(id) => {
			const email = '$("Body").all().map((row) => row.json.email)';
			const parameters = { mode: 'raw', jsonOutput: `={{ { email: ${email} } }}` };
			const type = 'n8n-nodes-base.set';
			return behindDone(id, {
				...{ name: 'Collect', type, typeVersion: 3.4, parameters },
				...{ executeOnce: true },
			});
		},
	],
	[
		'the last page of a loop, and one person more',
		ranSeveralTimes,
		(id) => withPages(id, { members: "={{ [$json.email, 'admin@acme.example'] }}" }),
	],
	[
		'the last page of a loop, with an apostrophe in an address',
		ranSeveralTimes,
		paged([], pagesOf([...people.slice(0, 19), "sean.o'brien@acme.example"])),
	],
	[
		'the last page of a loop, and a node that waits for several things',
		ranSeveralTimes,
		paged([clean('await Promise.all([1, 2])')]),
	],
	[
		'the last page of a loop, and a node that reads that run by its number',
		ranSeveralTimes,
		paged([clean("$('Page').all(0, $runIndex); $items('Page', 0, 0)")]),
	],
];

/** A node behind the “done” of a loop, which gives out what it has read by name. */
function behindDone(id: number, collect: WorkflowNode): Workflow {
	return workflow([emails('Rows', people), loopOf(10), plain('Body'), collect, sync(id)], {
		Start: [to('Rows')],
		Rows: [to('Loop')],
		Loop: [to('Collect'), to('Body')],
		Body: [to('Loop')],
		Collect: [to('Sync')],
	});
}

/** Name, and the workflow for the group with this ID. */
export const wholePageLoops: Array<[name: string, make: (id: number) => Workflow]> = [
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
		'a node behind “done” that collects all rounds of the body',
		(id) =>
			behindDone(
				id,
				items(
					'Collect',
					"const all = []; for (let run = 0; run < 2; run++) all.push(...$('Body').all(0, run)); return all",
				),
			),
	],
	[
		'a node behind “done” that collects rounds until there are no more',
		(id) =>
			behindDone(
				id,
				items(
					'Collect',
					"let all = [], i = 0; do { try { all = all.concat($('Body').all(0, i)); } catch (error) { return all; } i++; } while (true)",
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
