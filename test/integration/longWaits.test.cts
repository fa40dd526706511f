/** Long waits of the action nodes for a rate limit, and what ends them. */
import { withoutWaiting } from '@test/withoutWaiting.cjs';
import { ProofpointRemediation } from '@nodes/Remediation/ProofpointRemediation.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import type { Simulator } from '@simulator/client.cjs';

import { failureOf, releasable, release, startActionsWorld } from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const remediation = new ProofpointRemediation();
const securityEvent = new Proofpoint();

describe('long waits, which all requests to a portal share', () => {
	// A portal of its own for each test: the tests after it would have to wait too.
	beforeEach(async () => {
		({ simulator, credential } = await startActionsWorld({ events: 20, seed: 2 }));
	});
	afterEach(async () => await simulator.stop());

	it('ends at once when the execution is cancelled while it waits', async () => {
		const items = await releasable(20);
		await simulator.addFaults({
			endpoint: 'releaseFromQuarantine',
			times: 0,
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '60' } },
		});
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 300);
		await withoutWaiting(50_000, async () =>
			failureOf(
				runNode({
					nodeType: remediation,
					parameters: release,
					items,
					credential,
					signal: stop.signal,
				}),
			),
		);
	});

	it('a wait that is longer than the patience ends at once and says so', async () => {
		await simulator.addFaults({
			endpoint: 'events',
			times: 0,
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '86400' } },
		});
		const { message, description } = await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: { operation: 'getAll', limit: 5 },
				credential,
			}),
		);
		expect(message).toContain('rate limit is exceeded (429)');
		expect(description).toContain('Proofpoint asks for a pause of another 60 min');
	});
});
