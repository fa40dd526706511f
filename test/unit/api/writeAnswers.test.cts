/** A write counts as done only with an answer that can be the API's: six endpoints and create, every kind of body. */
import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';
import {
	confirmsDeletion,
	confirmsGroup,
	readCreatedGroup,
	readRenamedGroup,
	readRemediationAnswer,
} from '@nodes/shared/api/writeAnswers';
import { exchange } from '@nodes/shared/core/exchange';
import { wasNotCarriedOut } from '@nodes/shared/core/fault';
import { Governor } from '@nodes/shared/core/governor';
import { readAnswer } from '@nodes/Remediation/core/remediationOutcome';
import { wordsFor } from '@nodes/shared/n8n/messages';
import { VirtualTime } from '../core/virtualTime.cjs';

type Read = (body: unknown, status?: number) => unknown;

const metadata = { name: 'Leavers', id: 42, created_at: '2026-01-31T12:00:00Z', updated_at: null };
const groupAnswers: unknown[] = [
	undefined,
	null,
	'',
	' \r\n ',
	'\uFEFF',
	{},
	{ id: 42 },
	{ id: '42' },
	{ id: 42, error: null, errors: [], success: true, status: 'active' },
	metadata,
	{ ...metadata, colour: 'red', owner: { name: 'x', status: 'LIVE' } },
	{ metadata, members: [{ address: 'a@example.com' }] },
	{ checkpoint: null, additional_results: false, results: { metadata, members: [] } },
	{ checkpoint: null, additional_results: false, results: null },
	{ results: [{ id: '42' }] },
	{ groups: [metadata] },
];
const result = {
	number_of_actions_attempted: 1,
	number_of_actions_succeeded: 0,
	results: [{ user_address: 'a@example.com', error: 'EMAIL_NOT_FOUND_IN_QUARANTINE' }],
};

const group = { read: confirmsGroup('42'), good: groupAnswers };
const remediation = {
	read: readRemediationAnswer,
	// Without counts and a list it is read all the same: its outcome is "unknown", and the item fails.
	good: [result, { ...result, error: null, request_id: 'r1' }, undefined, {}, { items: [] }],
};
/** Every endpoint that writes: what reads its answer, and answers that are good. */
const writes: Partial<Record<EndpointName, { read: Read; good: unknown[] }>> = {
	groupCreate: {
		read: readCreatedGroup,
		good: [{ id: 42 }, { id: '42' }, metadata, { metadata }, { results: { metadata } }],
	},
	groupUpdate: { read: readRenamedGroup('42'), good: groupAnswers },
	groupDelete: { ...group, read: confirmsDeletion('42') },
	membersAdd: group,
	membersRemove: group,
	releaseFromQuarantine: remediation,
	deleteFromQuarantine: remediation,
	deleteFromInbox: remediation,
};
const cases = Object.entries(writes).map(([endpoint, { read, good }]) => ({
	endpoint,
	read,
	good,
}));

const page = '<!DOCTYPE html><html><body>Sign in</body></html>';
/** Bodies that confirm nothing, whatever was asked for, and what each is. */
const bad: Array<[string, unknown, string]> = [
	['a sign-in page', page, 'html'],
	['a page behind a byte order mark and blanks', `\uFEFF\n  ${page}`, 'html'],
	['XML', '<?xml version="1.0"?><error/>', 'html'],
	['a text with markup', 'Please <a href="/login">sign in</a>', 'html'],
	['a text', 'OK', 'text'],
	['a text that tells of an error', 'upstream connect error', 'text'],
	['a JSON text', '"OK"', 'text'],
	['half an object', '{"id": 42, "na', 'truncated'],
	['half a list', '[{"id": 4', 'truncated'],
	['a list', [], 'envelope'],
	['a list of the group', [metadata], 'envelope'],
	['a number', 42, 'envelope'],
	['nought', 0, 'envelope'],
	['true', true, 'envelope'],
	['false', false, 'envelope'],
	['an error', { error: 'locked' }, 'error'],
	['an error object', { error: { code: 7, message: 'locked' } }, 'error'],
	['errors', { errors: [{ detail: 'locked' }] }, 'error'],
	['an error in capitals', { Error: 'locked' }, 'error'],
	['an error code', { error_code: 'E_LOCKED' }, 'error'],
	['a problem', { type: 'about:blank', title: 'Locked', status: 423, detail: 'x' }, 'error'],
	[
		'a problem with status 200',
		{ type: 'about:blank', title: 'Locked', status: 200, detail: 'x' },
		'error',
	],
	['a problem without a status', { type: 'about:blank', title: 'Locked' }, 'error'],
	['a message that refuses', { message: 'Permission denied' }, 'error'],
	['a message with a code', { message: 'Sorry', code: 17 }, 'error'],
	['a detail that refuses', { detail: 'Not found.' }, 'error'],
	['no success', { success: false }, 'error'],
	['not ok', { ok: false }, 'error'],
	['no success, as a text', { success: 'false' }, 'error'],
	['a bad status', { status: 'error' }, 'error'],
	['a bad state', { state: 'Failed' }, 'error'],
	['a status that left it out', { status: 'SKIPPED' }, 'error'],
	['a lock', { message: 'The group is locked' }, 'error'],
	['not accepted', { accepted: false }, 'error'],
	['not done, as a text', { done: 'no', applied: null }, 'error'],
	['a bad status in capitals', { status: 'FAILED' }, 'error'],
	['a status code', { statusCode: 503 }, 'error'],
	['a status code as a text', { status: '403' }, 'error'],
	['a fault', { fault: { faultstring: 'Invalid ApiKey' } }, 'error'],
	['an exception', { exception: 'java.lang.NullPointerException' }, 'error'],
	['a message alone', { message: 'hello' }, 'envelope'],
	['another object', { items: [] }, 'envelope'],
	['success alone', { success: true }, 'envelope'],
];

