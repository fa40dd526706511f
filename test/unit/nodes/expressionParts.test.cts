/** What the text of an expression says of the rows that it reads. */
import { fieldOf, readsItem, valueAt } from '@nodes/Group/member/expressionParts';

it.each([
	['={{ $json.group }}', { path: ['group'] }],
	['={{$json["the group"].id}}', { path: ['the group', 'id'] }],
	['={{ $json?.groups?.[0].id }}', { path: ['groups', '0', 'id'] }],
	['={{ $input.item.json.group }}', { path: ['group'] }],
	['={{ $(\'Loop "it"\').item.json.group }}', { node: 'Loop "it"', path: ['group'] }],
	['={{ $("Loop \\"it\\"").first().json.group }}', { node: 'Loop "it"', path: ['group'] }],
	['42', undefined],
	[42, undefined],
	['={{ 42 }}', undefined],
	['={{ $json }}', undefined],
	['={{ $json.group || 42 }}', undefined],
	['={{ $json.group.trim() }}', undefined],
	['={{ $json[$runIndex] }}', undefined],
	['={{ $json.group }}{{ $json.more }}', undefined],
	["={{ $('Config').all()[0].json.group }}", undefined],
])('%j is the field %j', (written, field) => {
	expect(fieldOf(written)).toEqual(field);
	expect(fieldOf({ __rl: true, mode: 'id', value: written })).toEqual(field);
});

it.each([
	['={{ $json.email }}', true],
	['={{ $input.all().map((row) => row.json.email) }}', true],
	["={{ $('Rows').item.json.email }}", true],
	["={{ $('Rows')['item'].json.email }}", true],
	["={{ $('Rows').itemMatching(0).json.email }}", true],
	['={{ $node["Rows"].json.email }}', true],
	['={{ $items().length }}', true],
	["={{ $ifEmpty($('Rows').all().map((row) => row.json.email), []) }}", false],
	["={{ $jmespath($('Rows').all(), '[].json.email') }}", false],
	["={{ $if($max(1, 2) > 1, $('Rows').all(), []) }}", false],
	["={{ $ifEmpty($json.email, $('Rows').all()) }}", true],
	['={{ $env.LIST }}', false],
	["={{ $fromAI('members') }}", true],
	["={{ $('Rows').all().map((row) => row.json.item) }}", false],
	['={{ $items("Rows").map((row) => row.json.email) }}', false],
	['={{ $vars.members }}', false],
	["={{ ['a@acme.example'] }}", false],
	[undefined, false],
])('whether %j reads its item: %s', (expression, reads) => {
	expect(readsItem(expression)).toBe(reads);
});

it('reads the value of a field, and nothing where there is none', () => {
	expect(valueAt({ a: [{ b: 7 }] }, ['a', '0', 'b'])).toBe(7);
	expect(valueAt({ a: null }, ['a', '0', 'b'])).toBeUndefined();
});
