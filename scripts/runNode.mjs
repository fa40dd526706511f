// Runs a command of the repository's own packages on its own Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The arguments with which a Node ends when the process that started it is gone, and every Node that it starts likewise. */
export function watchingParent() {
	const watch = path.join(root, 'build/host/parentWatch.cjs');
	return existsSync(watch) ? ['--require', watch] : [];
}

/**
 * `script` is below node_modules (`jest/bin/jest.js`). Its output goes where ours goes; a signal that we get, it gets, and has five
 * seconds to end.
 * Resolves to the exit code. Rejects when it cannot be started.
 */
export function runNode(script, scriptArgs, env = {}) {
	return new Promise((resolve, reject) => {
		const args = [...watchingParent(), path.join(root, 'node_modules', script), ...scriptArgs];
		const child = spawn(nodeBinary, args, {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
			env: {
				...process.env,
				PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
				...env,
			},
		});
		const forward = (signal) => {
			child.kill(signal);
			// Jest may wait for its workers, which then end with it.
			setTimeout(() => child.kill('SIGKILL'), 5000).unref();
		};
		process.on('SIGINT', forward).on('SIGTERM', forward);
		child.once('error', reject);
		child.once('exit', (code) => {
			process.off('SIGINT', forward).off('SIGTERM', forward);
			resolve(code ?? 1);
		});
	});
}
