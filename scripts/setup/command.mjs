// Commands that the set-up runs: visible progress, logs in files, and advice when one fails.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, root, windows, workFolder } from './places.mjs';

const logFolder = path.join(workFolder, 'logs');
const heartbeatMs = 5000;
const running = new Set();
let isOver = false;

/** A set-up step that failed: the message says which, why, and what to do. `log` is what the command printed last. */
export class SetupError extends Error {
	constructor(message, log = '') {
		super(message);
		this.log = log;
	}
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
	const child = spawn(command, args, {
		cwd,
		env: { ...childEnvironment(), ...env },
		stdio: ['ignore', log, log],
		shell: windows && command === 'npm',
	});
	running.add(child);
	const code = await new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (exitCode, signal) => resolve(signal ?? exitCode));
	});
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

/** Ends what is still running: ended by a signal or by another step's failure, we leave no npm behind. */
export function endCommands() {
	isOver = true;
	for (const child of running) child.kill('SIGTERM');
}
process.once('exit', endCommands);

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
	return 'see the lines above; the same command goes on where it stopped.';
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
