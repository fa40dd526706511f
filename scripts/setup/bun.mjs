// Bun, for n8n's packages: from npm's lock file, in a fifth of the time that npm takes.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { run, say, SetupError } from './command.mjs';
import { nameOf, npmInstall, registry, someOf } from './npm.mjs';
import { windows } from './places.mjs';
import { readJson } from './stamps.mjs';

/**
 * Installs a folder's packages without any install script, in the versions of its lock file: by Bun, if there is one on the PATH.
 * Where there is none, or it fails, or takes a version that the lock file does not name, npm installs them.
 */
export async function quickInstall(title, folder) {
	if (!(await hasBun())) return await npmInstall(title, folder);
	try {
		await bunInstall(`${title} with Bun`, folder);
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		say(`${error.message.split('\n')[0]}: npm does it …`);
		rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
		await npmInstall(title, folder);
	}
}

async function hasBun() {
	try {
		await promisify(execFile)('bun', ['--version'], { shell: windows });
		return true;
	} catch {
		return false;
	}
}

async function bunInstall(title, folder) {
	const { packages } = readJson(path.join(folder, 'package-lock.json'));
	await run(title, 'bun', ['install', '--ignore-scripts', '--no-save', '--linker', 'hoisted'], {
		cwd: folder,
		env: {
			NPM_CONFIG_REGISTRY: await registry(),
			// What it unpacks must be in a `node_modules`: n8n's lint reads it anywhere else, and doesn't come to an end.
			BUN_INSTALL_CACHE_DIR: path.join(folder, 'node_modules/.bun-cache'),
			DO_NOT_TRACK: '1',
		},
	});
	const locked = new Set(
		Object.entries(packages).map(([place, entry]) => `${nameOf(place, entry)} ${entry.version}`),
	);
	const others = installedBelow(folder).filter((installed) => !locked.has(installed));
	if (others.length > 0) throw new SetupError(`Bun took other versions: ${someOf(others)}`);
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
			const { name: own, version } = existsSync(manifest) ? readJson(manifest) : {};
			return [
				...(own === undefined ? [] : [`${own} ${version}`]),
				...installedBelow(path.join(modules, name)),
			];
		});
}
