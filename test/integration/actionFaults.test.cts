/** What the action nodes say of faults: of the token, the host, the answers and the pages. */
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import type { Simulator } from '@simulator/client.cjs';

import { clearPortal, failureOf, releasable, startActionsWorld } from './actionsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

const securityEvent = new Proofpoint();

beforeAll(async () => {
	({ simulator, credential } = await startActionsWorld());
	// More than a page of the last days.
	await releasable(150);
});
afterAll(async () => await simulator.stop());
beforeEach(clearPortal);

describe('faults in words', () => {
	const getMany = { operation: 'getAll', limit: 5 };
	const read = async (
		changed: { [field in 'apiToken' | 'portalUrl']?: string } & { allowCustomHost?: boolean },
	) =>
		await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: getMany,
				credential: { ...credential, ...changed },
			}),
		);

	it('a refused token and a missing permission name the permission', async () => {
		expect((await read({ apiToken: 'wrong' })).message).toContain(
			'the permission “Security Events”',
		);
		const { message } = await failureOf(
			runNode({
				nodeType: new ProofpointAudit(),
				parameters: getMany,
				credential: { ...credential, apiToken: simulator.tokens.groupsOnly ?? '' },
			}),
		);
		expect(message).toContain('the permission “Audit Trail”');
	});

	it('a host that is not a portal is refused before the token leaves', async () => {
		const { message } = await read({ allowCustomHost: false, portalUrl: 'https://127.0.0.1:9' });
		expect(message).toBe('The token was not sent: 127.0.0.1:9 is not a Proofpoint portal');
	});

	it('a mistyped host and a dead port', async () => {
		expect((await read({ portalUrl: 'https://acme.invalid' })).message).toMatch(
			/The portal acme\.invalid could not be (found|reached)/,
		);
		const dead = await read({ portalUrl: 'http://127.0.0.1:9' });
		expect(dead.message).toBe('The portal 127.0.0.1:9 refused the connection');
	});

	it('HTML, a wrong envelope, a cut answer and a redirect', async () => {
		await simulator.addFaults({ endpoint: 'events', action: { kind: 'html-200' } });
		expect((await read({})).message).toMatch(/returned a web page instead of data$/);
		await simulator.addFaults({ endpoint: 'events', action: { kind: 'wrong-envelope' } });
		expect((await read({})).message).toContain(
			'a response that the Proofpoint API does not document',
		);
		await simulator.addFaults({
			endpoint: 'events',
			action: { kind: 'redirect', to: 'https://evil.example/' },
		});
		expect((await read({})).message).toContain('redirects to another address');
	});

	it('a page that promises more without a checkpoint is no half list', async () => {
		await simulator.planPages({ endpoint: 'events', on: 'first', checkpoint: 'missing' });
		const { message } = await failureOf(
			runNode({
				nodeType: securityEvent,
				parameters: { operation: 'getAll', returnAll: true },
				credential,
			}),
		);
		expect(message).toContain('returned no checkpoint');
	});

	it('passing faults of a read are repeated and leave no trace', async () => {
		await simulator.addFaults(
			{ endpoint: 'events', action: { kind: 'reset' } },
			{ endpoint: 'events', nth: 2, action: { kind: 'status', status: 503 } },
		);
		const items = await runNode({ nodeType: securityEvent, parameters: getMany, credential });
		expect(items).toHaveLength(5);
	});
});
