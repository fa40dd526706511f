/** What nobody knows of the API is chosen: each test tries all choices. */
import { anomaliesPageSchema } from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { z } from 'zod';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 40, anomalies: 7 });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

it('both paging parameters: refused, or taken, and then the checkpoint leads', async () => {
	const { checkpoint } = await eventPage(ask, { limit: 10 });
	const query = { created_after: '2020-01-01T00:00:00Z', after_checkpoint: checkpoint };
	expect((await ask('/api/v1/events', { query })).status).toBe(400);
	await simulator.set({ bothPagingParameters: 'taken' });
	const rest = await eventPage(ask, { after_checkpoint: checkpoint });
	expect(await eventPage(ask, query)).toEqual(rest);
	expect(rest.events).toHaveLength(30);
	const late = { ...query, created_after: '2099-01-01T00:00:00Z' };
	expect(await eventPage(ask, late)).toEqual(rest);
});

it('error bodies: problem+json with quotes and braces, JSON, text, HTML or none', async () => {
	const refused = async () =>
		ask('/api/v1/remediation/delete_from_inbox', { method: 'POST', body: { event_id: '"}{' } });
	const problem = await refused();
	expect(problem.headers.get('content-type')).toBe('application/problem+json');
	expect(problem.json).toEqual({
		type: 'about:blank',
		title: 'Not found',
		status: 404,
		detail: 'No event matches {"event_id": "\\"}{"}',
	});
	const bodies: Record<string, string> = {};
	for (const errorBody of ['json', 'text', 'html', 'empty'] as const) {
		await simulator.set({ errorBody });
		const { status, text } = await refused();
		expect(status).toBe(404);
		bodies[errorBody] = text;
	}
	expect(bodies).toEqual({
		json: expect.stringContaining('{"status":"error"'),
		text: expect.stringMatching(/^No event/),
		html: expect.stringMatching(/^<!DOCTYPE html>/),
		empty: '',
	});
});

it('anomalies: a whole number as status, and no list at all on a quiet day', async () => {
	const read = async () => (await ask('/reporting/anomalies/v1')).json;
	expect(await read()).toMatchObject({ status: 200, has_more: false });
	await simulator.set({ quietAnomalies: true });
	expect(await read()).toEqual({ status: 200, has_more: false });
	await simulator.reset({ anomalies: 0 });
	expect(await read()).toEqual({ status: 200, has_more: false });
});

it('anomalies: the checkpoint of the last item leads on, or that of the first', async () => {
	const ids = async (leader: 'first' | 'last', follow: 'first' | 'last') => {
		await simulator.set({ anomalyCheckpoint: leader });
		const found: string[] = [];
		let query: Record<string, number | string> = { limit: 3 };
		for (let more = true; more; ) {
			const { json } = await ask('/reporting/anomalies/v1', { query });
			const { data, has_more } = anomaliesPageSchema.parse(json);
			found.push(...(data ?? []).map((item) => z.string().parse(item['id'])));
			const next = data?.at(follow === 'last' ? -1 : 0)?.['checkpoint'];
			query = { limit: 3, after_checkpoint: z.string().parse(next) };
			more = has_more;
		}
		return found;
	};
	const right = await ids('last', 'last');
	expect(new Set(right).size).toBe(7);
	expect(await ids('first', 'first')).toEqual(right);
	// Who follows the wrong one gets records twice, and in the end each.
	for (const [leader, follow] of [
		['first', 'last'],
		['last', 'first'],
	] as const) {
		const repeated = await ids(leader, follow);
		expect(repeated.length).toBeGreaterThan(7);
		expect(new Set(repeated)).toEqual(new Set(right));
	}
});

it('links lead to the simulator itself, or to the portal that they are told to', async () => {
	const [event] = await simulator.createEvents({ type: 'architect', count: 3 });
	const id = event?.id ?? '';
	const rest = `/0/events/architect?check_log_id=${id.split('-')[1]}&utm_source=external_api&utm_medium=trigger&utm_campaign=architect`;
	const link = async () => (await simulator.event(id))['portal_link'];
	expect(await link()).toBe(`${simulator.url}${rest}`);
	await simulator.set({ portalUrl: 'https://acme.tessian-app.com' });
	expect(await link()).toBe(`https://acme.tessian-app.com${rest}`);
	await simulator.reset();
	expect((await simulator.state()).switches.portalUrl).toBe(simulator.url);
});

it('the list of events can be spoilt for a while', async () => {
	await simulator.spoilEvents(403, 2);
	await simulator.spoilEvents('html');
	const statuses: Array<[number, string | null]> = [];
	for (let asked = 0; asked < 4; asked++) {
		const { status, headers } = await ask('/api/v1/events');
		statuses.push([status, headers.get('content-type')]);
	}
	expect(statuses).toEqual([
		[403, 'application/problem+json'],
		[403, 'application/problem+json'],
		[200, 'text/html; charset=utf-8'],
		[200, 'application/json'],
	]);
	expect((await ask('/api/v1/groups')).status).toBe(200);
});

it('the choices can be made when it starts', async () => {
	const other = await startSimulatorHere({
		events: 5,
		unknownEvent: 400,
		bothParameters: 'taken',
		errorBody: 'text',
		remediationDelay: 7,
		guardianBatch: 9,
		portal: 'https://acme.tessian-app.com',
	});
	try {
		expect((await other.state()).switches).toMatchObject({
			unknownEvent: 400,
			bothPagingParameters: 'taken',
			errorBody: 'text',
			remediationDelayMs: 7,
			guardianBatchMs: 9,
			portalUrl: 'https://acme.tessian-app.com',
		});
	} finally {
		await other.stop();
	}
});
