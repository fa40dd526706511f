/** Four audit items wait for an endpoint that asks for a pause of 100 seconds; a trigger beside them must not notice. */
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulator } from '@simulator/client.cjs';

import { Poller, runNode } from './host.cjs';

const POLLS = 8;
const PAUSE_MS = 500;

it('polls as if nobody waited', async () => {
	const simulator = await startSimulator({ events: 0 });
	await simulator.addFaults({
		endpoint: 'audits',
		times: 0,
		action: { kind: 'status', status: 503, headers: { 'Retry-After': '100' } },
	});
	const credential = {
		portalUrl: simulator.url,
		apiToken: simulator.token,
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
	const { requests } = await simulator.requests();
	expect(requests.filter(({ endpoint }) => endpoint === 'audits')).toHaveLength(4);
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
	await simulator.stop();
});
