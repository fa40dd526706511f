/** Two copies of the playbook "security events to a SIEM" in one real n8n, each with a portal and a SIEM of its own. */
import { stopAll } from '@test/stopAll.cjs';
import type { RunResult } from '@host/runResult.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { startSimulator, type Ledger, type Simulator } from '@simulator/client.cjs';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { withNodes } from './playbookWorld.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';
import { SiemEdge } from './siemEdge.cjs';

const file = readPlaybook('security-events-to-siem.json');
export const splunkId = 'eventsSplunk';
export const sentinelId = 'eventsSentinel';
/** A copy whose target is misspelled. */
export const wrongId = 'eventsWrong';
/** Where the playbook keeps its checkpoints. */
export const table = 'Proofpoint SIEM checkpoints';

/** What runs. */
export interface SiemWorld extends World {
	/** The portal whose events go to Sentinel. */
	other: Simulator;
	siem: SiemEdge;
	/** Runs a copy by hand, whatever comes of it. */
	run(id: string): Promise<RunResult>;
	/** The rows of the data table: portal, list, checkpoint. */
	checkpoints(): Array<Record<string, unknown>>;
}

/** A copy for one SIEM; the send node for the other one is deactivated, as the page says. */
function copyFor(target: 'splunk' | 'sentinel', settings: Record<string, unknown>): Workflow {
	const unused = target === 'splunk' ? 'Send to Sentinel' : 'Send to the collector';
	return withNodes(withSettings(file, { target, ...settings }), (node) =>
		node.name === unused ? { ...node, disabled: true } : node,
	);
}

/** Starts both portals, both SIEMs and n8n. */
export async function makeSiemWorld(): Promise<SiemWorld> {
	const siem = await SiemEdge.start();
	const other = await startSimulator({ events: 130, seed: 6 });
	const world = await makeWorld({ events: 250, seed: 5 }, {}, () => [
		{
			id: 'other-portal',
			name: 'Other portal',
			type: 'proofpointApi',
			data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
		},
		{
			id: 'http-header-auth',
			name: 'SIEM collector',
			type: 'httpHeaderAuth',
			data: { name: 'Authorization', value: `Splunk ${siem.hecToken}` },
		},
		{
			id: 'azure-monitor',
			name: 'Azure Monitor',
			type: 'oAuth2Api',
			data: {
				grantType: 'clientCredentials',
				accessTokenUrl: `${siem.url}/tenant/oauth2/v2.0/token`,
				clientId: siem.client.id,
				clientSecret: siem.client.secret,
				scope: 'https://monitor.azure.com/.default',
				authentication: 'body',
			},
		},
	]);
	const splunk = copyFor('splunk', {
		portal: 'acme',
		collector: `${siem.url}/services/collector/event`,
	});
	const sentinel = withNodes(
		copyFor('sentinel', { endpoint: `${siem.url}/`, rule: 'dcr-0123456789abcdef' }),
		(node) =>
			node.credentials?.proofpointApi
				? { ...node, credentials: { proofpointApi: { ...proofpointApi, id: 'other-portal' } } }
				: node,
	);
	await world.n8n.start({ timeoutMs: 300_000 });
	await world.n8n.importWorkflows([
		{ ...splunk, id: splunkId },
		{ ...sentinel, id: sentinelId },
		{ ...withSettings(splunk, { target: 'Splunk' }), id: wrongId },
	]);
	return {
		...world,
		other,
		siem,
		async run(id) {
			const { client } = world.n8n;
			return await client.finishedExecution(await client.run(id, 'Run by hand'));
		},
		checkpoints() {
			const [stored] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', table);
			return world.n8n.query(
				`SELECT portal, list, checkpoint FROM "data_table_user_${String(stored?.id)}"`,
			);
		},
		async stop() {
			await stopAll(world, other, siem);
		},
	};
}

/** The newest version of each event, `id#updated_at`, in the order of the chain. */
export function newest({ events }: Ledger): string[] {
	return events
		.flatMap(({ id, versions }) => {
			const last = versions.at(-1);
			return last ? [{ version: `${id}#${last.updated_at}`, sequence: last.sequence }] : [];
		})
		.sort((one, two) => one.sequence - two.sequence)
		.map(({ version }) => version);
}

/** Every version that there ever was. */
export function everyVersion({ events }: Ledger): string[] {
	return events.flatMap(({ id, versions }) => versions.map((one) => `${id}#${one.updated_at}`));
}
