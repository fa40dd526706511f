import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { n8nEnvironment } from './environment.cjs';
import { n8nFeatures } from './features.cjs';
import { freePort } from './freePort.cjs';
import { N8nClient, N8nRequestError } from './n8nClient.cjs';
import { N8nDatabase } from './n8nDatabase.cjs';
import { n8nScript, nodeBinary } from './places.cjs';
import { readRawOutput, type ExecuteManyOptions, type RunResult } from './runResult.cjs';
import { startServer, tail } from './startServer.cjs';
import { TrackedProcess } from './trackedProcess.cjs';
import { storeCredentials } from './storedCredentials.cjs';
import { fillUserFolder } from './userFolder.cjs';
import type { Credential, Workflow } from './workflow.cjs';

/** How to set up a private n8n. */
export interface PrivateN8nOptions {
	/** The community package to install (`npm pack`'s file); none: n8n alone. */
	tarball?: string;
	/** Use this folder instead of a new one under the system's temporary folder. */
	folder?: string;
	/** n8n's durable scheduler and poll cursors instead of its default storage of poll state. */
	durable?: boolean;
	/** Whether it serves its editor (default). Without, a start takes 2 of its 7 seconds of a core less. */
	editor?: boolean;
	/** CommonJS modules that are loaded into n8n before anything else (`NODE_OPTIONS --require`). */
	preload?: string[];
	/** More environment variables; they win over the harness's own. */
	env?: Record<string, string>;
	/** Called with every line that the server prints. */
	onLogLine?: (line: string) => void;
}

/**
 * A real n8n of our own: its own folder, database, ports and environment, no internet, with the
 * packed package installed as a community node. Commands (`importWorkflows`, `execute` …) work with
 * and without its server running; what needs the server says so.
 */
export class PrivateN8n {
	/** Talks to the server; logged in after `start()`. */
	readonly client: N8nClient;
	/** Everything that the server printed, all starts of it. */
	readonly logFile: string;
	readonly database: N8nDatabase;
	private server: TrackedProcess | undefined;
	private readonly removeFolder: boolean;

	private constructor(
		/** n8n's user folder; its data is in `.n8n` below it. */
		readonly folder: string,
		readonly port: number,
		private readonly brokerPort: number,
		private readonly options: PrivateN8nOptions,
	) {
		this.client = new N8nClient(`http://127.0.0.1:${port}`);
		this.logFile = path.join(folder, 'n8n.log');
		this.database = new N8nDatabase(folder);
		this.removeFolder = options.folder === undefined;
	}

