/** Four audit items wait for an endpoint that asks for a pause of 100 seconds; a trigger beside them must not notice. */
import { portOf } from '@test/listening.cjs';
import { withoutWaiting } from '@test/withoutWaiting.cjs';
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
	await withoutWaiting(60_000, async () => {
		for (let poll = 0; poll < POLLS; poll++) {
			await new Promise((wake) => setTimeout(wake, PAUSE_MS));
			await poller.poll();
		}
	});
	expect(audits).toHaveLength(4);
	stop.abort();
	expect(await withoutWaiting(60_000, async () => await waiting)).toBe(
		'The execution was cancelled',
	);
	server.close();
});
