import { fc } from '@test/unit/property.cjs';

import { exchange } from '@nodes/shared/core/exchange';
import { Governor } from '@nodes/shared/core/governor';
import { safeText, safeWords } from '@nodes/shared/core/outsideText';
import { MASK } from '@nodes/shared/core/secretText';
import { VirtualTime } from './virtualTime.cjs';

const token = 'kX9/pQ2+vT7_mZ4-wL8=rB3"nC&6';
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const html = (text: string) =>
	text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const named = (text: string) =>
	text
		.replace(/&/g, '&amp;')
		.replace(/"/g, '&quot;')
		.replace(/\+/g, '&plus;')
		.replace(/=/g, '&equals;');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const unicode = (text: string) =>
	Array.from(text, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const percent = (text: string) =>
	Array.from(text, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const half = Math.floor(token.length / 2);

/** The forms in which a token can come back. */
const forms: Array<[string, string]> = [
	['as it is', token],
	['with its prefix', `API-Token ${token}`],
	['with its prefix in another case', `api-token   ${token}`],
	['in the whole header', `Authorization: API-Token ${token}`],
	['URL-encoded', encodeURIComponent(token)],
	['URL-encoded with its prefix', encodeURIComponent(`API-Token ${token}`)],
	['URL-encoded twice', encodeURIComponent(encodeURIComponent(token))],
	['every character URL-encoded', percent(token)],
	['every character URL-encoded, capitals', percent(token).toUpperCase()],
	['JSON-escaped', json(token)],
	['JSON-escaped twice', json(json(token))],
	['with slashes escaped', json(token).replace(/\//g, '\\/')],
	['as Unicode escapes', unicode(token)],
	['HTML-escaped with numbers', html(token)],
	['HTML-escaped with names', named(token)],
	['HTML-escaped in JSON in a URL', encodeURIComponent(json(html(token)))],
	['in capitals', token.toUpperCase()],
	['in small letters', token.toLowerCase()],
	['base64', base64(token)],
	['base64url', Buffer.from(token).toString('base64url')],
	['base64 with its prefix', base64(`API-Token ${token}`)],
	['base64 behind a user name', base64(`user:${token}`)],
	['base64 behind a longer user name', base64(`users:${token}`)],
	['base64 before a colon', base64(`${token}:`)],
	['base64 in a URL', encodeURIComponent(base64(`x${token}`))],
	['hex', Buffer.from(token).toString('hex')],
	['hex in capitals', Buffer.from(token).toString('hex').toUpperCase()],
	['broken by a line end', `${token.slice(0, half)}\r\n${token.slice(half)}`],
	['broken by blanks', token.replace(/(.{7})/g, '$1 ')],
	['broken by an escaped line end', `${token.slice(0, half)}\\r\\n${token.slice(half)}`],
	['broken by a zero-width space', `${token.slice(0, half)}\u200B${token.slice(half)}`],
	['broken by an escaped zero-width space', `${token.slice(0, half)}\\u200b${token.slice(half)}`],
	['broken by a soft hyphen', `${token.slice(0, half)}\u00AD${token.slice(half)}`],
	['broken by direction marks', Array.from(token).join('\u202E')],
	['broken by NUL', Array.from(token).join('\0')],
];

/** Whether so many characters of the token in a row are left in it, however they are written. */
function leaks(text: string, secret = token): boolean {
	const needles = [secret, base64(secret).replace(/=+$/, ''), Buffer.from(secret).toString('hex')];
	const plain = text.replace(/\s/g, '').toLowerCase();
	return needles.some((needle) => {
		for (let at = 0; at + 8 <= needle.length; at++) {
			if (plain.includes(needle.slice(at, at + 8).toLowerCase())) return true;
		}
		return false;
	});
}

describe('the token', () => {
	it.each(forms)('%s is taken out, and nothing else', (_name, form) => {
		expect(safeText(`unknown ${form} here`, [token])).toMatch(
			/^unknown (?:Authorization: )?\[API token\] here$/,
		);
		expect(safeText(form, [token])).toMatch(/^(?:Authorization: )?\[API token\]$/);
		expect(safeText(`"${form}","${form}"`, [token])).not.toMatch(/[kpvmwrn][xqtzlbc]\d/i);
	});

	it.each(forms)('%s: no length limit leaves a part of it', (_name, form) => {
		const said = `The API does not know the token ${form} any more`;
		for (let length = 1; length <= said.length; length++) {
			expect(leaks(safeText(said, [token], length))).toBe(false);
		}
	});

	it.each(forms.slice(0, 1))('cut by somebody else before it came: %s', (_name, form) => {
		for (let length = 8; length < form.length; length++) {
			for (const end of ['', '…', '...', '"', '…"', '***', ' …', '%', '%2', '&am', '\\u00', '.']) {
				expect(leaks(safeText(`unknown token ${form.slice(0, length)}${end}`, [token]))).toBe(
					false,
				);
			}
			expect(leaks(safeText(`${form.slice(-length)} is unknown`, [token]))).toBe(false);
			expect(leaks(safeText(`"${form.slice(-length)}" is unknown`, [token]))).toBe(false);
			expect(leaks(safeText(`…${form.slice(-length)} is unknown`, [token]))).toBe(false);
			expect(leaks(safeText(`token ${form.slice(0, length)}… is unknown`, [token]))).toBe(false);
		}
	});

	it('all of several secrets, and none where there is none', () => {
		expect(safeText('a secret-one and a secret-two', ['secret-one', 'secret-two', '', ' '])).toBe(
			`a ${MASK} and a ${MASK}`,
		);
		expect(safeText('API-Token of yours', [])).toBe('API-Token of yours');
	});

	it('that is short is taken out where it stands by itself, and no word with it', () => {
		expect(safeText('token t, latest: t', ['t'])).toBe(`token ${MASK}, latest: ${MASK}`);
		expect(safeText('unknown token "abc" in abcdef, cab and ABC', ['abc'])).toBe(
			`unknown token "${MASK}" in abcdef, cab and ABC`,
		);
		expect(safeText('API-Token abc', ['abc'])).toBe(MASK);
		expect(safeText(`Basic ${base64('abc')}`, ['abc'])).toBe(`Basic ${MASK}`);
		expect(safeText('key=a%2Bc&', ['a+c'])).toBe(`key=${MASK}&`);
	});

	it('that looks like a pattern is taken literally', () => {
		for (const odd of [
			'.*.*.*.*',
			'$&$1$$$$',
			'(a+)+(b|',
			'[API token]',
			'\\\\\\\\\\\\',
			'%41%42%43',
			'&amp;&amp;',
		]) {
			expect(safeText(`no ${odd} no`, [odd])).toBe(`no ${MASK} no`);
		}
	});

	it('ordinary words stay, also those that begin like it', () => {
		const said =
			'Proofpoint refused the request: 100% of “x & y”, C:\\new\\table, &nbsp; and 5 % off';
		expect(safeText(said, [token])).toBe(said);
	});

	it('whatever it is and however it comes, nothing of it is left', () => {
		const wraps = [encodeURIComponent, json, html, named, unicode, percent, (text: string) => text];
		const letters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at));
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(...letters), { minLength: 16, maxLength: 64 }),
				fc.array(fc.integer({ min: 0, max: wraps.length - 1 }), { maxLength: 3 }),
				fc.array(fc.nat(200), { maxLength: 4 }),
				fc.nat(300),
				(characters, layers, breaks, most) => {
					const secret = characters.join('');
					let form = layers.reduce((text, at) => wraps[at]?.(text) ?? text, secret);
					if (layers.length === 0) {
						for (const at of breaks) form = `${form.slice(0, at)} ${form.slice(at)}`;
					}
					const safe = safeText(`before ${form} behind`, [secret]);
					expect(safe).toBe(`before ${MASK} behind`);
					expect(safeText(`before ${form} behind`, [secret], most)).not.toContain(secret);
				},
			),
			{ numRuns: Number(process.env.PROPERTY_RUNS ?? 500) },
		);
	});

	it('ten times the text takes about ten times the time', () => {
		const fillers = ['a', '.', '&', '%4', '\\', 'API-Token ', token.slice(0, 9), '!'];
		const timeOf = (length: number) => {
			const begun = process.cpuUsage().user;
			for (const filler of fillers) safeText(filler.repeat(length / filler.length), [token]);
			return process.cpuUsage().user - begun;
		};
		timeOf(4_000);
		const [small, large] = [timeOf(4_000), timeOf(40_000)];
		// Squares would make it 100.
		expect(large / small).toBeLessThan(40);
	});
});

