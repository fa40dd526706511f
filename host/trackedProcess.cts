import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** How to start a process; `logFile` gets everything that it prints. */
export interface LaunchOptions {
	command: string;
	args: string[];
	cwd: string;
	env: Record<string, string>;
	logFile?: string;
	/** Called once per printed line, both streams. */
	onLine?: (line: string) => void;
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessEnd {
	code: number | null;
	signal: NodeJS.Signals | null;
}

const running = new Set<TrackedProcess>();

// Whatever ends this process (an exception too), nothing that it started may outlive it.
process.on('exit', () => {
	for (const child of running) child.signalGroup('SIGKILL');
});

/**
 * A child process in a process group of its own, so that it and what it started (n8n starts task
 * runners) can be ended exactly, and so that a Ctrl-C in the terminal reaches only us.
 */
export class TrackedProcess {
	readonly pid: number;
	readonly ended: Promise<ProcessEnd>;
	/** Everything printed on standard output. */
	stdout = '';
	/** Everything printed on standard error. */
	stderr = '';
	private readonly child: ChildProcess;
	private alive = true;

	/** Starts the process; throws when the command cannot be started at all. */
	constructor(options: LaunchOptions) {
		this.child = spawn(options.command, options.args, {
			cwd: options.cwd,
			env: options.env,
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: process.platform !== 'win32',
		});
		this.ended = new Promise((resolve) => {
			this.child.once('close', (code, signal) => {
				this.alive = false;
				// The group may hold a grandchild that ignored the end of its parent.
				this.signalGroup('SIGKILL');
				running.delete(this);
				resolve({ code, signal });
			});
			this.child.once('error', () => {
				this.alive = false;
				running.delete(this);
				resolve({ code: 127, signal: null });
			});
		});
		if (this.child.pid === undefined) throw new Error(`Could not start ${options.command}`);
		this.pid = this.child.pid;
		running.add(this);
		this.read('stdout', options);
		this.read('stderr', options);
	}

	/** Whether the process itself still runs. */
	get isAlive(): boolean {
		return this.alive;
	}

	/** Sends a signal to the process and everything in its group; silent when they are gone. */
	signalGroup(signal: NodeJS.Signals): void {
		try {
			if (process.platform === 'win32') this.child.kill(signal);
			else process.kill(-this.pid, signal);
		} catch {
			// Already gone: nothing to end.
		}
	}

	/**
	 * Asks the process to end (SIGTERM) and, after `graceMs`, ends its whole group (SIGKILL).
	 * Returns how it ended; returns at once when it had ended before.
	 */
	async stop(graceMs = 10_000): Promise<ProcessEnd> {
		if (this.alive) this.child.kill('SIGTERM');
		const timer = new AbortController();
		const late = delay(graceMs, undefined, { signal: timer.signal }).then(
			() => this.signalGroup('SIGKILL'),
			() => undefined,
		);
		const end = await this.ended;
		timer.abort();
		await late;
		return end;
	}

	/** Ends the process and its group at once, as a power cut would (SIGKILL). */
	async kill(): Promise<ProcessEnd> {
		this.signalGroup('SIGKILL');
		return await this.ended;
	}

	private read(stream: 'stdout' | 'stderr', options: LaunchOptions): void {
		let rest = '';
		const source = this.child[stream];
		if (source === null) return;
		source.setEncoding('utf8');
		source.on('data', (chunk: string) => {
			this[stream] += chunk;
			if (options.logFile !== undefined) appendFileSync(options.logFile, chunk);
			if (options.onLine === undefined) return;
			const lines = (rest + chunk).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) options.onLine(line);
		});
	}
}