async function answerTo(endpoint: EndpointName, body: unknown, read: Read, status = 200) {
	let sent = 0;
	const time = new VirtualTime();
	const answer = await time.run(
		exchange({
			owner: time,
			governor: new Governor(time),
			clock: time,
			secrets: [],
			readOnly: endpoints[endpoint].method === 'GET',
			read,
			send: async () => {
				sent++;
				return { status, headers: {}, body };
			},
		}),
	);
	expect(sent).toBe(1);
	return answer;
}

function isEndpoint(name: string): name is EndpointName {
	return name in endpoints;
}

it('the table has every endpoint that writes', () => {
	const writing = Object.entries(endpoints).filter(([, { method }]) => method !== 'GET');
	expect(Object.keys(writes).sort()).toEqual(writing.map(([name]) => name).sort());
});

describe.each(cases)('$endpoint', ({ endpoint, read, good }) => {
	if (!isEndpoint(endpoint)) throw new Error(endpoint);

	it.each(good.map((body) => [body]))('%j counts as done', async (body) => {
		expect(await answerTo(endpoint, body, read)).toMatchObject({ ok: true });
	});

	const confirmsNothing = bad.filter(
		([, body]) => read !== readRemediationAnswer || !isShape(body),
	);
	it.each(confirmsNothing)('%s does not, and is not sent again', async (_name, body, what) => {
		const answer = await answerTo(endpoint, body, read);
		expect(answer).toMatchObject({ ok: false, fault: { kind: 'unreadable', what } });
		if (answer.ok) return;
		expect(wasNotCarriedOut(answer.fault)).toBe(false);
		const { message, hint } = wordsFor(answer.fault, {
			endpoint,
			origin: 'https://acme.tessian-platform.com',
		});
		expect(hint).toMatch(/^It is not known whether/);
		expect(message).not.toMatch(/instead of data/);
	});

	it.each(bad.filter(([, body]) => !isShape(body)))(
		'%s does not even if a reader takes everything',
		async (_name, body, what) => {
			const answer = await answerTo(endpoint, body, () => true);
			expect(answer).toMatchObject({ ok: false, fault: { kind: 'unreadable', what } });
		},
	);

	it.each(good.filter((body) => isShape(body) && Object.keys(body).length > 0))(
		'%j with an error beside it does not',
		async (body) => {
			for (const beside of [
				{ error: 'locked' },
				{ errors: ['x'] },
				{ success: false },
				{ status: 500 },
			]) {
				expect(await answerTo(endpoint, { ...Object(body), ...beside }, read)).toMatchObject({
					ok: false,
					fault: { kind: 'unreadable', what: 'error' },
				});
			}
		},
	);
});

/** An object that tells of no error: only the endpoint's own reader knows whether it is the documented one. */
function isShape(body: unknown): body is object {
	return (
		typeof body === 'object' &&
		body !== null &&
		!Array.isArray(body) &&
		!bad.some(([, other, what]) => other === body && what === 'error')
	);
}

