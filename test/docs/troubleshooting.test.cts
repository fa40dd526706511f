/** docs/troubleshooting.md has an entry for each message that a user can see, and for no other. */
import path from 'node:path';

import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';
import { networkFault, type Fault } from '@nodes/shared/core/fault';
import { wordsFor } from '@nodes/shared/n8n/messages';

import { readMarkdown } from './markdown.cjs';
import { GAP, messagesBelow, messagesIn } from './messages.cjs';

const root = path.resolve(__dirname, '../../..');
const entries = readMarkdown(root, 'docs/troubleshooting.md').firstCells;
const messages = messagesBelow(root, ['nodes', 'credentials']);

it('every message of the sources has an entry', () => {
	expect(messages.length).toBeGreaterThan(50);
	const missing = messages.filter(({ text }) => !entries.includes(text));
	expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

it('every entry is a message of the sources, and stands there once', () => {
	const texts = messages.map(({ text }) => text);
	expect(entries.filter((entry) => !texts.includes(entry))).toEqual([]);
	expect(entries.filter((entry, at) => entries.indexOf(entry) !== at)).toEqual([]);
});

it('what is said at run time for every endpoint and fault is among them', () => {
	const patterns = entries.map(
		(entry) =>
			new RegExp(
				`^${entry
					.split(GAP)
					.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
					.join('.*')}$`,
			),
	);
	const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
	const faults: Fault[] = [
		...[302, 400, 401, 403, 404, 409, 410, 429, 500, 503].map(
			(status): Fault => ({ kind: 'status', status, waitedMs: 90_000 }),
		),
		...[
			'ENOTFOUND',
			'ECONNREFUSED',
			'ETIMEDOUT',
			'EAI_AGAIN',
			'ECONNRESET',
			'CERT_HAS_EXPIRED',
			'EPROTO',
			'ERR_INVALID_URL',
		].map((code) => networkFault(code)),
		...[400, 403, 407, 429, 503].map(
			(status): Fault => ({ kind: 'status', status, isPage: true, waitedMs: 90_000 }),
		),
		{ kind: 'paused', status: 429, retryAfterMs: 90_000 },
		{ kind: 'paused', status: 503, retryAfterMs: 90_000 },
		{ kind: 'busy', waitedMs: 90_000 },
		{ kind: 'refused', message: '', bySsrfProtection: true },
		...(['envelope', 'error', 'html', 'text', 'truncated'] as const).map(
			(what): Fault => ({ kind: 'unreadable', what }),
		),
		{ kind: 'stuck', why: 'missing' },
		{ kind: 'stuck', why: 'repeated' },
		{ kind: 'cancelled' },
	];
	for (const endpoint of names) {
		for (const fault of faults) {
			const { message } = wordsFor(fault, {
				endpoint,
				origin: 'https://acme.tessian-platform.com',
				id: '42',
			});
			expect(patterns.filter((pattern) => pattern.test(message)).map(String)).not.toEqual([]);
		}
	}
});

it('messages are found in every form in which the sources write them', () => {
	expect(
		messagesIn(
			'x.ts',
			"badParameter(a ? 'First text' : 'Second text', 'hint'); new UserError(`Third ${x} text`); const y = { message: `Fourth ${x}`.trim(), hint: 'no' }; new NodeOperationError(node, 'Fifth text'); log.warn(`Sixth: ${x}`); other('Not this');",
		),
	).toEqual(['First text', 'Second text', 'Third … text', 'Fourth …', 'Fifth text', 'Sixth: …']);
});
