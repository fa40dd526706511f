/** The code that makes strangers' texts safe, as n8n's Code node runs it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';
import type { Fault } from '@nodes/shared/core/fault';
import { wordsFor } from '@nodes/shared/n8n/messages';

import { damages, hostileTexts } from '../../hostileTexts.cjs';

const file = path.resolve(__dirname, '../../../../playbooks/shared/safeText.txt');
const code = readFileSync(file, 'utf8');
const link = 'https://acme.tessian-platform.com/0/events/architect?check_log_id=1&utm_source=api';
const outputSchema = z.object({
	json: z
		.object({
			safe: z.object({
				slack: z.string().default(''),
				markdown: z.string().default(''),
				plain: z.string().default(''),
				html: z.string().default(''),
				title: z.string().default(''),
				row: z.record(z.string(), z.unknown()).default({}),
				json: z.string().default(''),
				prompt: z.string().default(''),
			}),
		})
		.passthrough(),
});

function run(json: Record<string, unknown>) {
	const output: unknown = runInNewContext(`(() => {${code}\n})()`, { $input: { item: { json } } });
	return outputSchema.parse(output).json;
}

describe.each(hostileTexts)('%s', (_what, text) => {
	const message = {
		icon: ':mag:',
		title: text,
		lines: [
			['Subject', text],
			['To', [text, null, text]],
			['Answer', { text, list: [text] }],
			['Event', 'defender::inbound-1'],
		],
		link,
	};
	const { safe } = run({ message, row: { text, other: 1 }, data: { text } });

	it('in a chat: no line, no mention, no link, no markup, not too long', () => {
		expect(
			damages(safe.slack, {
				lines: 6,
				length: 2400,
				link: `<${link}|` + 'Open in the Proofpoint portal>',
			}),
		).toEqual([]);
		expect(safe.slack).toMatch(/\n\*Event:\* defender::inbound-1\n/);
	});

	it('shown as it is, it would do damage', () => {
		const raw = `*Subject:* ${text}`;
		expect(damages(raw, { lines: 1, length: 200 })).not.toEqual([]);
	});

	it('in a ticket', () => {
		expect(damages(safe.plain, { lines: 6, length: 2400, link: `: ${link}` })).toEqual([]);
		expect(damages(safe.title, { lines: 1, length: 400 })).toEqual([]);
	});

	it('in a mail', () => {
		expect(safe.html.match(/<[^>]*>/g)).toEqual([
			...[
				'<b>',
				'</b>',
				'<br>',
				'<b>',
				'</b>',
				'<br>',
				'<b>',
				'</b>',
				'<br>',
				'<b>',
				'</b>',
				'<br>',
				'<b>',
				'</b>',
				'<br>',
			],
			...[`<a href="${link.replace('&', '&#38;')}">`, '</a>'],
		]);
		const shown = safe.html.replace(/<[^>]*>/g, '').replaceAll(/&#\d+;/g, '');
		expect(damages(shown, { lines: 1, length: 2400 })).toEqual([]);
	});

	it('in a table: no formula, one line', () => {
		const cell = String(safe.row.text);
		expect(cell).not.toMatch(/^\s*[=+\-@]/);
		expect(cell).not.toMatch(/[\n\r\t\u2028\u2029\u0085]/);
		expect(cell.length).toBeLessThanOrEqual(4001);
		expect(safe.row.other).toBe(1);
	});

	it('in a SIEM: nothing is lost', () => {
		expect(JSON.parse(safe.json)).toEqual({ text });
		expect(safe.json).not.toMatch(/[\n\r]/);
	});

	it('in a prompt: JSON that no tag ends', () => {
		expect(safe.prompt).not.toMatch(/[<>\n\r\u2028\u{e0000}-\u{e007f}]/u);
		expect(JSON.parse(safe.prompt)).toEqual({ text: expect.any(String) });
	});

	it('twice is as good as once', () => {
		const again = run({ row: safe.row }).safe.row;
		expect(again).toEqual(safe.row);
	});
});

it('ordinary texts stay legible', () => {
	const { safe } = run({
		message: {
			icon: ':x:',
			title: 'Mail “Offer 4.2”',
			lines: [
				['Sender', 'first_last@example.com'],
				['To', []],
				['Count', 3],
				['Note', null, 'none'],
				['Failed', 'event guardian::outbound-12: no'],
				'Nothing was done at 12:30:45.',
			],
			link: null,
		},
	});
	expect(safe.slack.split('\n')).toEqual([
		':x: *Mail “Offer 4.2”*',
		'*Sender:* first_last@example[.]com',
		'*To:* unknown',
		'*Count:* 3',
		'*Note:* none',
		'*Failed:* event guardian::outbound-12: no',
		'Nothing was done at 12:30:45.',
		'(Proofpoint gave no link)',
	]);
});

const endpointNames = Object.keys(endpoints).filter(
	(name): name is EndpointName => name in endpoints,
);

it.each(endpointNames)('%s: whatever our nodes say about a refusal arrives whole', (endpoint) => {
	for (const status of [400, 401, 403, 404, 407, 429, 500, 503]) {
		for (const isPage of [false, true]) {
			const fault: Fault = {
				kind: 'status',
				status,
				isPage,
				waitedMs: 290_000,
				retryAfterMs: 60_000,
			};
			const { message, hint } = wordsFor(fault, {
				endpoint,
				origin: 'https://a-rather-long-name.tessian-platform.com',
				id: `defender::inbound-${'a'.repeat(64)}`,
			});
			const to = Array.from({ length: 300 }, (_, index) => `user-${index}@example.com`);
			const { safe } = run({
				message: {
					title: 'The release failed',
					lines: [
						['Subject', 'Invoice '.repeat(9)],
						['To', to],
						['What failed', `${message}. ${hint}`],
					],
				},
			});
			const shown = safe.slack.split('\n').at(-1) ?? '';
			expect(shown.split(' ').at(-1)).toBe(hint.split(' ').at(-1));
			expect(shown.length).toBeGreaterThanOrEqual(`${message}. ${hint}`.length);
		}
	}
});

it('500 recipients are cut, and counted', () => {
	const to = Array.from({ length: 500 }, (_, index) => `user-${index}@example.com`);
	const { safe } = run({ message: { title: 'Alert', lines: [['To', to]] } });
	expect(safe.slack).toMatch(/user-19@example\[\.\]com and 480 more$/);
});

it('a hundred long lines stay below the limit, and the last one stays', () => {
	const lines = Array.from({ length: 100 }, (_, index) => [`Line ${index}`, 'x'.repeat(400)]);
	const { safe } = run({ message: { title: 'Alert', lines, link } });
	for (const text of [safe.slack, safe.html, safe.plain, safe.markdown]) {
		expect(text.length).toBeLessThanOrEqual(2400);
		expect(text).toContain('Line 99');
		expect(text).toContain('more lines');
		expect(text).toContain('Open in the Proofpoint portal');
	}
});

it.each([
	'https://evil.example/0/events',
	'https://acme.tessian-platform.com.evil.example/',
	'https://acme.tessian-platform.com@evil.example/',
	'https://acme.tessian-platform.com/x>evil',
	'https://acme.tessian-platform.com/x|y',
	'http://acme.tessian-platform.com/',
	'javascript:alert(1)//.tessian-platform.com/',
	{ toString: 'https://acme.tessian-platform.com/' },
	7,
])('no link is made of %p', (bad) => {
	const { safe } = run({ message: { title: 'Alert', lines: [], link: bad } });
	expect(safe.slack).toBe(
		bad === ''
			? '*Alert*\n(Proofpoint gave no link)'
			: '*Alert*\n(no link: it does not lead to a Proofpoint portal)',
	);
});

it.each([
	[undefined],
	[null],
	['text'],
	[[]],
	[{}],
	[{ lines: 'text', title: null, icon: '<!here>' }],
	[{ lines: [[], [null], 7, {}] }],
])('the message %j does not stop the others', (message) => {
	expect(run({ id: 1, message })).toMatchObject({ id: 1 });
});
