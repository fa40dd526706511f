import { memberSchema, type Member } from '@nodes/shared/api/contract';
import { memberText } from '@nodes/shared/core/memberDifference';
import { batches, readMembers } from '@nodes/shared/core/members';

/** Members as a person writes them: a leading `@` makes a domain. */
const members = (...texts: string[]): Member[] =>
	texts.map((text) => (text.startsWith('@') ? { domain: text } : { address: text }));

const read = (given: unknown): string[] => {
	const list = readMembers(given);
	return list.ok ? list.members.map(memberText) : [`refused: ${list.bad.join(' | ')}`];
};

describe('a list in any form that people and programs give', () => {
	const three = members('alice@example.com', '@partner.example', 'b@c.d');

	it.each([
		['commas', 'alice@example.com,@partner.example,b@c.d'],
		['semicolons and blanks', ' alice@example.com ; @partner.example  b@c.d '],
		['blanks, tabs and no-break spaces', 'alice@example.com\t@partner.example\u00A0b@c.d\u00A0'],
		['new lines', 'alice@example.com\n@partner.example\r\nb@c.d\n'],
		['old Mac line ends', 'alice@example.com\r@partner.example\rb@c.d\r'],
		['empty pieces', ',,alice@example.com,\n\n,@partner.example,;b@c.d,'],
		['a list', ['alice@example.com', '@partner.example', 'b@c.d']],
		['a list of lists', ['alice@example.com, @partner.example', ['b@c.d']]],
		['the API’s own objects', three],
		['objects with more fields', three.map((member) => ({ name: 'x', id: 1, ...member }))],
		[
			'objects with both fields, one empty',
			[
				{ address: 'alice@example.com', domain: null },
				{ address: '', domain: '@partner.example' },
				{ address: 'b@c.d', domain: undefined },
			],
		],
		['a JSON list', '["alice@example.com","@partner.example","b@c.d"]'],
		['a JSON list over lines', ' [\n "alice@example.com",\n "@partner.example", "b@c.d" ]\n'],
		['a JSON list of lists', '[["alice@example.com"],["@partner.example","b@c.d"]]'],
		['a JSON list of objects', JSON.stringify(three)],
		['JSON in JSON', JSON.stringify(JSON.stringify(three))],
		['a list of JSON texts', ['["alice@example.com"]', '{"domain":"@partner.example"}', '"b@c.d"']],
		['a list of names', ['Alice <alice@example.com>', '@partner.example', '"D, B" <b@c.d>']],
		['proxy addresses', ['SMTP:alice@example.com', '@partner.example', 'smtp:b@c.d']],
		['a quoted cell with the whole list', '"alice@example.com, @partner.example; b@c.d"'],
		[
			'repeated ones',
			'alice@example.com @partner.example b@c.d alice@example.com @partner.example',
		],
	])('%s', (_name, given) => {
		expect(readMembers(given)).toEqual({ ok: true, members: three });
	});

	it.each([{ address: 'a@x' }, '{"address":"a@x"}', 'a@x', ['a@x'], [[['a@x']]]])(
		'one member: %j',
		(given) => {
			expect(readMembers(given)).toEqual({ ok: true, members: members('a@x') });
		},
	);

	it('quotation marks that do not end: twice the entries cost about twice the time, not four times', () => {
		const cost = (entries: number) => {
			const text = Array.from({ length: entries }, (_, at) => `'p${at}@x`).join(',');
			const before = process.cpuUsage();
			expect(readMembers(text)).toMatchObject({ ok: false });
			return process.cpuUsage(before).user;
		};
		cost(5_000);
		// Squared, it would be 100 times the cost.
		expect(cost(50_000) / cost(5_000)).toBeLessThan(40);
	});
});

