// npm, as the set-up uses it: the locked versions, no install scripts but those named, and no change of a tracked file.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { run, say } from './command.mjs';
import { windows } from './places.mjs';
import { readJson } from './stamps.mjs';

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
		await run(title, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...args], {
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
	await run(title, 'npm', ['rebuild', name], { cwd: folder, env });
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
		const name = entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 13);
		const file = `${name.slice(name.lastIndexOf('/') + 1)}-${entry.version}.tgz`;
		return [place, { ...entry, resolved: `${address}/${name}/-/${file}` }];
	});
	return { ...lock, packages: Object.fromEntries(packages) };
}

/** Says which packages are not of the locked version: npm notes what it has installed in `node_modules`. */
function sayDifferences(folder, locked) {
	const noted = path.join(folder, 'node_modules/.package-lock.json');
	const installed = Object.entries(JSON.parse(readFileSync(noted, 'utf8')).packages);
	const others = installed.filter(
		([place, { version }]) => locked.packages[place]?.version !== version,
	);
	if (others.length === 0) return;
	const some = others
		.slice(0, 5)
		.map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')} ${version}`);
	say(
		`not of the locked version: ${some.join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}. The lock file stays as it is.`,
	);
}
