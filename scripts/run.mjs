// node scripts/run.mjs [--unready CODE] [--dist | --host [--n8n VERSION]] build/scripts/x.cjs args …
// Sets the repository up (--dist: with the built package, --host: with n8n and the tarball too), then runs that compiled
// script on the repository's own Node 24.
// --unready: the exit code where the set-up fails, 1 by default.
// Progress of the set-up goes to stderr, so the script's own first line is the first on stdout.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureReady, nodeBinary, wordsFor } from './setup.mjs';
import { watchingParent } from './runNode.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const args = process.argv.slice(2);
const [, unready = '1'] = args[0] === '--unready' ? args.splice(0, 2) : [];
const host = args[0] === '--host';
const dist = host || args[0] === '--dist';
if (dist) args.shift();
const [, n8n] = args[0] === '--n8n' ? args.splice(0, 2) : [];
const [script, ...rest] = args;
if (script === undefined) {
	process.stderr.write(
		'usage: node scripts/run.mjs [--unready CODE] [--dist | --host [--n8n VERSION]] build/….cjs [arguments]\n',
	);
	process.exit(2);
}

let tarball;
try {
	// To be told what a command can do, nobody has to wait for n8n.
	const needsHost = host && !rest.includes('--help');
	({ tarball } = await ensureReady({ host: needsHost, dist: dist && needsHost, n8n }));
} catch (error) {
	const words = wordsFor(error);
	if (words === undefined) throw error;
	process.stderr.write(`[setup] ${words}\n`);
	process.exit(Number(unready));
}

const nodeArgs = [...watchingParent(), '--enable-source-maps', path.resolve(root, script), ...rest];
const child = spawn(nodeBinary, nodeArgs, {
	stdio: 'inherit',
	env: {
		...process.env,
		...(tarball === undefined ? {} : { PROOFPOINT_TARBALL: tarball }),
		...(n8n === undefined ? {} : { PROOFPOINT_N8N_VERSION: n8n }),
	},
});
for (const signal of signals) process.on(signal, () => child.kill(signal));
child.once('error', (error) => {
	process.stderr.write(`${nodeBinary}: ${error.message}\n`);
	process.exit(1);
});
child.once('exit', (code, signal) => {
	process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
});