it.each([
	['the beginning', token.slice(0, 16)],
	['the end', token.slice(-16)],
	['the middle', token.slice(6, 20)],
	['all but the ends', `x${token.slice(1, -1)}x`],
	['with dots after it', `${token.slice(0, 20)}...`],
])('a part of the token is taken out wherever it stands: %s', (_name, part) => {
	const safe = safeText(`the key ${part} is unknown here`, [token]);
	expect(safe).toContain(MASK);
	expect(safe).not.toContain(part.slice(2, 12));
	expect(safe).toContain('is unknown here');
});

describe('characters', () => {
	const range = (from: number, to: number) =>
		Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));

	it('that control become blanks', () => {
		for (const control of [
			...range(0, 0x1f),
			...range(0x7f, 0x9f),
			'\u2028',
			'\u2029',
			'\u00A0',
			'\u3000',
		]) {
			expect(safeText(`a${control}b`)).toBe('a b');
		}
	});

	it('that turn or hide what is shown are gone', () => {
		for (const hidden of [
			...range(0x202a, 0x202e),
			...range(0x2066, 0x206f),
			...range(0x200b, 0x200f),
			...range(0x2060, 0x2064),
			...range(0xfe00, 0xfe0f),
			...range(0xfff9, 0xfffb),
			...range(0xe0000, 0xe007f),
			...range(0xe0100, 0xe01ef),
			'\u061C',
			'\u00AD',
			'\u034F',
			'\u180E',
			'\u3164',
			'\uFEFF',
			'\uFFFE',
			'\uD83D',
			'\uDE00',
		]) {
			expect(safeText(`a${hidden}b`)).toBe('ab');
		}
	});

	it('that people write stay', () => {
		const words =
			'Zoë, „Müller“, Ελλάδα, عربي, हिन्दी, 日本語, 😀, <a@x.example>, {"a": [1]} – 5 € ½';
		expect(safeText(words)).toBe(words);
	});

	it('blanks become one, none at the ends', () => {
		expect(safeText(' \t a \r\n\r\n b\u2028c ')).toBe('a b c');
		expect(safeText('')).toBe('');
	});
});

