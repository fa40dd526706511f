/**
 * n8n in queue mode: a `PrivateN8n` is the main, and as many workers as one likes share its database, its Redis and its
 * encryption key. The main polls and schedules, the workers execute.
 */
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './freePort.cjs';
import { n8nScript, nodeBinary } from './places.cjs';
import type { PrivateN8n } from './privateN8n.cjs';
import { startServer, tail } from './startServer.cjs';
import { TrackedProcess } from './trackedProcess.cjs';

/** Where the services are that all processes of a queue-mode n8n share. */
export interface QueueServices {
	postgres: { host: string; port: number; user: string; password: string; database: string };
	redis: { host: string; port: number };
}

/** The environment variables that put every process of an n8n into queue mode. Give them to `PrivateN8n.create`. */
export function queueEnvironment({ postgres, redis }: QueueServices): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: postgres.host,
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: postgres.database,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_PASSWORD: postgres.password,
		QUEUE_BULL_REDIS_HOST: redis.host,
		QUEUE_BULL_REDIS_PORT: String(redis.port),
	};
}

/** An execution that a worker has taken from the queue. */
export interface StartedExecution {
	executionId: number;
	/** Name of the worker. */
	worker: string;
	/** Milliseconds since 1970. */
	atMs: number;
}

const startedLine = /Worker started execution (\d+) /;

/** How a worker is set up. */
export interface WorkerOptions {
	/** For logs and reports; also names its folder. */
	name: string;
	/** How many executions it may run at once (5). */
	concurrency?: number;
	/**
	 * What its n8n folder is after a crash: the one from before, as in a container that is restarted (true), or a new
	 * one, as in a new container (false). In the old one n8n finds its log and sees at once what the crash cut off.
	 */
	keepsFolder?: boolean;
}

/** One worker process with a folder of its own, started, ended and killed as often as one likes. */
export class QueueWorker {
	readonly name: string;
	/** Everything that this worker took from the queue, in order, all lives of it. */
	readonly started: StartedExecution[] = [];
	private readonly folder: string;
	private process: TrackedProcess | undefined;

	private constructor(
		private readonly main: PrivateN8n,
		private readonly options: WorkerOptions,
		private readonly ports: { broker: number; health: number },
	) {
		this.name = options.name;
		this.folder = path.join(main.folder, options.name.replaceAll(' ', '-'));
	}

	/** @param main set up with `queueEnvironment` and the package */
	static async of(main: PrivateN8n, options: WorkerOptions): Promise<QueueWorker> {
		const ports = { broker: await freePort(), health: await freePort() };
		return new QueueWorker(main, options, ports);
	}

	/** Whether the process runs. */
	get isAlive(): boolean {
		return this.process?.isAlive === true;
	}

	/** Everything that the worker printed, all starts of it. */
	get logFile(): string {
		return `${this.folder}.log`;
	}

	/** Starts the process and returns at once. */
	start(): void {
		this.makeFolder();
		this.process = new TrackedProcess({
			command: nodeBinary(),
			args: [n8nScript, 'worker', ...this.args],
			cwd: this.folder,
			env: this.env,
			logFile: this.logFile,
			onLine: (line) => this.note(line),
		});
	}

	/** Starts the process and waits until it takes executions. Throws with the end of its log when it does not. */
	async startAndWait(): Promise<void> {
		this.makeFolder();
		this.process = await startServer({
			folder: this.folder,
			env: this.env,
			kind: 'worker',
			args: this.args,
			logFile: this.logFile,
			onLogLine: (line) => this.note(line),
		});
	}

	/** Throws with the end of the log when the worker ended by itself. */
	mustLive(): void {
		if (this.isAlive) return;
		const { stdout = '', stderr = '' } = this.process ?? {};
		throw new Error(`${this.name} ended by itself:\n${tail(stdout + stderr)}`);
	}

	/** `kill -9` of the worker and its task runners; returns when they are gone. */
	async kill(): Promise<void> {
		await this.process?.kill();
	}

	/** Ends it as an administrator would: it finishes what it has begun (up to 30 s). */
	async stop(): Promise<void> {
		await this.process?.stop(40_000);
	}

	private get args(): string[] {
		return [`--concurrency=${this.options.concurrency ?? 5}`];
	}

	private get env(): Record<string, string> {
		return {
			...this.main.environment(this.ports.broker),
			N8N_USER_FOLDER: this.folder,
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(this.ports.health),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		};
	}

	/** What every process needs of the main's folder: the encryption key and the community package. */
	private makeFolder(): void {
		if (this.options.keepsFolder === false) rmSync(this.folder, { recursive: true, force: true });
		if (existsSync(this.folder)) return;
		for (const name of ['config', 'nodes']) {
			const from = path.join(this.main.folder, '.n8n', name);
			cpSync(from, path.join(this.folder, '.n8n', name), { recursive: true });
		}
	}

	private note(line: string): void {
		const executionId = startedLine.exec(line)?.[1];
		if (executionId === undefined) return;
		this.started.push({ executionId: Number(executionId), worker: this.name, atMs: Date.now() });
	}
}
