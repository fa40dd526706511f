// Commands that the set-up runs: visible progress, logs in files, and advice when one fails.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hold } from './lock.mjs';
import { nodeBinary, root, windows, workFolder } from './places.mjs';

const logFolder = path.join(workFolder, 'logs');
const heartbeatMs = 5000;
const guard = fileURLToPath(new URL('guard.mjs', import.meta.url));
const running = new Map();
let isOver = false;

/** A set-up step that failed: the message says which, why, and what to do. `log` is what the command printed last. */
export class SetupError extends Error {
	constructor(message, log = '') {
		super(message);
		this.log = log;
	}
}

/** Refuses arguments that a command does not know: it would seem to have heeded them. Throws `SetupError`. */
export function refuseUnknown(args, usage) {
	if (args.length === 0) return;
	throw new SetupError(`"${args.join(' ')}" is not understood.\nWhat to do: run it as: ${usage}`);
}

/** Runs one command, its output in a log file, a line on stderr at the start, every 5 s, and at the end. */
export async function run(title, command, args, { cwd = root, env = {} } = {}) {
	if (isOver) throw new SetupError(`${title}: not begun, because another step failed`);
	mkdirSync(logFolder, { recursive: true });
	const logFile = path.join(logFolder, `${title.replace(/[^a-z0-9]+/gi, '-')}.log`);
	const log = openSync(logFile, 'w');
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	say(`${title} …`);
	const heartbeat = setInterval(() => say(`${title} … ${seconds()}`), heartbeatMs);
	const guarded = windows
		? [command, args]
		: [process.execPath, [guard, String(process.pid), command, ...args]];
	const child = spawn(...guarded, {
		cwd,
		env: { ...childEnvironment(), ...env },
		stdio: ['ignore', log, log],
		shell: windows && command === 'npm',
		// Ctrl+C reaches us alone: the guard ends what it guards.
		detached: !windows,
	});
	const ended = new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (exitCode, signal) => resolve(signal ?? exitCode));
	});
	running.set(child, ended);
	if (child.pid !== undefined) hold(child.pid);
	const code = await ended;
	running.delete(child);
	clearInterval(heartbeat);
	closeSync(log);
	if (code === 0) return say(`${title}: done in ${seconds()}`);
	const end = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
	throw new SetupError(
		[
			`${title}: failed (${code}) after ${seconds()}`,
			`command: ${command} ${args.join(' ')} (in ${path.relative(process.cwd(), cwd) || '.'})`,
			end,
			`What to do: ${adviceFor(end)} The whole log: ${logFile}`,
		].join('\n'),
		end,
	);
}

/** Ends what is still running, at once, and everything that it has started. Resolves when all of it is gone. */
export async function endCommands() {
	isOver = true;
	for (const child of running.keys()) child.kill('SIGTERM');
	await Promise.all(running.values());
}

/**
 * What to tell of an error in place of a stack: a step that failed, or a file that could not be written. `undefined` for
 * anything else, which is a fault of ours.
 */
export function wordsFor(error) {
	if (error instanceof SetupError) return error.message;
	const advice = {
		ENOSPC: 'free some disk space (n8n needs 3 GB)',
		EROFS: 'use a folder that can be written to',
		EACCES: 'use a folder that you may write to',
		EPERM: 'use a folder that you may write to',
		ENOENT: 'use a folder that can be written to, and a TMPDIR that exists',
	}[error.code];
	if (
		advice === undefined ||
		!['mkdir', 'open', 'write', 'mkdtemp', 'copyfile', 'rename'].includes(error.syscall)
	)
		return undefined;
	return `${error.message}\nWhat to do: ${advice}, then run the same command.`;
}

/** A line of progress. */
export function say(text) {
	process.stderr.write(`[setup] ${text}\n`);
}

function adviceFor(log) {
	if (/ENOSPC/.test(log))
		return 'free some disk space (n8n needs 3 GB), then run the same command.';
	if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN/.test(log)) {
		return 'the npm registry was not reachable: check network and proxy, then run the same command.';
	}
	if (/gyp ERR!/.test(log)) {
		return 'a module had to be compiled: install python3, make and g++, then run the same command.';
	}
	if (/error TS\d+/.test(log)) return 'fix the type errors above, then run the same command.';
	return 'see the lines above. The same command begins this step anew.';
}

/** Our environment without what an outer npm leaves in it; Node 24 and installed commands come first. */
function childEnvironment() {
	const env = { ...process.env };
	for (const name of Object.keys(env)) {
		if (/^npm_(package|lifecycle|config_local_prefix|command|execpath)/.test(name))
			delete env[name];
	}
	const folders = [path.join(root, 'node_modules/.bin'), env.PATH ?? ''];
	if (existsSync(nodeBinary)) folders.unshift(path.dirname(nodeBinary));
	env.PATH = folders.join(path.delimiter);
	return env;
}
