import { memberSchema, type Member } from '@nodes/shared/api/contract';
import { memberKey, memberText } from '@nodes/shared/core/memberDifference';
import { batches, readMembers } from '@nodes/shared/core/members';
import fc from 'fast-check';

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

	it('a text of 50,000 entries with quotation marks that do not end, in less than a second', () => {
		const text = Array.from({ length: 50_000 }, (_, at) => `'p${at}@x`).join(',');
		const startedAt = performance.now();
		expect(readMembers(text)).toMatchObject({ ok: false });
		expect(performance.now() - startedAt).toBeLessThan(5_000);
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

describe('what is neither an address nor a domain refuses the whole list, by name', () => {
	it.each([
		['no @', 'alice'],
		['only an @', '@'],
		['nothing behind it', 'alice@'],
		['two @ at the front', '@@example.com'],
		['two @', 'a@b@c'],
		['a quoted @', '"odd@local"@x.example'],
		['a dot at the end', 'a@x.'],
		['a dot at the front', 'a@.x'],
		['two dots in the domain', 'a@x..y'],
		['a dot before the @', 'a.@x'],
		['two dots in the name', 'a..b@x'],
		['a hyphen at an edge', 'a@-x.example'],
		['a label that is too long', `a@${'x'.repeat(64)}.example`],
		['an address that is too long', `${'a'.repeat(400)}@x`.slice(0, 100)],
		['an IP address', 'a@10.0.0.1'],
		['an IP address in other words', '@0x7f.1'],
		['a port', 'a@x:25'],
		['a path', 'a@x/y'],
		['an encoded character', 'a%40x@y'],
		['punycode that is none', 'a@xn--a-ecp.example.xn--'],
		['an opening bracket alone', '<a@x'],
		['a closing bracket alone', 'a@x>'],
		['brackets without content', '<>'],
		['a name without an address', 'Jane <>'],
		['brackets in brackets', '<<a@x>>'],
		['something behind the brackets', 'Jane <a@x>y'],
		['blanks around the @', 'a @ x'],
		['a name that is another address', 'b@x <a@x>'],
		['two addresses in brackets', '<a@x b@x>'],
		['a quotation mark without its partner', '"a@x'],
		['an apostrophe without its partner', "'a@x"],
		['a typographic apostrophe', 'o’brien@x'],
		['empty quotation marks', '""  , "'],
		['a prefix alone', 'SMTP:'],
		['a prefix and a domain', 'smtp:@x'],
		['a link to several', 'mailto:a@x?cc=b@x'],
		['a link to a page', 'mailto://a@x'],
		['a broken link', 'mailto:a%E0@x'],
		['X.500', 'x500:/o=Org/ou=Exchange/cn=Recipients/cn=jane'],
		['SIP', 'sip:jane@example.com'],
		['X.400', 'X400:c=us;a= ;p=Org;o=Exchange;s=Doe;g=Jane;'],
		['X.400 behind a gateway', '/c=us/a= /p=org/s=doe@x'],
		['a wildcard', '*@partner.example'],
		['a template that nothing filled', '{{name}}@example.com'],
		['a broken JSON list', '["a@x",'],
		['a list that is no JSON', "['a@x', 'b@x']"],
		['an object as text', '[object Object]'],
		['the word for nothing', 'null'],
		['a full-width @', 'a＠x'],
		['a broken encoding', 'j\uFFFDrg@x'],
		['a question mark from a broken encoding', 'j?rg@x'],
		['a backslash', 'a\\@x'],
	])('%s: %s', (_name, given) => {
		for (const form of [given, [given], ['fine@x', given], `fine@x\n${given}`]) {
			const list = readMembers(form);
			expect(list).toMatchObject({ ok: false });
			expect(list.ok ? [] : list.bad).not.toContain('fine@x');
		}
	});

	it.each([
		['one bad among good', 'alice@example.com bob @partner.example eve', ['bob', 'eve']],
		['what belongs together is named together', 'a@x, a @ x', ['a @ x']],
		[
			'proxy addresses of other kinds',
			['SMTP:a@x', 'X500:/o=A/cn=b', 'SIP:a@x'],
			['X500:/o=A/cn=b', 'SIP:a@x'],
		],
		['X.400 in a list', ['X400:c=us;a= ;s=Doe', 'a@x'], ['X400:c=us;a= ;s=Doe']],
		['a number', [42], ['entry 1 (42)']],
		['a number outside of a list', 42, ['42']],
		['true', ['a@x', true], ['entry 2 (true)']],
		['an object of another shape', ['a@x', { name: 'x' }], ['entry 2 ({"name":"x"})']],
		[
			'an object with another’s field',
			[{ domain: 'a@x' }, { address: '@x' }],
			['entry 1 ({"domain":"a@x"})', 'entry 2 ({"address":"@x"})'],
		],
		['a domain without its @', [{ domain: 'x.example' }], ['entry 1 ({"domain":"x.example"})']],
		[
			'an object with both',
			[{ address: 'a@x', domain: '@x' }],
			['entry 1 ({"address":"a@x","domain":"@x"})'],
		],
		['an object with several', [{ address: 'a@x, b@x' }], ['entry 1 ({"address":"a@x, b@x"})']],
		[
			'an object whose address is missing',
			[{ address: null }, 'a@x'],
			['entry 1 ({"address":null})'],
		],
		['null', ['a@x', null], ['entry 2 (null)']],
		['undefined', ['a@x', undefined], ['entry 2 (undefined)']],
		['a hole', Object.assign(['a@x'], { length: 2 }), ['entry 2 (undefined)']],
		['an empty text', ['a@x', '', 'b@x', ' , '], ['entry 2 ("")', 'entry 4 (" , ")']],
		['an empty list', ['a@x', []], ['entry 2 ([])']],
		['inside another list', [['a@x', null], 'b@x'], ['entry 1.2 (null)']],
		['in a JSON list', '["a@x",null,"",{}]', ['entry 4 ({})', 'entry 2 (null)', 'entry 3 ("")']],
		['a date', [new Date(0)], ['entry 1 ("1970-01-01T00:00:00.000Z")']],
		['a big number', [10n], ['entry 1 (bigint)']],
		['a very long one', 'x'.repeat(5000), [`${'x'.repeat(100)}…`]],
	])('%s', (_name, given, bad) => {
		expect(readMembers(given)).toEqual({ ok: false, bad });
	});

	it('lists inside lists without end', () => {
		const circle: unknown[] = ['a@x'];
		circle.push(circle);
		expect(readMembers(circle)).toMatchObject({ ok: false });
		let deep: unknown = 'a@x';
		for (let depth = 0; depth < 100_000; depth++) deep = [deep];
		expect(readMembers(deep)).toMatchObject({ ok: false });
		expect(readMembers('['.repeat(100_000))).toMatchObject({ ok: false });
	});

	const invisible = {
		'zero-width space': 0x200b,
		'zero-width joiner': 0x200d,
		'word joiner': 0x2060,
		'byte order mark': 0xfeff,
		'soft hyphen': 0x00ad,
		'left-to-right mark': 0x200e,
		'right-to-left override': 0x202e,
		isolate: 0x2066,
		NUL: 0,
		escape: 0x1b,
		'vertical tab': 0x0b,
		'form feed': 0x0c,
		'next line': 0x85,
		delete: 0x7f,
		'line separator': 0x2028,
		'combining grapheme joiner': 0x034f,
		'Hangul filler': 0x3164,
		'variation selector': 0xfe0f,
		'Braille blank': 0x2800,
		'Mongolian vowel separator': 0x180e,
		tag: 0xe0041,
		'private use': 0xe000,
		'half of a pair': 0xd800,
	};

	it.each(Object.entries(invisible))('with a %s in it, shown by its number', (_name, code) => {
		const odd = String.fromCodePoint(code);
		const shown = `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
		for (const [before, after] of [
			['al', 'ice@x'],
			['alice@', 'x.example'],
			['alice@exam', 'ple.com'],
			['@exam', 'ple.com'],
			['', 'alice@x'],
			['alice@x', ''],
			['Jane', ' <a@x>'],
			['<a@', 'x>'],
		]) {
			const bad = [`${before}${shown}${after}`];
			expect(readMembers(`fine@x, ${before}${odd}${after}`)).toEqual({ ok: false, bad });
			expect(readMembers(['fine@x', `${before}${odd}${after}`])).toEqual({ ok: false, bad });
		}
		if (code !== 0xd800) {
			expect(readMembers(`mailto:al${encodeURIComponent(odd)}ice@x`)).toMatchObject({ ok: false });
		}
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
		[',;\n', 'emptyText'],
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

describe('every spelling of an address', () => {
	const letters = fc.constantFrom(...'abkmsxyzAKSZ0189éÉüÜßıİIiσςΣжЖ語ｱ', 'e\u0301', 'u\u0308');
	const word = fc.array(letters, { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
	const local = fc
		.tuple(
			word,
			fc.array(fc.tuple(fc.constantFrom('.', '+', '-', '_', "'", '#'), word), { maxLength: 2 }),
		)
		.map(([first, more]) => first + more.flat().join(''));
	const label = fc.constantFrom(
		'example',
		'EXAMPLE',
		'x',
		'münchen',
		'MÜNCHEN',
		'mu\u0308nchen',
		'sub-1',
		'бар',
		'例え',
	);
	const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
	const member = fc.oneof(
		fc.tuple(local, domain).map(([name, host]): Member => ({ address: `${name}@${host}` })),
		domain.map((host): Member => ({ domain: `@${host}` })),
	);
	const wrappers: Array<(text: string) => unknown> = [
		(text) => `  ${text}\n`,
		(text) => `<${text}>`,
		(text) => `Jane Doe <${text}>`,
		(text) => `"Doe, Jane; JD" <${text}>`,
		(text) => `"${text}"`,
		(text) => `'${text}'`,
		(text) => `“${text}”`,
		(text) => (text.startsWith('@') ? text : `SMTP:${text}`),
		(text) => (text.startsWith('@') ? text : `mailto:${text.replace('#', '%23')}?subject=Hi`),
		(text) => [text],
		(text) => [[text]],
		(text) => JSON.stringify([text]),
		(text) => `${text};`,
		(text) => (text.startsWith('@') ? { domain: text } : { address: text }),
	];
	const respellings: Array<(text: string) => string> = [
		(text) => text.toLowerCase(),
		(text) => text.normalize('NFD'),
		(text) => text.normalize('NFC'),
		(text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
		(text) => text.replace(/@.*$/, (host) => host.toUpperCase()),
		(text) => {
			const [name, host] = text.split('@');
			return `${name}@${new URL(`http://${host}`).hostname}`;
		},
		(text) => {
			const [name = '', host = ''] = text.split('@');
			return `${name}@${host.replace(/[a-z0-9]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))}`;
		},
	];
	const runs = { seed: 12, numRuns: 3_000 };

	it('is read, and is the same member', () => {
		fc.assert(
			fc.property(
				member,
				fc.constantFrom(...respellings),
				fc.constantFrom(...wrappers),
				(given, respell, wrap) => {
					const list = readMembers(wrap(respell(memberText(given))));
					expect(list.ok && list.members.map(memberKey)).toEqual([memberKey(given)]);
					const both = readMembers([memberText(given), respell(memberText(given))]);
					expect(both).toEqual(readMembers([memberText(given)]));
				},
			),
			runs,
		);
	});

	it('what was read, printed and read again is the same', () => {
		fc.assert(
			fc.property(fc.array(member, { minLength: 1 }), (given) => {
				const first = readMembers(given);
				for (const separator of [', ', ';', '\n', ' ']) {
					expect(
						readMembers(first.ok ? first.members.map(memberText).join(separator) : ''),
					).toEqual(first);
				}
				expect(readMembers(JSON.stringify(first.ok ? first.members : []))).toEqual(first);
			}),
			{ ...runs, numRuns: 500 },
		);
	});

	it('no two addresses are one member', () => {
		for (const [one, other] of [
			['straße@x', 'strasse@x'],
			['ali@x', 'alı@x'],
			['IBRAHIM@x', 'ıbrahim@x'],
			['a.b@x', 'ab@x'],
			['a+1@x', 'a@x'],
			['a@x', '@x'],
			['a@straße.example', 'a@strasse.example'],
			['ａ@x', 'a@x'],
			['résumé@x', 'resume@x'],
		]) {
			expect(read([one, other])).toEqual([one, other]);
		}
	});

	it('junk: whatever passes is one plausible address or domain, and the API’s schema takes it', () => {
		const junk = fc
			.array(
				fc.oneof(
					{
						weight: 6,
						arbitrary: fc.constantFrom(
							...`a1.@@,;<>"'“” :\t\n-_\\[]{}*?/%`,
							'\u200B',
							'\u00A0',
							'\uFEFF',
							'xn--',
							'SMTP:',
							'mailto:',
							'é',
						),
					},
					{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
				),
				{ maxLength: 14 },
			)
			.map((parts) => parts.join(''));
		fc.assert(
			fc.property(junk, (text) => {
				const list = readMembers(text);
				if (!list.ok) {
					expect(list.bad.length).toBeGreaterThan(0);
					for (const name of list.bad) expect(name).not.toMatch(/[\u200B\uFEFF\p{Cc}\u202E]/u);
					return;
				}
				for (const member of list.members) {
					expect(memberSchema.safeParse(member).success).toBe(true);
					expect(memberText(member)).toMatch(/^[^@\s<>"“”,;\p{C}]*@[^@\s<>"“”,;:/\\\p{C}]+$/u);
				}
			}),
			{ seed: 7, numRuns: 20_000 },
		);
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
