/** Which nodes before Sync may have left rows out, by their settings and by what n8n keeps of their runs. */
import { cutShortBy } from '@nodes/Group/member/cutShort';
import { RunData } from '@nodes/Group/member/runData';

const rowsOf = (count: number, pairedItem = 0) =>
	Array.from({ length: count }, () => ({ json: {}, pairedItem: { item: pairedItem } }));

/** What is said of a node with these parameters that gave out so many rows for each of its items. */
function said(parameters: object, ...counts: number[]): string | undefined {
	const rows = counts.flatMap((count, item) => rowsOf(count, item));
	const runData = { List: [{ source: [{ previousNode: 'Start' }], data: { main: [rows] } }] };
	const data = new RunData({ runExecutionData: { resultData: { runData } } });
	const known = { type: 'n8n-nodes-base.any', parameters };
	const cut = cutShortBy(data, [{ node: 'List', output: 0, run: 0 }], () => known);
	return cut?.('7', 3, 'ann@acme.example').message;
}

const pages = (settings: object) => ({ options: { pagination: { pagination: settings } } });
const atLimit = /returned exactly as many rows as its “Limit” \(10\)/;
const unknown = /the “Limit” of “List” is an expression/;
const pageLimit = /“List” has “Limit Pages Fetched” on/;

it.each([
	[{ returnAll: false, limit: 10 }, [10], atLimit],
	[{ returnAll: false, limit: 10 }, [3, 10, 5], atLimit],
	[{ returnAll: false, limit: ' 10 ' }, [10], atLimit],
	[{ returnAll: 'false', limit: 10 }, [10], atLimit],
	[{ returnAll: '={{ $json.all }}', limit: 10 }, [10], atLimit],
	[{ limit: 10 }, [10], atLimit],
	[{ options: { limit: 10 } }, [10], atLimit],
	[{ filters: { limit: 10 } }, [10], atLimit],
	[{ returnAll: false, maxResults: 10 }, [10], atLimit],
	[{ options: { maxRowCount: 10 } }, [10], atLimit],
	[{ options: { top: 10 } }, [10], atLimit],
	[{ returnAll: false, limit: '={{ 10 }}' }, [4], unknown],
	[{ returnAll: '={{ $json.all }}', limit: '={{ 10 }}' }, [10], unknown],
	[{ options: { limit: '={{ 10 }}' } }, [4], unknown],
	[pages({ limitPagesFetched: true, maxRequests: 2 }), [2], pageLimit],
	[pages({ limitPagesFetched: true, maxRequests: 2 }), [30], pageLimit],
	[pages({ limitPagesFetched: '={{ true }}', maxRequests: 2 }), [2], pageLimit],
	[pages({ limitPagesFetched: true, maxRequests: '={{ 2 }}' }), [1], pageLimit],
] as const)('%j with %j rows may have left some out', (parameters, counts, says) => {
	expect(said(parameters, ...counts)).toMatch(says);
});

/** What is said of rows that came from another workflow. */
function saidOfSubWorkflow(name: string, count: number): string | undefined {
	const runData = { Sub: [{ source: [], data: { main: [rowsOf(count)] } }] };
	const data = new RunData({ runExecutionData: { resultData: { runData } } });
	const known = { type: `n8n-nodes-base.${name}`, parameters: {} };
	const cut = cutShortBy(data, [{ node: 'Sub', output: 0, run: 0 }], () => known);
	return cut?.('7', 3, 'ann@acme.example').message;
}

describe.each(['executeWorkflow', 'executeWorkflowTrigger'])(
	'rows from another workflow: %s',
	(name) => {
		it.each([50, 100])('%i, as many as nodes give out by default', (count) => {
			expect(saidOfSubWorkflow(name, count)).toMatch(
				`“Sub” has exactly ${count} rows from another workflow`,
			);
		});

		it.each([0, 1, 49, 51, 99, 150])('%i', (count) => {
			expect(saidOfSubWorkflow(name, count)).toBeUndefined();
		});
	},
);

/** What is said of an Aggregate node that was given ten rows. */
function saidOfAggregate(json: object): string | undefined {
	const runData = {
		Rows: [{ source: [], data: { main: [rowsOf(10)] } }],
		Sum: [
			{ source: [{ previousNode: 'Rows' }], data: { main: [[{ json, pairedItem: rowsOf(10) }]] } },
		],
	};
	const data = new RunData({ runExecutionData: { resultData: { runData } } });
	const nodeOf = (name: string) =>
		name === 'Sum' ? { type: 'n8n-nodes-base.aggregate', parameters: {} } : undefined;
	const cut = cutShortBy(data, [{ node: 'Sum', output: 0, run: 0 }], nodeOf);
	return cut?.('7', 3, 'ann@acme.example').message;
}

it.each([
	[{ email: Array.from({ length: 8 }, () => 'x') }, 8],
	[{ a: { b: [1, 2, 3] }, c: [] }, 3],
	[{ email: [] }, 0],
])('an Aggregate that gives %j of ten rows', (json, passed) => {
	expect(saidOfAggregate(json)).toMatch(`“Sum” passed on only ${passed} of 10 rows`);
});

it.each([
	[{ email: Array.from({ length: 10 }, () => 'x') }],
	[{ data: Array.from({ length: 10 }, () => ({ email: 'x' })), other: ['x'] }],
	[{ merged: Array.from({ length: 30 }, () => 'x') }],
	[{ count: 10 }],
])('an Aggregate that gives %j of ten rows has all', (json) => {
	expect(saidOfAggregate(json)).toBeUndefined();
});

it.each([
	[{ returnAll: false, limit: 10 }, [9]],
	[{ returnAll: false, limit: 10 }, [5, 5]],
	[{ returnAll: true, limit: 10 }, [10]],
	[{ returnAll: ' TRUE ', limit: 10 }, [10]],
	[{ returnAll: true, limit: '={{ 10 }}' }, [10]],
	// Who asks for one row looks something up.
	[{ returnAll: false, limit: 1 }, [1]],
	[{ returnAll: false, limit: 'many' }, [10]],
	[{ limit: null }, [10]],
	[{ options: { maxRowCount: -1 } }, [10]],
	[{ limit: { value: 10 } }, [10]],
	[{ options: 'none' }, [10]],
	[{}, [50]],
	[pages({ limitPagesFetched: false, maxRequests: 2 }), [2]],
	[pages({ maxRequests: 2 }), [2]],
	[pages({ limitPagesFetched: true, maxRequests: 100 }), [2]],
] as const)('%j with %j rows has left none out', (parameters, counts) => {
	expect(said(parameters, ...counts)).toBeUndefined();
});
