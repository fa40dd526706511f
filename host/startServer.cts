import { setTimeout as delay } from 'node:timers/promises';
import { n8nScript, nodeBinary } from './places.cjs';
import { TrackedProcess } from './trackedProcess.cjs';

const readyLines = {
	// The readiness addresses are green before triggers run; only this line comes after.
	start: 'Editor is now accessible',
	worker: 'n8n worker is now ready',
};

/** One n8n process that stays: the server (`start`) or, in queue mode, a `worker`. */
export interface ServerOptions {
	/** Its working directory: n8n reads a `.env` there, so it must not be the repository. */
	folder: string;
	env: Record<string, string>;
	kind?: 'start' | 'worker';
	/** More arguments, for example `--concurrency=5`. */
	args?: string[];
	logFile?: string;
	onLogLine?: (line: string) => void;
	timeoutMs?: number;
}

/**
 * Starts an n8n and waits until it is ready. Throws with the end of its log, and leaves nothing
 * running, when it ends before or is not ready within `timeoutMs` (120 s).
 */
export async function startServer(options: ServerOptions): Promise<TrackedProcess> {
	const { kind = 'start', timeoutMs = 120_000 } = options;
	let ready = (): void => undefined;
	const isReady = new Promise<void>((resolve) => (ready = resolve));
	const server = new TrackedProcess({
		command: nodeBinary(),
		args: [n8nScript, kind, ...(options.args ?? [])],
		cwd: options.folder,
		env: options.env,
		...(options.logFile === undefined ? {} : { logFile: options.logFile }),
		onLine: (line) => {
			if (line.includes(readyLines[kind])) ready();
			options.onLogLine?.(line);
		},
	});
	const timer = new AbortController();
	const outcome = await Promise.race([
		isReady.then(() => 'ready'),
		server.ended.then(({ code, signal }) => `ended with ${signal ?? `exit code ${code}`}`),
		delay(timeoutMs, `was not ready after ${timeoutMs} ms`, { signal: timer.signal }),
	]);
	timer.abort();
	if (outcome === 'ready') return server;
	await server.kill();
	throw new Error(`n8n ${kind} ${outcome}:\n${tail(server.stdout + server.stderr)}`);
}

/** The last lines of a log, for error messages. */
export function tail(text: string, lines = 30): string {
	return text.trimEnd().split('\n').slice(-lines).join('\n');
}
