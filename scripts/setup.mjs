// Makes the repository ready to run from a fresh clone: plain JavaScript, Node >= 20, nothing installed.
// As a command: node scripts/setup.mjs [--host [--n8n VERSION]]. As a module: ensureReady({ host: true }).
import { existsSync, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endCommands, refuseUnknown, run, say, SetupError, wordsFor } from './setup/command.mjs';
import { installHost, installRoot } from './setup/install.mjs';
import { lock } from './setup/lock.mjs';
import { nodeBinary, root, workFolder } from './setup/places.mjs';
import { buildStates, isFresh, packState, readJson, writeStamp } from './setup/stamps.mjs';

export { refuseUnknown, SetupError, wordsFor } from './setup/command.mjs';
export { installNode, otherVersions } from './setup/install.mjs';
export { nodeBinary } from './setup/places.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Installs, builds and packs whatever is missing or out of date; a second call takes a second.
 * `dist: true` also makes `dist/`; `host: true` that, n8n and the tarball; `n8n: '1.123.81'` takes that n8n
 * in place of the usual one, and `node: '20.19.6'` prepares it for that Node. What does not need each other runs side by side. Progress goes to stderr.
 * Resolves to `{ tarball }` (absolute path; undefined without `host`). Throws `SetupError`.
 */
export async function ensureReady({ host = false, dist = host, n8n, node } = {}) {
	if (Number(process.versions.node.split('.')[0]) < 20) {
		throw new SetupError(`Node 20 or newer is needed; this is ${process.version}.`);
	}
	const odd = /['"`()[\]{}*?!$]/.exec(root);
	if (odd !== null) {
		throw new SetupError(
			`The path of this repository, ${root}, has a ${odd[0]} in it: the compiler's and the tests' file patterns take that for a pattern.\nWhat to do: move the repository to a path without it.`,
		);
	}
	const unlock = await lock();
	const signalled = endOnSignal(unlock);
	try {
		const rootReady = installRoot();
		const built = rootReady.then(async () => {
			await build({ dist });
			return host ? await pack() : undefined;
		});
		const [tarball] = await Promise.all([
			built,
			...(host ? [installHost(n8n, rootReady, node)] : []),
		]);
		return { tarball };
	} catch (error) {
		await endCommands();
		// What failed because we were ended has nothing to say.
		if (signalled.by.aborted) await new Promise(() => {});
		throw error;
	} finally {
		signalled.forget();
		unlock();
	}
}

/** Ends the process on a signal: first what the set-up has started, then the lock. `by` tells that it is so. */
function endOnSignal(unlock) {
	const signalled = new AbortController();
	const end = (signal) => {
		signalled.abort();
		void endCommands().then(() => {
			unlock();
			process.exit(128 + constants.signals[signal]);
		});
	};
	for (const signal of signals) process.on(signal, end);
	const forget = () => {
		for (const signal of signals) process.off(signal, end);
	};
	return { by: signalled.signal, forget };
}

/** Runs a command's work, which resolves to the exit code. A set-up that fails is told in words, without a stack. */
export async function exitWith(work) {
	try {
		process.exitCode = await work();
	} catch (error) {
		const words = wordsFor(error);
		if (words === undefined) throw error;
		say(words);
		process.exitCode = 1;
	}
}

/** `npm run build` makes `dist/` and `build/`; where only development code changed, `build/` alone. */
async function build({ dist }) {
	const states = buildStates();
	const fresh = (name, folder) =>
		existsSync(path.join(root, folder)) && isFresh(name, states[name]);
	if (dist && !fresh('dist', 'dist')) {
		await run('building the package', 'npm', ['run', 'build']);
		writeStamp('dist', states.dist);
	} else if (!fresh('build', 'build')) {
		await run('compiling simulator, harness and tests', nodeBinary, [
			path.join(root, 'node_modules/gulp/bin/gulp.js'),
			'dev',
		]);
	} else return;
	writeStamp('build', states.build);
}

async function pack() {
	const { name, version } = readJson(path.join(root, 'package.json'));
	const folder = path.join(workFolder, 'pack');
	const tarball = path.join(folder, `${name}-${version}.tgz`);
	const state = packState();
	if (existsSync(tarball) && isFresh('pack', state)) return tarball;
	mkdirSync(folder, { recursive: true });
	await run('packing', 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
	writeStamp('pack', state);
	return tarball;
}

if (
	process.argv[1] !== undefined &&
	path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
	await exitWith(async () => {
		const args = process.argv.slice(2);
		const host = args[0] === '--host';
		if (host) args.shift();
		const [, n8n] = args[0] === '--n8n' ? args.splice(0, 2) : [];
		refuseUnknown(args, 'node scripts/setup.mjs [--host [--n8n VERSION]]');
		const { tarball } = await ensureReady({ host, n8n });
		say(tarball === undefined ? 'ready' : `ready: ${path.relative(root, tarball)}`);
		return 0;
	});
}