const groupWrites = cases.filter(({ read }) => read !== readRemediationAnswer);

describe.each(groupWrites)('$endpoint: the group, and what was not done to it', (one) => {
	const { endpoint, read, good } = one;
	if (!isEndpoint(endpoint)) throw new Error(endpoint);

	it.each([
		{ results: [{ address: 'a@example.com', error: 'INVALID' }] },
		{ data: [{ error: 'locked' }] },
		{ rejected: ['a@example.com'] },
		{ failed: 1 },
		{ failed_members: [{ address: 'a@example.com' }] },
		{ invalidMembers: ['a@example.com'] },
		{ not_added: ['a@example.com'] },
		{ notFound: ['a@example.com'] },
		{ skipped: 2 },
		{ metadata: { name: 'Leavers' }, members: [{ address: 'a@b.example', status: 'rejected' }] },
		{ applied: false },
		{ updated: false, added: 'false' },
		{ state: 'FAILED' },
		{ message: 'group is locked' },
	])('%j', async (beside) => {
		expect(await answerTo(endpoint, { id: 42, ...beside }, read)).toMatchObject({
			ok: false,
			fault: { kind: 'unreadable' },
		});
	});

	it.each([{ rejected: [], failed: 0, skipped: null, not_found: false, error_count: 0 }])(
		'%j says that all was done',
		async (beside) => {
			expect(await answerTo(endpoint, { id: 42, ...beside }, read)).toMatchObject({ ok: true });
		},
	);

	it.each([200, 201, 204])('%i is', async (status) => {
		for (const body of good) {
			expect(await answerTo(endpoint, body, read, status)).toMatchObject({ ok: true });
		}
	});
});

it.each([202, 206, 207, 226])('%i is not yet done, or not all of it', async (status) => {
	for (const { endpoint, read, good } of groupWrites) {
		if (!isEndpoint(endpoint) || read === readCreatedGroup) continue;
		for (const body of good) {
			expect(await answerTo(endpoint, body, read, status)).toMatchObject({
				ok: false,
				fault: { kind: 'unreadable', what: 'envelope' },
			});
		}
	}
});

it.each([
	{ deleted: false },
	{ id: 42, deleted: false },
	{ id: 42, deleted: 0 },
	{ metadata: { ...metadata, removed: 'no' } },
])('%j is no deleted group, but may be one that got members', (body) => {
	expect(confirmsDeletion('42')(body)).toBeUndefined();
	expect(confirmsGroup('42')(body)).toBe('id' in body || 'metadata' in body ? true : undefined);
});

describe('the group must be the one that was asked for', () => {
	it.each([
		{ id: 43 },
		{ id: '43' },
		{ id: null },
		{ id: 42.5 },
		{ id: '42x' },
		{ ...metadata, id: 7 },
		{ metadata: { ...metadata, id: 7 }, members: [] },
		{ results: { metadata: { ...metadata, id: 7 }, members: [] } },
		{ id: 42, metadata: { id: 43 } },
		{ name: 'Leavers' },
		{ results: [] },
		{ results: [{ id: 42 }, { id: 43 }] },
		{ groups: [{ ...metadata, id: 7 }] },
		{ id: null, results: null },
		{ members: [{ address: 'a@example.com' }] },
	])('%j is not 42', (body) => {
		expect(confirmsGroup('42')(body)).toBeUndefined();
	});

	it('in digits, with zeros in front or as a number', () => {
		expect(confirmsGroup('0042')({ id: 42 })).toBe(true);
		expect(confirmsGroup('42')({ id: '042' })).toBe(true);
		expect(confirmsGroup('9007199254740993')({ id: '9007199254740993' })).toBe(true);
		expect(confirmsGroup('9007199254740993')({ id: '9007199254740992' })).toBeUndefined();
	});
});

it.each([undefined, null, '', ' ', {}, { message: 'hello' }, { items: [] }, { success: true }])(
	'%j is no new group, and of an action it is not known what was done',
	(body) => {
		expect(readCreatedGroup(body)).toBeUndefined();
		const answer = readRemediationAnswer(body);
		expect(readAnswer('releaseFromQuarantine', answer ?? {}).outcome).toBe('unknown');
	},
);

it('a list that is read says so when an error came in its place', async () => {
	expect(await answerTo('events', { error: 'locked {"a": 1}' }, () => undefined)).toMatchObject({
		fault: { kind: 'unreadable', what: 'error', detail: 'locked {"a": 1}' },
	});
});
