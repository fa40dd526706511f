/**
 * What our requests look like on the wire, and what becomes of odd answers: through n8n-core's real
 * request helper and credential, with the portal stood in by nock.
 */
import { NodeApiError } from 'n8n-workflow';

import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { runNode } from '@test/integration/host.cjs';
import { nock, OutsideError } from './outsideNock.cjs';

const portal = 'https://acme.tessian-platform.com';
const credential = {
	portalUrl: `${portal}/0/admin`,
	apiToken: 's3cr3t',
	allowCustomHost: false,
};
const emptyPage = { checkpoint: null, additional_results: false, results: [] };

const getPage = async (parameters = {}) =>
	await runNode({
		nodeType: new Proofpoint(),
		parameters: { operation: 'getPage', ...parameters },
		credential,
	});
const release = async () =>
	await runNode({
		nodeType: new ProofpointRemediation(),
		parameters: { operation: 'releaseFromQuarantine', eventId: 'e1' },
		credential,
	});
const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
	await work.then(
		() => undefined,
		(error: unknown) => error,
	);

it('sends the token in the documented header, the query as given, and nothing twice', async () => {
	const events = nock(portal, {
		reqheaders: { authorization: 'API-Token s3cr3t' },
	})
		.get('/api/v1/events')
		.query({ limit: '7', after_checkpoint: '+/= %&?#"' })
		.reply(200, emptyPage);
	const items = await getPage({ pageSize: 7, afterCheckpoint: '+/= %&?#"' });
	expect(items.map(({ json }) => json)).toEqual([emptyPage]);
	expect(events.isDone()).toBe(true);
});

it('sends a remediation as JSON', async () => {
	const result = {
		number_of_actions_attempted: 1,
		number_of_actions_succeeded: 1,
		results: [{ user_address: 'a@x' }],
	};
	const bodies: unknown[] = [];
	nock(portal, {
		reqheaders: {
			'content-type': (type) => String(type).startsWith('application/json'),
		},
	})
		.post('/api/v1/remediation/release_from_quarantine', (body) => bodies.push(body) > 0)
		.reply(200, result);
	const [item] = await release();
	expect(item?.json).toEqual({
		event_id: 'e1',
		action: 'releaseFromQuarantine',
		...result,
		outcome: 'queued',
	});
	expect(JSON.stringify(bodies[0])).toBe('{"event_id":"e1"}');
});

it.each([301, 302, 307, 308])('never follows a redirect with the token: %i', async (status) => {
	nock(portal)
		.get('/api/v1/events')
		.query(true)
		.reply(status, '', { Location: 'https://evil.example/api/v1/events' });
	const evil = nock('https://evil.example').get('/api/v1/events').query(true).reply(200, emptyPage);
	const error = await errorOf(getPage());
	expect(error).toMatchObject({
		message: `The portal redirects to another address (${status})`,
	});
	expect(evil.isDone()).toBe(false);
});

it.each([
	[
		'HTML',
		'<!DOCTYPE html><html><body>Sign in</body></html>',
		'text/html',
		/web page instead of data/,
	],
	[
		'another envelope',
		'{"items": []}',
		'application/json',
		/a response that the Proofpoint API does not document/,
	],
	['nothing', '', 'application/json', /does not document/],
])('%s with status 200 is told in words', async (_name, body, type, words) => {
	nock(portal).get('/api/v1/events').query(true).reply(200, body, { 'Content-Type': type });
	const error = await errorOf(getPage());
	expect(error).toMatchObject({ message: expect.stringMatching(words) });
	expect(JSON.stringify(error)).not.toMatch(/Sign in|s3cr3t/);
});

it('JSON that was cut off is asked for again', async () => {
	nock(portal)
		.get('/api/v1/events')
		.query(true)
		.reply(200, '{"checkpoint": "c", "results": [{"id', {
			'Content-Type': 'application/json',
		});
	nock(portal).get('/api/v1/events').query(true).reply(200, emptyPage);
	expect(await getPage()).toHaveLength(1);
});

it.each([
	['ENOTFOUND', /acme\.tessian-platform\.com could not be found/],
	['CERT_HAS_EXPIRED', /certificate is not accepted/],
])('%s is told in words', async (code, words) => {
	nock(portal)
		.get('/api/v1/events')
		.query(true)
		.replyWithError(Object.assign(new OutsideError('broken'), { code }));
	const error = await errorOf(getPage());
	expect(error).toMatchObject({ message: expect.stringMatching(words) });
	expect(JSON.stringify(error)).not.toContain('s3cr3t');
});

it('a 403 names the permission, keeps the status, and shows no token', async () => {
	nock(portal).get('/api/v1/events').query(true).reply(403, { detail: 'no' });
	const error = await errorOf(getPage());
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error).toMatchObject({
		httpCode: '403',
		message: expect.stringContaining('“Security Events”'),
	});
	expect(JSON.stringify(error)).not.toContain('s3cr3t');
});

it('a remediation whose answer was lost is not sent again, and says so', async () => {
	let sent = 0;
	nock(portal)
		.persist()
		.post('/api/v1/remediation/release_from_quarantine')
		.reply(() => {
			sent++;
			return [504, 'Gateway Timeout'];
		});
	const error = await errorOf(release());
	expect(error).toMatchObject({
		description: expect.stringContaining('not known whether the action was carried out'),
	});
	expect(sent).toBe(1);
});

it('a refused host is refused before anything is sent', async () => {
	const evil = nock('https://evil.example').get('/api/v1/events').query(true).reply(200, emptyPage);
	const error = await errorOf(
		runNode({
			nodeType: new Proofpoint(),
			parameters: { operation: 'getPage' },
			credential: { ...credential, portalUrl: 'https://evil.example' },
		}),
	);
	expect(error).toMatchObject({
		message: expect.stringContaining('evil.example is not a Proofpoint portal'),
	});
	expect(evil.isDone()).toBe(false);
});
