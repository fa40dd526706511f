/** Which nodes an expression or a “Code” node reads by name, and which of them in all their runs. */
import { gatheredNodes, namedNodes } from '@nodes/Group/member/gathering';

it.each([
	["for (let run = 0; run < 3; run++) all.push(...$('Page').all(0, run))", ['Page']],
	['for (const i of [0, 1]) all.push(...$("Page 2").all( 1 , i ))', ['Page 2']],
	["$('It\\'s').first(0, run)", ["It\\'s"]],
	["$items('Page', 0, run)", ['Page']],
	["$items('Page', undefined, $runIndex - back)", ['Page']],
	['const page = $("Page"); page.all(0, run)', [undefined]],
	["$('Page').all(undefined, run); $('Other').last(0, run)", ['Page', 'Other']],
])('%s reads several runs of %j', (code, names) => {
	expect(gatheredNodes({ jsCode: code })).toEqual(names);
	expect(gatheredNodes([{ deep: [code] }])).toEqual(names);
});

it.each([
	['await Promise.all([1, 2])'],
	['Promise.all(one, two)'],
	['_.first(rows, count)'],
	["$('Page').all()"],
	["$('Page').all(0)"],
	["$('Page').all(0, 1)"],
	["$('Page').all(0, $runIndex)"],
	["$('Page').all(0, $runIndex - 1)"],
	["$items('Page', 0, 0)"],
	["$items('Page')"],
	['see .all(a, b)'],
	[''],
])('%s reads one run of a node, or none', (code) => {
	expect(gatheredNodes({ jsCode: code })).toEqual([]);
});

it.each([
	["={{ $('Rows').all().map((row) => row.json.email) }}", ['Rows']],
	['={{ $("Rows").first().json.email }}, {{ $items("More").length }}', ['Rows', 'More']],
	["={{ $node['Rows'].json.email }}", ['Rows']],
	['={{ $node.Rows.json.email }}', ['Rows']],
	["={{ $('Rows').item.json.email }}", []],
	["={{ $('Rows')['item'].json.email }}", []],
	["={{ $('Rows').itemMatching(0).json.email }}", []],
	['={{ $json.email }}', []],
	['={{ $if(true, $min(1, 2), 3) }}', []],
	['ann@acme.example', []],
])('%s names %j', (expression, names) => {
	expect(namedNodes(expression)).toEqual(names);
});
