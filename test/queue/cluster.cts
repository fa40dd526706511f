/** The n8n of a run: one main and its workers, the services that they share, the simulator, and the journal. */
import { QueueWorker, queueEnvironment } from '@host/queueMode.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { Simulator } from '@simulator/client.cjs';
import { allPermissions } from '@simulator/tokens.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import type { Postgres } from '@test/e2e/postgres.cjs';
import { Victim } from '@test/kill/victim.cjs';
import { startJournal } from './journal.cjs';
import { startServices, type ServicePrograms } from './services.cjs';
import { credentials, workflows, type Polling } from './workflows.cjs';

/** A queue-mode n8n with the workflows of the suite, not published. Its processes do not run yet. */
export interface Cluster {
	simulator: Simulator;
	n8n: PrivateN8n;
	main: Victim;
	workers: QueueWorker[];
	postgres: Postgres;
	/** Ends everything and removes its folders. */
	stop(): Promise<void>;
}

/** What the cluster is made of. */
export interface ClusterOptions {
	durable: boolean;
	seed: number;
	workers: number;
	/** See `WorkerOptions.keepsFolder`. */
	keepsFolder: boolean;
	polling: Polling;
	programs: ServicePrograms;
}

/** Events that are there from the start: their delivery shows that the triggers have stored a state. */
export const HISTORY = 40;

/**
 * A kill in the middle of an activation leaves n8n's note "being activated" behind; the next start waits for its lease
 * (two minutes) before it activates the workflow. A shorter one costs no event and saves the suite that time.
 */
const env = {
	N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '20',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
	// The suite reads all executions at its end.
	EXECUTIONS_DATA_PRUNE: 'false',
};

/** Sets everything up. Throws with the log of what fails, and leaves nothing running. */
export async function makeCluster(options: ClusterOptions): Promise<Cluster> {
	const undo: Array<() => Promise<void>> = [];
	const stop = async (): Promise<void> => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const services = await startServices(options.programs);
		undo.push(services.stop);
		const {
			n8n,
			simulator,
			stop: stopWorld,
		} = await makeWorld(
			{
				events: HISTORY,
				seed: options.seed,
				tokens: { release: [...allPermissions], other: [...allPermissions] },
			},
			{ durable: options.durable, env: { ...queueEnvironment(services), ...env } },
			({ url, tokens }) =>
				Object.entries(credentials).map(([token, credential]) => ({
					...credential,
					type: 'proofpointApi',
					data: { portalUrl: url, apiToken: tokens[token] ?? '', allowCustomHost: true },
				})),
		);
		undo.push(stopWorld);
		await startJournal(services.postgres);
		const mail = (await simulator.ledger()).events.find(({ type }) => type === 'defender');
		await n8n.importWorkflows(workflows(options.polling, mail?.id ?? ''));
		const main = await Victim.of(n8n);
		undo.push(async () => await main.kill());
		const workers: QueueWorker[] = [];
		for (let at = 1; at <= options.workers; at++) {
			const { keepsFolder } = options;
			const worker = await QueueWorker.of(n8n, { name: `worker ${at}`, keepsFolder });
			workers.push(worker);
			undo.push(async () => await worker.kill());
		}
		return { simulator, n8n, main, workers, postgres: services.postgres, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
