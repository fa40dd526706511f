import { existsSync } from 'node:fs';
import path from 'node:path';

/** The repository's top folder (this file runs from `build/host`). */
export const repositoryFolder = path.resolve(__dirname, '../..');

/** Where everything that this harness makes and keeps lives: tarballs, caches. Not in git. */
export const workFolder = path.join(repositoryFolder, '.n8n-host');

/**
 * The version of n8n that this process works with, when it is not the usual one: `PROOFPOINT_N8N_VERSION`, which
 * `scripts/run.mjs --n8n VERSION` sets after it has installed that n8n into a folder of its own.
 */
export const otherVersion = process.env.PROOFPOINT_N8N_VERSION;

const hostFolder = otherVersion === undefined ? 'host' : path.join('host/versions', otherVersion);

/** The n8n that `scripts/setup.mjs` installed. */
export const n8nPackageFolder = path.join(repositoryFolder, hostFolder, 'node_modules/n8n');

/** The script that `n8n …` runs. */
export const n8nScript = path.join(n8nPackageFolder, 'bin/n8n');

/**
 * What n8n runs on: the program that `PROOFPOINT_NODE` names, else the Node 24 of the repository's own `node` package, since n8n 2
 * refuses older ones and whoever calls us may run on Node 20. Falls back to the running Node where that package is missing.
 */
export function nodeBinary(): string {
	const other = process.env.PROOFPOINT_NODE;
	if (other !== undefined) return other;
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	const own = path.join(repositoryFolder, 'node_modules/node/bin', name);
	return existsSync(own) ? own : process.execPath;
}