	/** Sets up a folder (one that holds an n8n is used as it is) and picks ports; starts nothing. Throws with n8n's log. */
	static async create(options: PrivateN8nOptions = {}): Promise<PrivateN8n> {
		const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'proofpoint-n8n-')));
		await mkdir(folder, { recursive: true });
		if (!existsSync(path.join(folder, '.n8n'))) await fillUserFolder(folder, options.tarball);
		return new PrivateN8n(folder, await freePort(), await freePort(), options);
	}

	/** The address of the editor, without a slash at its end. */
	get url(): string {
		return this.client.url;
	}

	/** The process id of the server; undefined while it does not run. */
	get pid(): number | undefined {
		return this.isRunning ? this.server?.pid : undefined;
	}

	/** Whether the server's process runs. */
	get isRunning(): boolean {
		return this.server?.isAlive === true;
	}

	/**
	 * The environment of one of this n8n's processes.
	 * @param brokerPort a free port of its own. With 0 n8n runs, but its task runner looks for the broker at port 0,
	 *   dies and is started anew every second: a whole core is gone.
	 */
	environment(brokerPort: number): Record<string, string> {
		return n8nEnvironment({
			userFolder: this.folder,
			port: this.port,
			brokerPort,
			durable: this.options.durable === true,
			editor: this.options.editor !== false,
			preload: this.options.preload ?? [],
			extra: this.options.env ?? {},
		});
	}

	/**
	 * Starts the server, waits until it is ready and logs in. Throws with the log's end when it does
	 * not get ready within `timeoutMs`. `login: false` returns as soon as the server is ready.
	 */
	async start({ timeoutMs = 120_000, login = true } = {}): Promise<void> {
		if (this.isRunning) throw new Error('This n8n is running already');
		const { onLogLine } = this.options;
		this.server = await startServer({
			folder: this.folder,
			env: this.environment(this.brokerPort),
			logFile: this.logFile,
			timeoutMs,
			...(onLogLine === undefined ? {} : { onLogLine }),
		});
		if (login) await this.client.login();
	}

	/** Ends the server as an administrator would (SIGTERM, after `graceMs` SIGKILL). */
	async stop(graceMs = 15_000): Promise<void> {
		await this.server?.stop(graceMs);
	}

	/** Ends the server and its task runners at once. */
	async kill(): Promise<void> {
		await this.server?.kill();
	}

	/** `stop`, then `start`. */
	async restart(): Promise<void> {
		await this.stop();
		await this.start();
	}

	/** Ends the server and removes the folder, if `create` made it. */
	async dispose(): Promise<void> {
		await this.stop();
		if (this.removeFolder) await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
	}

	/**
	 * Runs one n8n command (`['list:workflow']`) in this n8n; returns everything that it printed and
	 * its exit code. Never throws for a failed command.
	 */
	async command(
		args: string[],
		env: Record<string, string> = {},
	): Promise<{ code: number; output: string }> {
		const command = new TrackedProcess({
			command: nodeBinary(),
			args: [n8nScript, ...args],
			cwd: this.folder,
			env: { ...this.environment(await freePort()), ...env },
		});
		const { code } = await command.ended;
		return { code: code ?? 1, output: command.stdout + command.stderr };
	}

	/** Imports credentials, their data in clear, keeping their ids. One that is there is replaced. */
	async importCredentials(credentials: Credential[]): Promise<void> {
		if (this.options.env?.DB_TYPE === undefined) {
			storeCredentials(this.folder, credentials);
			return;
		}
		const file = await this.inputFile(credentials);
		await this.mustSucceed(['import:credentials', `--input=${file}`]);
		await rm(path.dirname(file), { recursive: true });
	}

	/**
	 * Imports workflows, keeping their ids (each needs one). They are not published. New ones go to a running server as from the
	 * editor (0.1 s); otherwise a command of n8n's imports them, which takes seconds and replaces one that is there.
	 */
	async importWorkflows(workflows: Workflow[]): Promise<void> {
		if (this.isRunning && n8nFeatures.editorGivesIds) {
			const stored = this.query('SELECT id FROM workflow_entity').map(({ id }) => id);
			if (workflows.every(({ id = '' }) => !stored.includes(id))) {
				for (const workflow of workflows) await this.client.storeWorkflow(workflow);
				return;
			}
		}
		const withState = workflows.map((workflow) => ({ active: false, ...workflow }));
		const file = await this.inputFile(withState);
		await this.mustSucceed(['import:workflow', `--input=${file}`]);
		await rm(path.dirname(file), { recursive: true });
	}

	/**
	 * Publishes workflows: at the next start, or now and waits until their triggers have started. Throws when one fails to. Now, what
	 * was there before stays out of "from now on": the API tells its time in whole seconds (docs/trigger.md).
	 */
	async publish(...workflowIds: string[]): Promise<void> {
		if (!this.isRunning) {
			for (const id of workflowIds) {
				await this.mustSucceed(
					n8nFeatures.publishCommand
						? ['publish:workflow', `--id=${id}`]
						: ['update:workflow', `--id=${id}`, '--active=true'],
				);
			}
			return;
		}
		await delay(1_100);
		for (const id of workflowIds) {
			await this.client.activate(id);
			await this.waitForTriggers(id);
		}
	}

	/** Waits for all triggers of a published workflow ("activate" answers before). Throws n8n's message when one fails, or late. */
	async waitForTriggers(workflowId: string, timeoutMs = 60_000): Promise<void> {
		// 1.x has started them before it answers, or has refused.
		if (!this.database.notesTriggers) return;
		for (const end = Date.now() + timeoutMs; Date.now() < end; await delay(100)) {
			const statuses = this.database.triggerStatuses(workflowId);
			const failed = statuses.find(({ status }) => status === 'failed');
			if (failed)
				throw new Error(`A trigger of workflow ${workflowId} failed: ${failed.errorMessage}`);
			if (statuses.length > 0) return;
		}
		throw new Error(`No trigger of workflow ${workflowId} started within ${timeoutMs} ms`);
	}

	/**
	 * `n8n execute`: runs an imported workflow in a process of its own (3 s), from its manual trigger.
	 * Returns its data; a failed execution is a result with `error`, not an exception.
	 */
	async execute(workflowId: string): Promise<RunResult> {
		const { output } = await this.command(['execute', `--id=${workflowId}`, '--rawOutput'], {
			// A failed execution's data is printed at this level only.
			N8N_LOG_LEVEL: 'info',
		});
		return readRawOutput(output);
	}

	/**
	 * Runs many workflows in the running server as the editor's button does (0.15 s each); results are in the order given.
	 * Failed executions, and workflows that n8n refuses to start, are results with an `error`.
	 */
	async executeMany(
		workflows: Workflow[],
		{ concurrency = 2, trigger, timeoutMs = 120_000 }: ExecuteManyOptions = {},
	): Promise<RunResult[]> {
		const results = new Array<RunResult>(workflows.length);
		const queue = workflows.entries();
		const work = async (): Promise<void> => {
			for (const [index, workflow] of queue) {
				results[index] = await this.runOnce(workflow, trigger, timeoutMs);
			}
		};
		await Promise.all(Array.from({ length: concurrency }, work));
		return results;
	}

	/** Reads n8n's SQLite database (also while the server runs, or after it was killed). */
	query(sql: string, ...values: SQLInputValue[]): Array<Record<string, SQLOutputValue>> {
		return this.database.query(sql, ...values);
	}

	private async runOnce(
		workflow: Workflow,
		trigger: string | undefined,
		timeoutMs: number,
	): Promise<RunResult> {
		const start =
			trigger ?? workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')?.name;
		if (start === undefined) throw new Error(`"${workflow.name}" has no manual trigger`);
		const id = await this.client.createWorkflow(workflow);
		let executionId: string;
		try {
			executionId = await this.client.run(id, start);
		} catch (error) {
			// An unknown node type for one: the editor shows it as this run's error too.
			if (!(error instanceof N8nRequestError)) throw error;
			return { status: 'error', error: { message: error.reason }, nodes: {} };
		}
		return await this.client.finishedExecution(executionId, timeoutMs);
	}

	private async inputFile(content: unknown): Promise<string> {
		const folder = await mkdtemp(path.join(this.folder, 'import-'));
		const file = path.join(folder, 'input.json');
		await writeFile(file, JSON.stringify(content), { mode: 0o600 });
		return file;
	}

	private async mustSucceed(args: string[]): Promise<void> {
		const { code, output } = await this.command(args);
		// n8n's commands print an error and still end with 0.
		if (code !== 0 || /^(An error occurred|Error)/m.test(output)) {
			throw new Error(`n8n ${args.join(' ')} failed:\n${tail(output)}`);
		}
	}
}
