/** One run of the queue suite: a queue-mode n8n, events that stream in, kills of its main and of its workers. */
import { N8nRequestError } from '@host/n8nClient.cjs';
import { QueueWorker, type StartedExecution } from '@host/queueMode.cjs';
import type { RequestEntry } from '@simulator/client.cjs';
import type { Life } from '@test/kill/compare.cjs';
import { PollWatch } from '@test/kill/pollWatch.cjs';
import type { Mode } from '@test/kill/run.cjs';
import { setTimeout as delay } from 'node:timers/promises';
import { HISTORY, makeCluster, type Cluster } from './cluster.cjs';
import { countExecutions, failed, unfinished, workflowOf } from './journal.cjs';
import { outcomeOf, type Outcome } from './outcome.cjs';
import { mainKills, workerKills, type MainKill, type WorkerKill } from './plan.cjs';
import type { ServicePrograms } from './services.cjs';
import { ids, type Polling } from './workflows.cjs';

/** What a run is asked to do. */
export interface RunOptions {
	mode: Mode;
	/** How long events stream in and processes are killed. */
	seconds: number;
	/** New events per second; three in ten are followed by an update of a recent one. */
	perSecond: number;
	workers: number;
	/** What a killed worker finds when it is started again: its folder (true) or an empty one, as a new container does. */
	keepsFolder: boolean;
	pollEverySeconds: Polling['everySeconds'];
	seed: number;
	/** Which processes are killed. */
	kill: { main: boolean; workers: boolean };
	programs: ServicePrograms;
	/** Told about each step. */
	report?: (line: string) => void;
}

/** One kill as it was carried out. */
export interface DoneKill {
	/** `main`, `worker 1` … */
	target: string;
	plan: MainKill | WorkerKill;
	/** Seconds since the stream of events began. */
	atSeconds: number;
}

/** A run's outcome. */
export interface QueueReport extends Outcome {
	mode: Mode;
	perSecond: number;
	streamSeconds: number;
	pollEverySeconds: number;
	keepsFolder: boolean;
	kills: DoneKill[];
	/** Of the whole run, set-up and end included. */
	seconds: number;
}

/** How long a start and a poll may take on a busy machine. */
const SLOW_MS = 300_000;
/** After this n8n has given up an execution whose worker is gone. */
const GIVE_UP_MS = 125_000;
/** Thrown inside a waiting loop when the stream of events has ended. */
class StreamEnded extends Error {}

const isPoll = ({ endpoint, token }: RequestEntry): boolean =>
	endpoint === 'events' && (token === 'main' || token === 'release');

/** Carries out one run. Throws when a process does not start, ends by itself, or the trigger does not poll any more. */
export async function runQueue(options: RunOptions): Promise<QueueReport> {
	const { mode, seed, perSecond, seconds, pollEverySeconds } = options;
	const begun = performance.now();
	const cluster = await makeCluster({
		durable: mode === 'durable',
		seed,
		workers: options.workers,
		keepsFolder: options.keepsFolder,
		// Half as much again as the stream brings, so that a backlog shrinks.
		polling: {
			everySeconds: pollEverySeconds,
			maxItemsPerPoll: Math.max(1000, Math.ceil(perSecond * pollEverySeconds * 1.5)),
		},
		programs: options.programs,
	});
	try {
		const run = new Run(options, cluster);
		await run.begin();
		await run.stream();
		await run.end();
		const { simulator, postgres, workers } = cluster;
		const outcome = await outcomeOf({
			postgres,
			ledger: await simulator.ledger(),
			requests: (await simulator.requests()).requests.filter(isPoll),
			lives: run.lives,
			streamedFromMs: run.streamedFromMs,
			started: workers.flatMap(({ started }) => started),
		});
		return {
			mode,
			perSecond,
			streamSeconds: seconds,
			pollEverySeconds,
			keepsFolder: options.keepsFolder,
			kills: run.kills,
			seconds: Math.round((performance.now() - begun) / 1000),
			...outcome,
		};
	} finally {
		await cluster.stop();
	}
}

class Run {
	readonly lives: Life[] = [];
	readonly kills: DoneKill[] = [];
	streamedFromMs = 0;
	private endAtMs = Infinity;

	constructor(
		private readonly options: RunOptions,
		private readonly cluster: Cluster,
	) {}

	/** Starts everything, publishes the workflows, and waits until the triggers have delivered the history. */
	async begin(): Promise<void> {
		const { main, workers, n8n, postgres } = this.cluster;
		this.startMain();
		await Promise.all(workers.map(async (worker) => await worker.startAndWait()));
		const endAt = Date.now() + SLOW_MS;
		while (!(await this.login())) {
			main.mustLive();
			if (Date.now() > endAt) throw new Error('The main did not get ready');
			await delay(500);
		}
		for (const id of Object.values(ids)) await n8n.client.activate(id);
		for (const id of [ids.stream, ids.release]) {
			while ((await countExecutions(postgres, id)) === 0) {
				main.mustLive();
				if (Date.now() > endAt) throw new Error(`Workflow ${id} did not start`);
				await delay(200);
			}
		}
		this.report(`the history of ${HISTORY} events is delivered`);
	}

