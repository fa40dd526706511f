/** One run: a queue-mode n8n, events that stream in, kills of its main and of its workers. */
import { N8nRequestError } from '@host/n8nClient.cjs';
import type { StartedExecution } from '@host/queueMode.cjs';
import type { RequestEntry } from '@simulator/client.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { countBy } from '../compare.cjs';
import { mainKills, workerKills, type Moment } from '../moments.cjs';
import type { Mode, Say } from '../options.cjs';
import { PollWatch } from '../pollWatch.cjs';
import { SLOW_MS, until } from '../until.cjs';
import { makeCluster, type Cluster } from './cluster.cjs';
import { executionsWhere, readJournal, unfinished } from './journal.cjs';
import { deliveryOf, writesOf, type Delivery, type Writes } from './outcome.cjs';
import type { ServicePrograms } from './services.cjs';
import { ids } from './workflows.cjs';

/** What a run is asked to do. */
export interface QueueOptions {
	mode: Mode;
	/** How long events stream in and processes are killed. */
	seconds: number;
	/** New events per second; three in ten are followed by an update of a recent one. */
	rate: number;
	workers: number;
	/** What a killed worker finds when it is started again: its folder (true) or an empty one, as a new container does. */
	keepsFolder: boolean;
	/** How often the triggers poll, in seconds: 60 or 10. */
	every: number;
	seed: number;
	/** Which processes are killed. */
	kill: { main: boolean; workers: boolean };
	programs: ServicePrograms;
	say?: Say;
}

/** A run's outcome. */
export interface QueueRun {
	mode: Mode;
	/** `main`, `worker 1` …, and how many seconds after the stream of events began. */
	kills: Array<{ target: string; plan: Moment; atSeconds: number }>;
	deliveries: Delivery[];
	writes: Writes;
	/** Executions that each worker took. */
	byWorker: Record<string, number>;
	/** Executions of the third workflow by status, and how often each node ran in those that ended well. */
	operations: { executions: Record<string, number>; nodes: Record<string, number> };
}

/** After this n8n has given up an execution whose worker is gone: lock of 60 s, looked for every 30 s, looked at for 30 s more. */
const GIVE_UP_MS = 125_000;
/** Thrown inside a waiting loop when the stream of events has ended. */
class StreamEnded extends Error {}

const isPoll = ({ endpoint, token }: RequestEntry): boolean =>
	endpoint === 'events' && (token === 'main' || token === 'release');
const countOf = (names: string[]) => Object.fromEntries(countBy(names));
const triggers = `"workflowId" in ('${ids.stream}', '${ids.release}')`;

/** Carries out one run. Throws when a process does not start, ends by itself, or the trigger does not poll any more. */
export async function runQueue(options: QueueOptions): Promise<QueueRun> {
	const cluster = await makeCluster(options);
	try {
		const run = new Run(options, cluster);
		await run.begin();
		await run.stream();
		await run.end();
		return await run.outcome();
	} finally {
		await cluster.stop();
	}
}

class Run {
	private readonly kills: QueueRun['kills'] = [];
	private streamedFromMs = 0;
	private endAtMs = Infinity;

	constructor(
		private readonly options: QueueOptions,
		private readonly cluster: Cluster,
	) {}

	/** Starts everything, publishes the workflows, and waits until the triggers have delivered the history. */
	async begin(): Promise<void> {
		const { main, workers, n8n, postgres } = this.cluster;
		main.start();
		await Promise.all(workers.map(async (worker) => await worker.startAndWait()));
		await until('the main is ready', async () => {
			main.mustLive();
			return await n8n.client.login().then(
				() => true,
				() => false,
			);
		});
		for (const id of Object.values(ids)) await n8n.client.activate(id);
		await until('both triggers have started a workflow', async () => {
			main.mustLive();
			return new Set(await executionsWhere(postgres, triggers, '"workflowId"')).size === 2;
		});
		this.say('the history is delivered');
	}

	/** Lets events stream in, and kills. */
	async stream(): Promise<void> {
		const { simulator } = this.cluster;
		const { rate, seconds, kill } = this.options;
		await simulator.setLive({ perSecond: rate, updateProbability: 0.3 });
		this.streamedFromMs = Date.now();
		this.endAtMs = this.streamedFromMs + seconds * 1000;
		const endsByTime = async (): Promise<void> => {
			await delay(this.endAtMs - Date.now());
			await simulator.setLive({ perSecond: 0 });
		};
		await Promise.all([
			endsByTime(),
			...(kill.main ? [untilStreamEnds(this.killMain())] : []),
			...(kill.workers ? [untilStreamEnds(this.killWorkers())] : []),
		]);
		this.say('the stream has ended');
	}

	/**
	 * Waits until nothing comes any more, restarts the main as an administrator would (n8n then looks for executions
	 * that were cut off), waits until no execution is under way, and ends all processes.
	 */
	async end(): Promise<void> {
		const { main, workers, n8n, postgres } = this.cluster;
		await this.quiet();
		await main.stop();
		await n8n.start();
		await n8n.client.deactivate(ids.operations);
		const isOver = async () => (await unfinished(postgres)).length === 0;
		await until('all executions have ended', isOver, { everyMs: 1000 });
		// As a person would with n8n's button. Not the second workflow: it would release again what was released.
		const failed = `"workflowId" = '${ids.stream}' and status in ('crashed', 'error')`;
		for (const id of await executionsWhere(postgres, failed)) {
			try {
				await n8n.client.rest('POST', `/executions/${id}/retry`, { loadWorkflow: false });
			} catch (error) {
				if (!(error instanceof N8nRequestError)) throw error;
				this.say(`execution ${id} cannot be retried: ${error.reason}`);
			}
		}
		await n8n.stop();
		await Promise.all(workers.map(async (worker) => await worker.stop()));
	}

