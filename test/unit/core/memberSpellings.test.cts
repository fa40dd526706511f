/** Two spellings of one address are one member, and no two addresses are: over many of both. */
import { memberSchema, type Member } from '@nodes/shared/api/contract';
import { memberKey, memberText } from '@nodes/shared/core/memberDifference';
import { readMembers } from '@nodes/shared/core/members';
import { fc } from '@test/unit/property.cjs';

const read = (given: unknown): string[] => {
	const list = readMembers(given);
	return list.ok ? list.members.map(memberText) : [`refused: ${list.bad.join(' | ')}`];
};

describe('every spelling of an address', () => {
	const letters = fc.constantFrom(
		...Array.from('abkmsxyzAKSZ0189éÉüÜßıİIiσςΣжЖ語ｱ'),
		'e\u0301',
		'u\u0308',
	);
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
							...Array.from(`a1.@@,;<>"'“” :\t\n-_\\[]{}*?/%`),
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