	/** Lets events stream in, and kills. */
	async stream(): Promise<void> {
		const { simulator } = this.cluster;
		const { perSecond, seconds, kill } = this.options;
		await simulator.setLive({ perSecond, updateProbability: 0.3 });
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
		this.report('the stream has ended');
	}

	/**
	 * Waits until nothing comes any more, restarts the main as an administrator would (n8n then looks for executions
	 * that were cut off), waits until no execution is under way, and ends all processes.
	 */
	async end(): Promise<void> {
		const { main, workers, n8n, postgres } = this.cluster;
		await this.quiet();
		await main.stop();
		this.endLife();
		this.lives.push({ startedAtMs: Date.now(), endedAtMs: Infinity });
		await n8n.start();
		await n8n.client.deactivate(ids.operations);
		const endAt = Date.now() + SLOW_MS;
		for (
			let left = await unfinished(postgres);
			left.length > 0;
			left = await unfinished(postgres)
		) {
			if (Date.now() > endAt) throw new Error(`Executions that never ended: ${left.join(', ')}`);
			await delay(1000);
		}
		// As a person would with n8n's button. Not the second workflow: it would release again what was released.
		for (const id of await failed(postgres, ids.stream)) await this.retry(id);
		await n8n.stop();
		await Promise.all(workers.map(async (worker) => await worker.stop()));
	}

	/** Whether the main was ready to let us in. */
	private async login(): Promise<boolean> {
		try {
			await this.cluster.n8n.client.login();
			return true;
		} catch {
			return false;
		}
	}

	private async retry(executionId: string): Promise<void> {
		try {
			const path = `/executions/${executionId}/retry`;
			await this.cluster.n8n.client.rest('POST', path, { loadWorkflow: false });
		} catch (error) {
			if (!(error instanceof N8nRequestError)) throw error;
			this.report(`execution ${executionId} cannot be retried: ${error.reason}`);
		}
	}

	/**
	 * For two polls the triggers have started nothing, and no execution is under way, or n8n has had the time that it
	 * takes to give up one whose worker is gone (lock of 60 s, looked for every 30 s, looked at for 30 s more).
	 */
	private async quiet(): Promise<void> {
		const { main, workers, postgres } = this.cluster;
		const pollsMs = this.options.pollEverySeconds * 2200;
		let count = -1;
		let since = Date.now();
		for (const endAt = Date.now() + SLOW_MS + pollsMs; ; await delay(1000)) {
			main.mustLive();
			for (const worker of workers) worker.mustLive();
			const now =
				(await countExecutions(postgres, ids.stream)) +
				(await countExecutions(postgres, ids.release));
			if (now !== count) since = Date.now();
			count = now;
			const quietMs = Date.now() - since;
			const isOver = quietMs > GIVE_UP_MS || (await unfinished(postgres)).length === 0;
			if (quietMs > pollsMs && isOver) return;
			if (Date.now() > endAt) throw new Error('The triggers still start executions');
		}
	}

	private async killMain(): Promise<void> {
		const { main, simulator } = this.cluster;
		const watch = new PollWatch(simulator, isPoll);
		for (const plan of mainKills(this.options.seed)) {
			if (plan.kind === 'poll') {
				await watch.skip();
				const request = await watch.poll(1, SLOW_MS, () => {
					main.mustLive();
					this.check();
				});
				await this.wait(request.inMs + plan.afterMs - Date.now());
			} else {
				await this.wait(plan.afterMs);
			}
			main.mustLive();
			this.endLife();
			await main.kill();
			this.note('main', plan);
			this.startMain();
		}
	}

	private async killWorkers(): Promise<void> {
		const { workers } = this.cluster;
		for (const plan of workerKills(this.options.seed, workers.length)) {
			let worker: QueueWorker | undefined;
			if (plan.kind === 'execution') {
				const { worker: name, atMs } = await this.nextExecution();
				await this.wait(atMs + plan.afterMs - Date.now());
				worker = workers.find((one) => one.name === name);
			} else {
				await this.wait(plan.afterMs);
				worker = workers[plan.worker];
			}
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
				const workflow = await workflowOf(postgres, execution.executionId);
				if (workflow !== ids.operations) return execution;
			}
			await this.wait(10);
		}
	}

	private startMain(): void {
		this.cluster.main.start();
		this.lives.push({ startedAtMs: Date.now(), endedAtMs: Infinity });
	}

	private endLife(): void {
		const life = this.lives.at(-1);
		if (life !== undefined) life.endedAtMs = Date.now();
	}

	private note(target: string, plan: DoneKill['plan']): void {
		const atSeconds = Math.round((Date.now() - this.streamedFromMs) / 100) / 10;
		this.kills.push({ target, plan, atSeconds });
		this.report(`${atSeconds} s: kill ${this.kills.length}, ${target}, ${JSON.stringify(plan)}`);
	}

	private report(line: string): void {
		this.options.report?.(`${this.options.mode}: ${line}`);
	}

	private check(): void {
		if (Date.now() >= this.endAtMs) throw new StreamEnded();
	}

	private async wait(ms: number): Promise<void> {
		await delay(Math.max(0, Math.min(ms, this.endAtMs - Date.now())));
		this.check();
	}
}

async function untilStreamEnds(killing: Promise<void>): Promise<void> {
	try {
		await killing;
	} catch (error) {
		if (!(error instanceof StreamEnded)) throw error;
	}
}