	/** Reads what n8n has stored and compares it with the ledger. */
	async outcome(): Promise<QueueRun> {
		const { simulator, postgres, workers, main } = this.cluster;
		const ledger = await simulator.ledger();
		const { requests } = await simulator.requests();
		const stream = await readJournal(postgres, ids.stream);
		const release = await readJournal(postgres, ids.release);
		const operations = await readJournal(postgres, ids.operations);
		const defenders = ledger.events.filter(({ type }) => type === 'defender');
		const livedOf = (token: string) => ({
			requests: requests.filter((request) => request.token === token),
			lives: main.lives,
			pollEveryMs: this.options.every * 1000,
			streamedFromMs: this.streamedFromMs,
		});
		const endedWell = operations.filter(({ status }) => status === 'success');
		return {
			mode: this.options.mode,
			kills: this.kills,
			deliveries: [
				deliveryOf(ids.stream, ledger.events, stream, livedOf('main')),
				deliveryOf(ids.release, defenders, release, livedOf('release')),
			],
			writes: writesOf(ledger, release, operations),
			byWorker: countOf(workers.flatMap(({ started }) => started.map(({ worker }) => worker))),
			operations: {
				executions: countOf(operations.map(({ status }) => status)),
				nodes: countOf(endedWell.flatMap(({ ran }) => ran)),
			},
		};
	}

	/** For two polls the triggers have started nothing, and no execution is under way that n8n does not give up. */
	private async quiet(): Promise<void> {
		const { main, workers, postgres, simulator } = this.cluster;
		// A main that was killed last may take longer to start than two polls take.
		const polls = ['main', 'release'].map(async (token) => {
			const watch = new PollWatch(simulator, (one) => isPoll(one) && one.token === token);
			await watch.skip();
			await watch.poll(1, () => main.mustLive());
		});
		await Promise.all(polls);
		const pollsMs = this.options.every * 2200;
		let count = -1;
		let since = Date.now();
		const isQuiet = async (): Promise<boolean> => {
			main.mustLive();
			for (const worker of workers) worker.mustLive();
			const now = (await executionsWhere(postgres, triggers)).length;
			if (now !== count) since = Date.now();
			count = now;
			const quietMs = Date.now() - since;
			const isOver = quietMs > GIVE_UP_MS || (await unfinished(postgres)).length === 0;
			return quietMs > pollsMs && isOver;
		};
		const timeoutMs = SLOW_MS + pollsMs;
		await until('the triggers start no execution any more', isQuiet, { timeoutMs, everyMs: 1000 });
	}

	private async killMain(): Promise<void> {
		const { main, simulator } = this.cluster;
		const watch = new PollWatch(simulator, isPoll);
		for (const plan of mainKills(this.options.seed)) {
			if (plan.kind === 'poll') {
				await watch.skip();
				const request = await watch.poll(1, () => {
					main.mustLive();
					this.mustStream();
				});
				await this.wait(request.inMs + plan.afterMs - Date.now());
			} else {
				await this.wait(plan.afterMs);
			}
			main.mustLive();
			await main.kill();
			this.note('main', plan);
			main.start();
		}
	}

	private async killWorkers(): Promise<void> {
		const { workers } = this.cluster;
		for (const plan of workerKills(this.options.seed, workers.length)) {
			const taken = plan.kind === 'execution' ? await this.nextExecution() : undefined;
			await this.wait((taken?.atMs ?? Date.now()) + plan.afterMs - Date.now());
			const worker =
				plan.kind === 'time'
					? workers[plan.worker ?? 0]
					: workers.find(({ name }) => name === taken?.worker);
			if (worker === undefined) throw new Error('There is no such worker');
			worker.mustLive();
			await worker.kill();
			this.note(worker.name, plan);
			worker.start();
		}
	}

	/** Waits until a worker takes an execution of one of the triggers. */
	private async nextExecution(): Promise<StartedExecution> {
		const { workers, postgres } = this.cluster;
		const seen = new Set(workers.flatMap(({ started }) => started));
		for (;;) {
			for (const execution of workers.flatMap(({ started }) => started)) {
				if (seen.has(execution)) continue;
				seen.add(execution);
				const own = `${triggers} and id = ${execution.executionId}`;
				if ((await executionsWhere(postgres, own)).length > 0) return execution;
			}
			await this.wait(10);
		}
	}

	private note(target: string, plan: Moment): void {
		const atSeconds = Math.round((Date.now() - this.streamedFromMs) / 100) / 10;
		this.kills.push({ target, plan, atSeconds });
		this.say(`${atSeconds} s: kill ${this.kills.length}, ${target}, ${JSON.stringify(plan)}`);
	}

	private say(line: string): void {
		this.options.say?.(`${this.options.mode}: ${line}`);
	}

	private mustStream(): void {
		if (Date.now() >= this.endAtMs) throw new StreamEnded();
	}

	private async wait(ms: number): Promise<void> {
		await delay(Math.max(0, Math.min(ms, this.endAtMs - Date.now())));
		this.mustStream();
	}
}

async function untilStreamEnds(killing: Promise<void>): Promise<void> {
	try {
		await killing;
	} catch (error) {
		if (!(error instanceof StreamEnded)) throw error;
	}
}
