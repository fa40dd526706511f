/** The n8n of a run: one main and its workers, the services that they share, the simulator, and the journal. */
import { QueueWorker, queueEnvironment } from '@host/queueMode.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { Simulator } from '@simulator/client.cjs';
import { allPermissions } from '@simulator/tokens.cjs';
import type { Postgres } from '@test/e2e/postgres.cjs';
import { makeWorld } from '@test/e2e/setup.cjs';
import { shortLease, Victim } from '../victim.cjs';
import { startJournal } from './journal.cjs';
import type { QueueOptions } from './run.cjs';
import { startServices } from './services.cjs';
import { credentials, workflows } from './workflows.cjs';

/** A queue-mode n8n with the workflows, not published. Its processes do not run yet. */
export interface Cluster {
	simulator: Simulator;
	n8n: PrivateN8n;
	main: Victim;
	workers: QueueWorker[];
	postgres: Postgres;
	/** Ends everything and removes its folders. */
	stop(): Promise<void>;
}

/** Sets everything up. Throws with the log of what fails, and leaves nothing running. */
export async function makeCluster(options: QueueOptions): Promise<Cluster> {
	const { mode, seed, keepsFolder, rate, every } = options;
	const undo: Array<() => Promise<void>> = [];
	const stop = async (): Promise<void> => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const services = await startServices(options.programs);
		undo.push(services.stop);
		// n8n keeps all executions, since all are read at the end.
		const env = { ...queueEnvironment(services), ...shortLease, EXECUTIONS_DATA_PRUNE: 'false' };
		const world = await makeWorld(
			{ events: 40, seed, tokens: { release: [...allPermissions], other: [...allPermissions] } },
			{ durable: mode === 'durable', env },
			({ url, tokens }) =>
				Object.entries(credentials).map(([token, credential]) => ({
					...credential,
					type: 'proofpointApi',
					data: { portalUrl: url, apiToken: tokens[token] ?? '', allowCustomHost: true },
				})),
		);
		undo.push(world.stop);
		const { n8n, simulator } = world;
		await startJournal(services.postgres);
		const mail = (await simulator.ledger()).events.find(({ type }) => type === 'defender');
		// Half as much again as the stream brings, so that a backlog shrinks.
		const maxItemsPerPoll = Math.max(1000, Math.ceil(rate * every * 1.5));
		await n8n.importWorkflows(workflows(every, maxItemsPerPoll, mail?.id ?? ''));
		const main = await Victim.of(n8n);
		undo.push(async () => await main.kill());
		const workers: QueueWorker[] = [];
		for (let at = 1; at <= options.workers; at++) {
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
