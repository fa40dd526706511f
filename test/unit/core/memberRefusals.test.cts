/** What is no address is never taken for another one: "Sync" would remove the real one. */
import { readMembers } from '@nodes/shared/core/members';

describe('what is neither an address nor a domain refuses the whole list, by name', () => {
	it.each([
		['no @', 'alice'],
		['a formula of a sheet', '=alice@example.com'],
		['full-width letters', 'ａlice@example.com'],
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
