import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

const packageSchema = z.object({ name: z.string(), version: z.string() }).passthrough();

/**
 * Puts a package's tarball into a user folder exactly as n8n's own "Install a community node" does
 * (2.41: unpack, forget dev, peer and optional dependencies, a shallow `npm install`), but without a
 * registry holding the package. n8n finds it at its next start; no database row is needed.
 * `env` is the environment for npm. Returns name and version. Throws with npm's output when it fails.
 */
export async function installCommunityPackage(
	tarball: string,
	userFolder: string,
	env: Record<string, string>,
): Promise<{ name: string; version: string }> {
	const nodesFolder = path.join(userFolder, '.n8n/nodes');
	const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
	const { name, version } = packageSchema.parse(JSON.parse(stdout));
	const folder = path.join(nodesFolder, 'node_modules', name);
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const manifest = path.join(folder, 'package.json');
	const {
		devDependencies: _dev,
		peerDependencies: _peer,
		optionalDependencies: _optional,
		...kept
	} = packageSchema.parse(JSON.parse(await readFile(manifest, 'utf8')));
	await writeFile(manifest, JSON.stringify(kept, null, 2));
	const options = [
		'--audit=false',
		'--fund=false',
		'--bin-links=false',
		'--install-strategy=shallow',
		'--ignore-scripts=true',
		'--package-lock=false',
	];
	await run('npm', ['install', ...options], {
		cwd: folder,
		env,
		shell: process.platform === 'win32',
	});
	await writeFile(
		path.join(nodesFolder, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: { [name]: version } }),
	);
	return { name, version };
}