describe('where it is used', () => {
	it('words: message and hint, and nothing else of them', () => {
		expect(
			safeWords(
				{ message: `no ${token}`, hint: `It is "\u202E${token}\u0007".`, state: 'failed' },
				[token],
			),
		).toEqual({
			message: `no ${MASK}`,
			hint: `It is "${MASK} ".`,
			state: 'failed',
		});
	});

	const bodies = (form: string): unknown[] => [
		`unknown API token ${form}`,
		{ detail: `unknown API token ${form}` },
		{ type: 'about:blank', title: `no ${form}`, status: 401 },
		{ error: { message: `unknown ${form}` } },
		{ errors: [{ msg: `unknown ${form}` }] },
		{ message: `${'x'.repeat(195 - form.length / 2)}${form}` },
	];

	it.each([400, 401, 403, 404, 429, 500, 503, 200])(
		'no fault of an API that answers with the status %i repeats the token',
		async (status) => {
			for (const [, form] of forms) {
				for (const body of bodies(form)) {
					const time = new VirtualTime();
					const answer = await time.run(
						exchange({
							owner: time,
							governor: new Governor(time),
							clock: time,
							readOnly: false,
							patienceMs: 0,
							secrets: [token],
							read: () => undefined,
							send: async () => ({ status, headers: {}, body }),
						}),
					);
					expect(answer.ok).toBe(false);
					expect(leaks(JSON.stringify(answer))).toBe(false);
				}
			}
		},
	);
});
