/** The playbooks "connection health report" and "audit trail to a SIEM" in one n8n, with two portals, a mail server and a collector. */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { startEventCollector, type EventCollector } from './eventCollector.cjs';
import { startMailServer, type MailServer } from './mailServer.cjs';
import { withNodes } from './playbookWorld.cjs';
import { makeWorld, type World } from './setup.cjs';

/** The playbooks as imported; a name for the portal is all that the second one got. */
export const playbooks = {
	health: readPlaybook('connection-health-report.json'),
	siem: withSettings(readPlaybook('audit-trail-to-siem.json'), { portal: 'acme' }),
};
const otherPortal = { id: 'other-portal', name: 'Other' };

/** A world with both playbooks. */
export interface ReportsWorld extends World {
	/** The portal of another customer, with users of the same names. */
	other: Simulator;
	mailServer: MailServer;
	collector: EventCollector;
}

/** Starts both portals, both receivers and the n8n; publishes nothing. */
export async function makeReportsWorld(): Promise<ReportsWorld> {
	const mailServer = await startMailServer();
	const collector = await startEventCollector();
	const other = await startSimulator({ events: 5, users: 60, audits: 40, seed: 21 });
	const world = await makeWorld({ events: 5, users: 400, audits: 1300, seed: 21 }, {}, () => [
		{
			...otherPortal,
			type: 'proofpointApi',
			data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
		},
	]);
	const { host, port, user, password } = mailServer;
	await world.n8n.importCredentials([
		{
			id: 'smtp',
			name: 'SMTP account',
			type: 'smtp',
			data: { host, port, user, password, secure: false, disableStartTls: true },
		},
		{
			id: 'http-header-auth',
			name: 'SIEM collector',
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Splunk ${collector.token}` },
		},
	]);
	const { health, siem } = playbooks;
	await world.n8n.start();
	await world.n8n.importWorkflows([health, withSettings(siem, { collector: collector.url })]);
	return {
		...world,
		other,
		mailServer,
		collector,
		async stop() {
			await stopAll(world, other, mailServer, collector);
		},
	};
}

/** A copy for the other portal. */
export function elsewhere(workflow: Workflow, id: string): Workflow & { id: string } {
	const copy = withNodes(workflow, (node) =>
		node.credentials?.proofpointApi === undefined
			? node
			: { ...node, credentials: { proofpointApi: otherPortal } },
	);
	return { ...copy, id };
}
