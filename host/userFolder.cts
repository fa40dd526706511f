import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installCommunityPackage } from './communityInstall.cjs';
import { n8nEnvironment, owner } from './environment.cjs';
import { freePort } from './freePort.cjs';
import { N8nClient } from './n8nClient.cjs';
import { n8nPackageFolder } from './places.cjs';
import { startServer } from './startServer.cjs';

/** Beside the n8n whose first start it was, in its node_modules: the official lint would read the editor's files anywhere else. */
const templates = path.join(n8nPackageFolder, '..', '.first-start');

/**
 * Fills `userFolder` with what an n8n has after its first start (migrated SQLite database, encryption
 * key, owner, the editor's files) and installs the package of `tarball` there (none: n8n alone).
 * The first start is done once per n8n version and then copied: 1 s instead of 15.
 * Throws with the log of the step that failed.
 */
export async function fillUserFolder(userFolder: string, tarball?: string): Promise<void> {
	await cp(await ensureTemplate(), userFolder, { recursive: true });
	if (tarball === undefined) return;
	await installCommunityPackage(
		tarball,
		userFolder,
		n8nEnvironment({ userFolder, port: 0, brokerPort: 0 }),
	);
}

async function ensureTemplate(): Promise<string> {
	const hash = createHash('sha256');
	hash.update(await readFile(path.join(n8nPackageFolder, 'package.json')));
	hash.update(JSON.stringify(owner));
	const template = path.join(templates, hash.digest('hex').slice(0, 20));
	if (existsSync(template)) return template;
	await mkdir(templates, { recursive: true });
	const outdated = await readdir(templates);
	const draft = path.join(templates, `draft-${randomUUID()}`);
	await mkdir(draft);
	try {
		await firstStart(draft);
		await rename(draft, template);
	} catch (error) {
		await rm(draft, { recursive: true, force: true });
		// Another process may have finished the same template first.
		if (!existsSync(template)) throw error;
	}
	for (const name of outdated.filter((entry) => !entry.startsWith('draft-'))) {
		await rm(path.join(templates, name), { recursive: true, force: true });
	}
	return template;
}

async function firstStart(folder: string): Promise<void> {
	const port = await freePort();
	const env = n8nEnvironment({ userFolder: folder, port, brokerPort: await freePort() });
	const server = await startServer({ folder, env });
	await new N8nClient(`http://127.0.0.1:${port}`).setUpOwner();
	// The ready line comes a moment before the last background task of a first start.
	await delay(500);
	await server.stop();
	// Read at the next start in search of executions that a crash cut off.
	const logs = (await readdir(path.join(folder, '.n8n'))).filter((name) => name.endsWith('.log'));
	for (const name of logs) await rm(path.join(folder, '.n8n', name));
}
