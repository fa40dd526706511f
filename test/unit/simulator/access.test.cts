import { steadyFetch } from '@host/steadyFetch.cjs';
import { endpoints, type EndpointName } from '@nodes/shared/api/endpoints';
import { isEndpointName } from '@simulator/router.cjs';
import { startSimulatorHere, type RateLimitForm, type Simulator } from '@simulator/client.cjs';
import { RateLimit } from '@simulator/rateLimit.cjs';
import { askerOf, type Ask } from './ask.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({
		events: 20,
		tokens: { auditor: ['Audit Trail', 'Groups'], nothing: [] },
	});
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const names = Object.keys(endpoints).filter(isEndpointName);
const target = (name: EndpointName) => ({
	path: endpoints[name].path.replace('{id}', '101'),
	method: endpoints[name].method,
});

describe('tokens and permissions', () => {
	it('all 15 endpoints: 401 without a token, 403 with a wrong one or without the permission', async () => {
		expect(names).toHaveLength(15);
		for (const name of names) {
			const { path, method } = target(name);
			expect((await ask(path, { method, token: null })).status).toBe(401);
			const wrong = await ask(path, { method, token: 'wrong' });
			const powerless = await ask(path, { method, token: simulator.tokens['nothing'] ?? '' });
			expect([wrong.status, powerless.status]).toEqual([403, 403]);
			expect(powerless.text).toBe(wrong.text);
		}
		const { requests } = await simulator.requests();
		expect(requests.every(({ processed }) => !processed)).toBe(true);
	});

	it('a token reaches what its permissions name', async () => {
		const token = simulator.tokens['auditor'] ?? '';
		expect((await ask('/api/v1/audits', { token })).status).toBe(200);
		expect((await ask('/api/v1/groups', { token })).status).toBe(200);
		expect((await ask('/api/v1/events', { token })).status).toBe(403);
	});

	it('another scheme is no token, a deleted one is a wrong one', async () => {
		const response = await steadyFetch(`${simulator.url}/api/v1/events`, {
			headers: { Authorization: `Bearer ${simulator.token}` },
		});
		expect(response.status).toBe(401);
		const token = await simulator.putToken('guest', ['Security Events']);
		expect((await ask('/api/v1/events', { token })).status).toBe(200);
		await simulator.deleteToken('guest');
		expect((await ask('/api/v1/events', { token })).status).toBe(403);
	});

	it('404 for an unknown path, 405 for an unknown method', async () => {
		expect((await ask('/api/v1/nothing')).status).toBe(404);
		expect((await ask('/api/v1/events', { method: 'PATCH' })).status).toBe(405);
	});

	it.each([
		['json', 'application/json', /^\{/],
		['text', 'text/plain', /^[A-Z]/],
		['html', 'text/html; charset=utf-8', /^<!DOCTYPE html>/],
		['empty', null, /^$/],
	] as const)('error bodies: %s', async (errorBody, type, body) => {
		await simulator.set({ errorBody });
		const answer = await ask('/api/v1/events', { token: null });
		expect(answer.status).toBe(401);
		expect(answer.headers.get('content-type')).toBe(type);
		expect(answer.text).toMatch(body);
	});
});

describe('rate limit', () => {
	const wall = Date.parse('2026-01-31T12:00:00.250Z');

	/** Two requests in the same moment, however long this machine takes for them: one fits into the bucket, and a token takes two seconds. */
	const refused = (form: RateLimitForm) => {
		const bucket = new RateLimit(
			0.5,
			1,
			form,
			() => 0,
			() => wall,
		);
		const [good, bad] = [bucket.take(), bucket.take()];
		expect([good.allowed, bad.allowed]).toEqual([true, false]);
		return { good: new Headers(good.headers), bad: new Headers(bad.headers) };
	};

	it('retry-after-seconds', () => {
		const { good, bad } = refused('retry-after-seconds');
		expect(bad.get('retry-after')).toBe('2');
		expect(good.get('retry-after')).toBeNull();
	});

	it('retry-after-date', () => {
		const { bad } = refused('retry-after-date');
		// A date has no fractions.
		expect(Date.parse(bad.get('retry-after') ?? '')).toBe(wall - (wall % 1000) + 3000);
	});

	it('ratelimit-fields, on good answers too', () => {
		const { good, bad } = refused('ratelimit-fields');
		expect(good.get('ratelimit-limit')).toBe('1');
		expect(good.get('ratelimit-remaining')).toBe('0');
		expect(bad.get('ratelimit-reset')).toBe('2');
	});

	it('ratelimit-structured, on good answers too', () => {
		const { good, bad } = refused('ratelimit-structured');
		expect(good.get('ratelimit-policy')).toBe('"default";q=1;w=2');
		expect(bad.get('ratelimit')).toBe('"default";r=0;t=2');
	});

	it('ratelimit-structured-old', () => {
		const { bad } = refused('ratelimit-structured-old');
		expect(bad.get('ratelimit')).toBe('limit=1, remaining=0, reset=2');
		expect(bad.get('ratelimit-policy')).toBe('1;w=2');
	});

	it.each([
		['none', null],
		['blank', ''],
		['absurd', '99999999999'],
	] as const)('%s', (form, value) => {
		expect(refused(form).bad.get('retry-after')).toBe(value);
	});

	it('past', () => {
		const { bad } = refused('past');
		expect(Date.parse(bad.get('retry-after') ?? '')).toBeLessThan(wall);
	});

	it('lets in again as the bucket fills', () => {
		let now = 0;
		const bucket = new RateLimit(
			20,
			2,
			'none',
			() => now,
			() => wall,
		);
		const taken = (times: number) => Array.from({ length: times }, () => bucket.take().allowed);
		expect(taken(3)).toEqual([true, true, false]);
		now += 49;
		expect(taken(1)).toEqual([false]);
		now += 1;
		expect(taken(2)).toEqual([true, false]);
		now += 1_000_000;
		expect(taken(3)).toEqual([true, true, false]);
	});

	it('refuses over HTTP, and can be switched off', async () => {
		await simulator.setRateLimit({ perSecond: 0, burst: 2 });
		const askFour = async () =>
			(await Promise.all([1, 2, 3, 4].map(() => ask('/api/v1/events')))).map(
				({ status }) => status,
			);
		expect((await askFour()).sort()).toEqual([200, 200, 429, 429]);
		expect((await ask('/api/v1/events')).headers.get('ratelimit-remaining')).toBe('0');
		await simulator.setRateLimit('off');
		expect(await askFour()).toEqual([200, 200, 200, 200]);
	});
});

describe('request log', () => {
	it('holds what was asked and answered, and how many at once', async () => {
		// So long that they are under way together on a busy machine, too.
		await simulator.set({ latencyMs: 2_000 });
		await Promise.all([1, 2, 3].map((n) => ask('/api/v1/events', { query: { limit: n + 1 } })));
		await simulator.set({ latencyMs: 50 });
		await ask('/api/v1/groups', { method: 'POST', body: { name: 'Logged' } });
		const { requests, maxInFlight, inFlight } = await simulator.requests();
		expect(requests.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
		expect(
			requests
				.slice(0, 3)
				.map(({ query }) => query['limit'])
				.sort(),
		).toEqual(['2', '3', '4']);
		expect(requests[3]).toMatchObject({
			method: 'POST',
			path: '/api/v1/groups',
			endpoint: 'groupCreate',
			body: '{"name":"Logged"}',
			status: 200,
			token: 'main',
			inFlight: 1,
			fault: null,
			processed: true,
		});
		const { inMs = 0, outMs } = requests[3] ?? {};
		expect((outMs ?? 0) - inMs).toBeGreaterThan(40);
		expect({ maxInFlight, inFlight }).toEqual({ maxInFlight: 3, inFlight: 0 });
		expect((await simulator.requests(3)).requests).toHaveLength(1);
		await simulator.clearRequests();
		expect((await simulator.requests()).requests).toEqual([]);
	});
});