describe('an entry as it is written', () => {
	it.each([
		['a@x', 'a@x'],
		['@x', '@x'],
		['Jane Doe <jane@example.com>', 'jane@example.com'],
		['"Doe, Jane" <jane@example.com>', 'jane@example.com'],
		['"Doe; Jane \\"JD\\"" <jane@example.com>', 'jane@example.com'],
		['“Doe, Jane” <jane@example.com>', 'jane@example.com'],
		['„Doe, Jane“ <jane@example.com>', 'jane@example.com'],
		['«Doe, Jane» <jane@example.com>', 'jane@example.com'],
		["'Doe, Jane' <jane@example.com>", 'jane@example.com'],
		["‘O’Brien, Pat’ <o'brien@example.com>", "o'brien@example.com"],
		["Pat O'Brien <o'brien@example.com>", "o'brien@example.com"],
		['Jane "JD" Doe<jane@example.com>', 'jane@example.com'],
		['jane@example.com <Jane@example.com>', 'Jane@example.com'],
		['"jane@old.example" <jane@example.com>', 'jane@example.com'],
		['<a@x>', 'a@x'],
		['< a@x >', 'a@x'],
		['<mailto:a@x>', 'a@x'],
		['Partner <@partner.example>', '@partner.example'],
		['SMTP:a@x', 'a@x'],
		['smtp:a@x', 'a@x'],
		['mailto:a@x', 'a@x'],
		['MailTo:a@x?subject=Hello%20there&body=x', 'a@x'],
		['mailto:jane%2Bnews@example.com', 'jane+news@example.com'],
		['"a@x"', 'a@x'],
		["'a@x'", 'a@x'],
		['“a@x”', 'a@x'],
		['‘a@x’', 'a@x'],
		['„a@x“', 'a@x'],
		['«a@x»', 'a@x'],
		['""a@x""', 'a@x'],
		[`"'a@x'"`, 'a@x'],
		['"<a@x>"', 'a@x'],
		['\u00A0a@x\u2003', 'a@x'],
		["o'brien@example.com", "o'brien@example.com"],
		['jane.doe+news=1@mail.sub-domain.example', 'jane.doe+news=1@mail.sub-domain.example'],
		['jane_acme.example#EXT#@tenant.example', 'jane_acme.example#EXT#@tenant.example'],
		['jörg@münchen.example', 'jörg@münchen.example'],
		['@münchen.example', '@münchen.example'],
		['@xn--mnchen-3ya.example', '@xn--mnchen-3ya.example'],
		['用户@例え.テスト', '用户@例え.テスト'],
		['info@paral·lel.example', 'info@paral·lel.example'],
		['a@ｅｘａｍｐｌｅ．com', 'a@example.com'],
		['a@my_host.example', 'a@my_host.example'],
	])('%s', (given, member) => {
		expect(read(given)).toEqual([member]);
		expect(read([given])).toEqual([member]);
		expect(read(JSON.stringify([given]))).toEqual([member]);
	});

	it.each([
		['Jane <a@x>, "Doe, J" <b@x>; <c@x>\nSMTP:d@x e@x', ['a@x', 'b@x', 'c@x', 'd@x', 'e@x']],
		['<a@x> <b@x>\tC <c@x>', ['a@x', 'b@x', 'c@x']],
		['"a@x" "b@x"', ['a@x', 'b@x']],
		['"a@x","b@x"', ['a@x', 'b@x']],
		["'a@x', 'b@x'", ['a@x', 'b@x']],
		["o'brien@x, o'neill@x", ["o'brien@x", "o'neill@x"]],
	])('several in one text: %s', (given, expected) => {
		expect(read(given)).toEqual(expected);
	});

	it('what it accepts, the API’s schema accepts', () => {
		const list = readMembers('alice@example.com @partner.example, "D, J" <j@x.example>');
		expect(list.ok && list.members).toHaveLength(3);
		for (const member of list.ok ? list.members : [])
			expect(memberSchema.safeParse(member).success).toBe(true);
	});
});

describe('a list of nothing', () => {
	it.each([
		[undefined, 'missing'],
		[null, 'missing'],
		[[''], 'missing'],
		[[' ', ','], 'missing'],
		[[null], 'missing'],
		[[undefined, [], ['']], 'missing'],
		['[""]', 'missing'],
		['[null]', 'missing'],
		[['[]'], 'missing'],
		['', 'emptyText'],
		['  ', 'emptyText'],
		[' \t\u00A0\n', 'emptyText'],
		[',;\n', 'missing'],
		[', ', 'missing'],
		['""', 'emptyText'],
		[[], 'emptyList'],
		['[]', 'emptyList'],
		[' [ ] ', 'emptyList'],
	])('%j is %s', (given, nothing) => {
		expect(readMembers(given)).toEqual({ ok: true, members: [], nothing });
	});

	it('is not what a list with members is', () => {
		expect(readMembers('a@x,')).toEqual({ ok: true, members: members('a@x') });
	});
});

describe('batches', () => {
	it.each([
		[0, []],
		[1, [1]],
		[100, [100]],
		[101, [100, 1]],
		[250, [100, 100, 50]],
	])('%i members', (count, sizes) => {
		const list = Array.from({ length: count }, (_, index) => index);
		const parts = batches(list);
		expect(parts.map((part) => part.length)).toEqual(sizes);
		expect(parts.flat()).toEqual(list);
	});
});
