import { startSimulator, type Simulator } from '@simulator/client.cjs';
import type { Tenant } from './options.cjs';

/** Where the demo's events come from: a simulator that we started, or a tenant. */
export interface Proofpoint {
	/** Data of the `proofpointApi` credential. */
	credential: { portalUrl: string; apiToken: string; allowCustomHost: boolean };
	/** One line for the user. */
	description: string;
	simulator?: Simulator;
}

/** Uses the tenant if there is one, else starts a simulator with some history. */
export async function connectProofpoint(tenant?: Tenant): Promise<Proofpoint> {
	if (tenant !== undefined) {
		return {
			credential: { ...tenant, allowCustomHost: isLoopback(tenant.portalUrl) },
			description: `REAL TENANT ${tenant.portalUrl} (PROOFPOINT_PORTAL_URL); nothing is simulated`,
		};
	}
	const simulator = await startSimulator({ events: 300 });
	return {
		// The simulator is not on one of the vendor's hosts.
		credential: { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		description: `simulator of the Proofpoint API at ${simulator.url}`,
		simulator,
	};
}

/** New work for both playbooks: mail that users call safe, mail that they do not, Guardian events. */
export async function bringEvents(simulator: Simulator, count: number): Promise<void> {
	await simulator.createEvents({ type: 'defender', releasable: true, count });
	await simulator.createEvents({ type: 'defender', releasable: false, count });
	await simulator.createEvents({ type: 'guardian', count });
}

function isLoopback(portalUrl: string): boolean {
	return /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(portalUrl);
}
