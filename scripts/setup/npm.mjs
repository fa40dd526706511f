// npm, as the set-up uses it: the locked versions, no install scripts but those named, and no change of a tracked file.
import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { run, say } from './command.mjs';
import { windows } from './places.mjs';
import { readJson } from './stamps.mjs';

/** What npm would otherwise take from the user's own settings or from `NODE_ENV`, and what would leave something out. */
const ourSettings = [
	...['--no-audit', '--no-fund', '--include=dev', '--include=optional', '--include=peer'],
	...['--package-lock', '--no-package-lock-only', '--no-dry-run', '--no-global', '--bin-links'],
	...['--install-strategy=hoisted', '--no-engine-strict'],
];

/**
 * `npm install` in a folder, without any install script: the few that are needed are named, and run by {@link npmRebuild}.
 *
 * The committed lock file names no registry, so npm would ask the registry about each of 2,300 packages before it fetches one. We
 * write the usual addresses into a lock file of our own. npm takes `npm-shrinkwrap.json` in place of `package-lock.json`, which
 * therefore stays as it is.
 */
export async function npmInstall(title, folder) {
	const lockFile = path.join(folder, 'package-lock.json');
	const ownLock = path.join(folder, 'npm-shrinkwrap.json');
	const install = async (...args) =>
		await run(title, 'npm', ['install', '--ignore-scripts', ...ourSettings, ...args], {
			cwd: folder,
		});
	if (!existsSync(lockFile)) return await install();
	const locked = readJson(lockFile);
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

/** Runs the install script of one package. */
export async function npmRebuild(title, folder, name, env = {}) {
	const args = ['rebuild', name, '--ignore-scripts=false', ...ourSettings];
	await run(title, 'npm', args, { cwd: folder, env });
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

/** The address of the registry that npm asks, without a slash at its end. */
export async function registry() {
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
export function nameOf(place, entry) {
	return entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Says which packages are not of the locked version: npm notes what it has installed in `node_modules`. */
function sayDifferences(folder, locked) {
	const noted = path.join(folder, 'node_modules/.package-lock.json');
	const others = Object.entries(readJson(noted).packages)
		.filter(([place, { version }]) => locked.packages[place]?.version !== version)
		.map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')} ${version}`);
	if (others.length === 0) return;
	say(`not of the locked version: ${someOf(others)}. The lock file stays as it is.`);
}

/** The first few of a list, and how many more. */
export function someOf(names) {
	const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
	return `${names.slice(0, 5).join(', ')}${more}`;
}
