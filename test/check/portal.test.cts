/** The requests themselves: how many, how far apart, where to, with which token, and what a hostile answer can do. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { judge, whyUnreadable } from '../../scripts/check/judge.cjs';
import { readPortal } from '../../scripts/check/itinerary.cjs';
import { MOST_REQUESTS, Portal, type PortalOptions } from '../../scripts/check/portal.cjs';
import { reportOf } from '../../scripts/check/report.cjs';
import { tableOf } from '../../scripts/check/table.cjs';

const token = 'a-token-that-is-secret';
const servers: Server[] = [];
const portals: Portal[] = [];

afterEach(async () => {
	for (const portal of portals.splice(0)) await portal.close();
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		await new Promise((closed) => server.close(closed));
	}
});

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;
	return `http://127.0.0.1:${port}`;
}

function portalAt(origin: string, options: Partial<PortalOptions> = {}): Portal {
	const portal = new Portal({ origin, token, isLoopback: true, pauseMs: 0, ...options });
	portals.push(portal);
	return portal;
}

it('sends no more than 60 requests, whoever asks, repeats included', async () => {
	let arrived = 0;
	const origin = await serve((_, response) => {
		arrived++;
		response.end('{}');
	});
	const portal = portalAt(origin);
	const sights = [];
	for (let asked = 0; asked < 70; asked++) sights.push(await portal.ask('/api/v1/events'));
	expect(arrived).toBe(MOST_REQUESTS);
	expect(portal.requests).toBe(60);
	expect(sights.at(-1)).toEqual({ kind: 'none', why: 'budget' });
});

it('keeps the pause, also where several ask at once, and sends GET only', async () => {
	const methods: Array<string | undefined> = [];
	const origin = await serve(({ method }, response) => {
		methods.push(method);
		response.end('{}');
	});
	const portal = portalAt(origin, { pauseMs: 60 });
	const begun = performance.now();
	await Promise.all([portal.ask('/a'), portal.ask('/b'), portal.ask('/c')]);
	expect(methods).toEqual(['GET', 'GET', 'GET']);
	expect(performance.now() - begun).toBeGreaterThan(115);
});

it('asks again once where the portal fails, and no more than a few times in a run', async () => {
	let arrived = 0;
	const origin = await serve((_, response) => {
		arrived++;
		response.writeHead(503).end();
	});
	const portal = portalAt(origin);
	expect(await portal.ask('/first')).toMatchObject({ status: 503 });
	expect(arrived).toBe(2);
	for (let asked = 0; asked < 5; asked++) await portal.ask('/next');
	expect(arrived).toBe(10);
}, 30_000);

it('follows no redirect, so the token goes to the portal alone', async () => {
	const elsewhere: Array<string | undefined> = [];
	const other = await serve(({ headers }, response) => {
		elsewhere.push(headers.authorization);
		response.end('{}');
	});
	const origin = await serve((_, response) => {
		response.writeHead(302, { Location: `${other}/api/v1/events` }).end();
	});
	const sight = await portalAt(origin).ask('/api/v1/events');
	expect(sight).toMatchObject({ kind: 'answer', status: 302 });
	expect(elsewhere).toEqual([]);
});

it('carries the token, none, or a wrong one, as it is told', async () => {
	const seen: Array<string | undefined> = [];
	const origin = await serve(({ headers }, response) => {
		seen.push(headers.authorization);
		response.end('{}');
	});
	const portal = portalAt(origin);
	for (const bearer of ['owner', 'nobody', 'wrong'] as const) await portal.ask('/', {}, bearer);
	expect(seen[0]).toBe(`API-Token ${token}`);
	expect(seen[1]).toBeUndefined();
	expect(seen[2]).toMatch(/^API-Token n8n-nodes-proofpoint/);
});

it('a body without end, an answer that never comes, and a wait that is too long end by themselves', async () => {
	const origin = await serve(({ url }, response) => {
		if (url === '/silent') return;
		if (url === '/later') {
			response.writeHead(429, { 'Retry-After': '99999999999' }).end();
			return;
		}
		const chunk = Buffer.alloc(65_536, 'x');
		const more = () => {
			while (!response.destroyed && response.write(chunk));
			if (!response.destroyed) response.once('drain', more);
		};
		more();
	});
	const portal = portalAt(origin, { timeoutMs: 300 });
	const [endless] = await Promise.all([portalAt(origin).ask('/endless')]);
	expect(endless).toEqual({ kind: 'none', why: 'tooLarge' });
	expect(await portal.ask('/silent')).toMatchObject({ kind: 'none', why: 'network' });
	expect(portal.requests).toBe(1);
	expect(await portal.ask('/later')).toMatchObject({ status: 429 });
	expect(await portal.ask('/any')).toEqual({ kind: 'none', why: 'time' });
});

it('endless pages with hostile texts end within the budget, and leave nothing behind', async () => {
	const evil = `\u001b[2J\u001b]0;owned\u0007\u202e<script>${token}`;
	let page = 0;
	const origin = await serve(({ url }, response) => {
		page++;
		const record = {
			id: evil,
			[evil]: 1,
			[token]: 1,
			victim: 'victim',
			updated_at: evil,
			type: evil,
			__proto__: { x: 1 },
			defender_details: { confidence: evil, [`new_field_${'x'.repeat(2000)}`]: evil },
			timestamp: evil,
			checkpoint: `${evil}${page}`,
		};
		const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
		const results = JSON.stringify(Array.from({ length: 150 }, () => record));
		const members = `{"metadata":${JSON.stringify(record)},"members":[{"address":${deep}}]}`;
		const list = url?.includes('/groups/') ? members : results;
		response.writeHead(200, {
			'Content-Type': `text/${token}`,
			[`x-ratelimit-${token}`]: token,
			'RateLimit-Remaining': 'abc',
		});
		response.end(
			`{"checkpoint":${JSON.stringify(`${evil}${page}`)},"additional_results":true,"has_more":true,"status":1,` +
				`"results":${list},"data":${results},"groups":${JSON.stringify([{ id: 7, name: evil }])}}`,
		);
	});
	const portal = portalAt(origin);
	const evidence = await readPortal({
		origin,
		ask: (path, query, bearer) => portal.ask(path, query, bearer),
		say: () => undefined,
	});
	expect(portal.requests).toBeLessThanOrEqual(MOST_REQUESTS);
	expect(whyUnreadable(evidence)).toBeUndefined();
	const judgement = judge(evidence, token);
	const report = reportOf(judgement, evidence, {
		version: '0.0.0',
		portal: 'loopback host',
		requests: portal.requests,
		mostRequests: MOST_REQUESTS,
	});
	for (const text of [report, tableOf(judgement.rows, 120)]) {
		expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
		for (const secret of [token, 'owned', 'script', 'victim', 'xxxxx'])
			expect(text).not.toContain(secret);
	}
	expect(report.length).toBeLessThan(300_000);
	expect(judgement.rows.filter(({ result }) => result === 'differs').length).toBeGreaterThanOrEqual(
		8,
	);
}, 60_000);
