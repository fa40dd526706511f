import { resultsPageSchema } from '@nodes/shared/api/contract';
import { startSimulatorHere, type FaultInput, type Simulator } from '@simulator/client.cjs';
import { request } from 'node:http';
import { askerOf, type Ask } from './ask.cjs';
import { walk } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 50, remediationDelay: 0 });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const events = () => ask('/api/v1/events');
const fault = (action: FaultInput['action'], more: Partial<FaultInput> = {}) =>
	simulator.addFaults({ ...more, action });

async function release(): Promise<{ id: string; send: () => Promise<unknown> }> {
	const [event] = await simulator.createEvents({ type: 'defender', releasable: true });
	const id = event?.id ?? '';
	const path = '/api/v1/remediation/release_from_quarantine';
	return { id, send: () => ask(path, { method: 'POST', body: { event_id: id } }) };
}

describe('each kind', () => {
	it.each([500, 502, 503, 504, 400, 401, 403, 429])('status %i', async (status) => {
		await fault({ kind: 'status', status, body: 'html', headers: { 'Retry-After': '7' } });
		const bad = await events();
		expect(bad.status).toBe(status);
		expect(bad.text).toContain('<html>');
		expect(bad.headers.get('retry-after')).toBe('7');
		expect((await events()).status).toBe(200);
		const { requests } = await simulator.requests();
		expect(requests.map((entry) => entry.fault)).toEqual(['status', null]);
		expect(requests.map(({ processed }) => processed)).toEqual([false, true]);
	});

	it('reset: nothing is carried out', async () => {
		const { id, send } = await release();
		await fault({ kind: 'reset' });
		await expect(send()).rejects.toThrow('fetch failed');
		expect((await simulator.ledger()).remediationCounts[id]).toBeUndefined();
		const [entry] = (await simulator.requests()).requests;
		expect(entry).toMatchObject({ status: null, out: null, fault: 'reset', processed: false });
	});

	it('the lost answer: carried out, then reset', async () => {
		const { id, send } = await release();
		await fault({ kind: 'reset-after-processing' }, { name: 'lost' });
		await expect(send()).rejects.toThrow('fetch failed');
		expect((await simulator.ledger()).remediationCounts[id]).toEqual({ releaseFromQuarantine: 1 });
		const [entry] = (await simulator.requests()).requests;
		expect(entry).toMatchObject({ status: null, fault: 'lost', processed: true });
	});

	it('a status after the request was carried out', async () => {
		const { id, send } = await release();
		await fault({ kind: 'status', status: 504, processed: true });
		expect(await send()).toMatchObject({ status: 504 });
		expect((await simulator.ledger()).remediationCounts[id]).toEqual({ releaseFromQuarantine: 1 });
	});

	it('hang: no answer until the client gives up', async () => {
		await fault({ kind: 'hang' });
		const signal = AbortSignal.timeout(150);
		await expect(ask('/api/v1/events', { signal })).rejects.toThrow(/abort|timeout/i);
		expect((await events()).status).toBe(200);
		expect((await simulator.requests()).inFlight).toBe(0);
	});

	it('delay', async () => {
		await fault({ kind: 'delay', ms: 120 });
		const start = performance.now();
		expect((await events()).status).toBe(200);
		expect(performance.now() - start).toBeGreaterThan(110);
	});

	it('truncated JSON with the length of the half', async () => {
		await fault({ kind: 'truncate', length: 'correct' });
		const { status, text, json } = await events();
		expect(status).toBe(200);
		expect(text).toMatch(/^\{"checkpoint"/);
		expect(json).toBeUndefined();
	});

	it('truncated JSON with the length of the whole', async () => {
		await fault({ kind: 'truncate', length: 'wrong' });
		const got = await new Promise<{ announced: number; bytes: number; complete: boolean }>(
			(resolve, reject) => {
				const headers = { Authorization: `API-Token ${simulator.token}` };
				request(`${simulator.url}/api/v1/events`, { headers, agent: false }, (response) => {
					let bytes = 0;
					response.on('data', (chunk: Buffer) => (bytes += chunk.length));
					response.on('error', () => undefined);
					const announced = Number(response.headers['content-length']);
					response.on('close', () => resolve({ announced, bytes, complete: response.complete }));
				})
					.on('error', reject)
					.end();
			},
		);
		expect(got.complete).toBe(false);
		expect(got.bytes).toBe(Math.floor(got.announced / 2));
	});

	it('a web page with 200, and JSON of another shape', async () => {
		await fault({ kind: 'html-200' });
		await fault({ kind: 'wrong-envelope' });
		await fault({ kind: 'wrong-envelope', body: [] });
		expect((await events()).text).toContain('<title>Please sign in</title>');
		const odd = await events();
		expect(odd.status).toBe(200);
		expect(resultsPageSchema.safeParse(odd.json).success).toBe(false);
		expect((await events()).text).toBe('[]');
	});

	it('a redirect to another host', async () => {
		await fault({ kind: 'redirect', to: 'http://127.0.0.1:1/elsewhere' });
		const { status, headers } = await events();
		expect(status).toBe(302);
		expect(headers.get('location')).toBe('http://127.0.0.1:1/elsewhere');
	});
});

describe('when it hits', () => {
	const statuses = async (count: number) => {
		const found: number[] = [];
		for (let done = 0; done < count; done++) found.push((await events()).status);
		return found;
	};

	it('the nth request, so many times, or for ever', async () => {
		await fault({ kind: 'status', status: 500 }, { nth: 2, times: 2 });
		expect(await statuses(5)).toEqual([200, 500, 500, 200, 200]);
		await fault({ kind: 'status', status: 503 }, { times: 0 });
		expect(await statuses(3)).toEqual([503, 503, 503]);
		await simulator.clearFaults();
		expect(await statuses(1)).toEqual([200]);
	});

	it('one after the other', async () => {
		await simulator.addFaults(
			{ action: { kind: 'status', status: 500 } },
			{ action: { kind: 'status', status: 429 } },
		);
		expect(await statuses(3)).toEqual([500, 429, 200]);
	});

	it.each([
		['first', [0]],
		['middle', [1, 2, 3]],
		['last', [4]],
	] as const)('the %s page of a run', async (on, hit) => {
		await fault({ kind: 'delay', ms: 0 }, { endpoint: 'events', on, times: 0 });
		await walk(ask, {}, 10);
		const { requests } = await simulator.requests();
		const found = requests.flatMap((entry, at) => (entry.fault ? [at] : []));
		expect(found).toEqual(hit);
	});

	it('by method, path, token and text', async () => {
		await fault({ kind: 'status', status: 500 }, { method: 'POST', path: '/groups$' });
		await fault({ kind: 'status', status: 502 }, { contains: 'Second', times: 0 });
		await fault({ kind: 'status', status: 503 }, { token: 'nobody', times: 0 });
		const create = (name: string) => ask('/api/v1/groups', { method: 'POST', body: { name } });
		expect((await ask('/api/v1/groups')).status).toBe(200);
		expect((await create('First')).status).toBe(500);
		expect((await create('Second')).status).toBe(502);
		expect((await create('Third')).status).toBe(200);
	});

	it('a fault that makes no sense is refused by the control plane', async () => {
		await expect(fault({ kind: 'reset' }, { path: '(' })).rejects.toThrow('regular expression');
	});
});

it('down: every request is reset until it is up again', async () => {
	await simulator.set({ down: true });
	await expect(events()).rejects.toThrow('fetch failed');
	await expect(events()).rejects.toThrow('fetch failed');
	await simulator.set({ down: false });
	expect((await events()).status).toBe(200);
});
