// npm and Bun, as the set-up uses them: the locked versions, no install scripts but those named, and no change of a tracked file.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { run, say, SetupError } from './command.mjs';
import { windows } from './places.mjs';
import { readJson } from './stamps.mjs';

/**
 * Installs a folder's packages without any install script: the few that are needed are named, and run by {@link npmRebuild}.
 * By npm; where Bun is on the PATH by Bun, which reads the same lock file and takes a fifth of the time. What Bun cannot do, or does
 * not do to the letter of the lock file, npm does.
 */
export async function installPackages(title, folder) {
	const lockFile = path.join(folder, 'package-lock.json');
	const locked = existsSync(lockFile) ? readJson(lockFile) : undefined;
	if (locked !== undefined && (await hasBun())) {
		try {
			return await bunInstall(title, folder, locked);
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			say(`${error.message}\nNow with npm …`);
			rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
		}
	}
	await npmInstall(title, folder, locked);
}

/** Runs the install script of one package. */
export async function npmRebuild(title, folder, name, env = {}) {
	await run(title, 'npm', ['rebuild', name], { cwd: folder, env });
}

async function hasBun() {
	try {
		await promisify(execFile)('bun', ['--version'], { shell: windows });
		return true;
	} catch {
		return false;
	}
}

/** Throws `SetupError` where Bun fails, or installs a version that the lock file does not name. */
async function bunInstall(title, folder, locked) {
	await run(`${title} with Bun`, 'bun', ['install', '--ignore-scripts', '--no-save'], {
		cwd: folder,
		env: { NPM_CONFIG_REGISTRY: await registry() },
	});
	const wanted = new Set(
		Object.entries(locked.packages).map(
			([place, entry]) => `${nameOf(place, entry)} ${entry.version}`,
		),
	);
	const others = installedBelow(folder).filter((installed) => !wanted.has(installed));
	if (others.length > 0)
		throw new SetupError(`Bun's choice is not the lock file's: ${someOf(others)}.`);
}

/** "name version" of each package in a folder's `node_modules`, and in theirs. */
function installedBelow(folder) {
	const modules = path.join(folder, 'node_modules');
	if (!existsSync(modules)) return [];
	return readdirSync(modules)
		.filter((name) => !name.startsWith('.'))
		.flatMap((name) =>
			name.startsWith('@')
				? readdirSync(path.join(modules, name)).map((own) => `${name}/${own}`)
				: [name],
		)
		.flatMap((name) => {
			const manifest = path.join(modules, name, 'package.json');
			const own = existsSync(manifest) ? [`${name} ${readJson(manifest).version}`] : [];
			return [...own, ...installedBelow(path.join(modules, name))];
		});
}

/**
 * The committed lock file names no registry, so npm would ask the registry about each of 2,300 packages before it fetches one. We
 * write the usual addresses into a lock file of our own. npm takes `npm-shrinkwrap.json` in place of `package-lock.json`, which
 * therefore stays as it is.
 */
async function npmInstall(title, folder, locked) {
	const ownLock = path.join(folder, 'npm-shrinkwrap.json');
	const install = async (...args) =>
		await run(title, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...args], {
			cwd: folder,
		});
	if (locked === undefined) return await install();
	try {
		const ways = [
			async () => {
				writeFileSync(ownLock, JSON.stringify(withAddresses(locked, await registry())));
				await install();
			},
			async () => {
				say('not all packages are at the usual address (see the log): asking for each …');
				writeFileSync(ownLock, JSON.stringify(locked));
				await install();
			},
			async () => {
				say(
					'the registry lacks a locked version (see the log): installing without the lock file …',
				);
				rmSync(ownLock, { force: true });
				await install('--no-package-lock');
			},
		];
		await firstThatFinds(ways);
	} finally {
		rmSync(ownLock, { force: true });
	}
	sayDifferences(folder, locked);
}

/** Goes on to the next way only where the registry has not found something; any other failure stays one. */
async function firstThatFinds([way, ...others]) {
	try {
		await way();
	} catch (error) {
		if (others.length === 0 || !/\b(?:ETARGET|E404|notarget)\b/.test(error.log ?? '')) throw error;
		await firstThatFinds(others);
	}
}

async function registry() {
	const { stdout } = await promisify(execFile)('npm', ['config', 'get', 'registry'], {
		shell: windows,
	});
	return stdout.trim().replace(/\/$/, '');
}

function withAddresses(lock, address) {
	const packages = Object.entries(lock.packages).map(([place, entry]) => {
		if (place === '' || entry.link || entry.inBundle || entry.resolved !== undefined) {
			return [place, entry];
		}
		const name = nameOf(place, entry);
		const file = `${name.slice(name.lastIndexOf('/') + 1)}-${entry.version}.tgz`;
		return [place, { ...entry, resolved: `${address}/${name}/-/${file}` }];
	});
	return { ...lock, packages: Object.fromEntries(packages) };
}

/** The name that a package has in the registry; an alias has another one in `node_modules`. */
function nameOf(place, entry) {
	return entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Says which packages are not of the locked version: npm notes what it has installed in `node_modules`. */
function sayDifferences(folder, locked) {
	const noted = path.join(folder, 'node_modules/.package-lock.json');
	const others = Object.entries(JSON.parse(readFileSync(noted, 'utf8')).packages)
		.filter(([place, { version }]) => locked.packages[place]?.version !== version)
		.map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')} ${version}`);
	if (others.length === 0) return;
	say(`not of the locked version: ${someOf(others)}. The lock file stays as it is.`);
}

function someOf(names) {
	const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
	return `${names.slice(0, 5).join(', ')}${more}`;
}
