/** Four audit items wait for an endpoint that asks for a pause of 100 seconds; a trigger beside them must not notice. */
import { portOf } from '@test/listening.cjs';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { runNode } from './host.cjs';
import { Poller } from './poller.cjs';

const POLLS = 8;
const PAUSE_MS = 500;

it('polls as if nobody waited', async () => {
	const audits: number[] = [];
	const server = createServer((request, response) => {
		if (request.url?.startsWith('/api/v1/audits')) {
			audits.push(performance.now());
			response.writeHead(503, { 'Retry-After': '100' }).end();
			return;
		}
		response
			.writeHead(200, { 'Content-Type': 'application/json' })
			.end(JSON.stringify({ checkpoint: 'c', additional_results: false, results: [] }));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const port = portOf(server);
	const credential = {
		portalUrl: `http://127.0.0.1:${port}`,
		apiToken: 't0ken-of-the-test',
		allowCustomHost: true,
	};
	const stop = new AbortController();
	const waiting = runNode({
		nodeType: new ProofpointAudit(),
		parameters: { operation: 'getPage' },
		items: [{}, {}, {}, {}],
		credential,
		signal: stop.signal,
	}).then(
		() => 'done',
		(error: unknown) => (error instanceof Error ? error.message : String(error)),
	);
	const poller = new Poller(new ProofpointTrigger(), { startFrom: 'beginning' }, credential);
	const starts: number[] = [];
	const took: number[] = [];
	for (let poll = 0; poll < POLLS; poll++) {
		await new Promise((wake) => setTimeout(wake, PAUSE_MS));
		starts.push(performance.now());
		await poller.poll();
		took.push(performance.now() - (starts.at(-1) ?? 0));
	}
	const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
	expect(audits).toHaveLength(4);
	// Before, the first poll alone waited for minutes; now each takes what a poll takes.
	expect(Math.max(...took)).toBeLessThan(3_000);
	expect(Math.max(...gaps)).toBeLessThan(PAUSE_MS + 3_000);
	console.info(
		`polls took ${took.map(Math.round).join(', ')} ms; gaps ${gaps.map(Math.round).join(', ')} ms`,
	);

	const stoppedAt = performance.now();
	stop.abort();
	expect(await waiting).toBe('The execution was cancelled');
	expect(performance.now() - stoppedAt).toBeLessThan(1_000);
	server.close();
});
