// Where the set-up puts things.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const windows = process.platform === 'win32';

/** The repository. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** n8n's own packages. */
export const hostFolder = path.join(root, 'host');
/** One folder per version of n8n that can be asked for beside the usual one. */
export const versionsFolder = path.join(hostFolder, 'versions');
/** What is made and may be deleted: logs, the tarball, the compiled sqlite3. */
export const workFolder = path.join(root, '.n8n-host');

/** The Node 24 that the root install brings: n8n 2 refuses older ones. */
export const nodeBinary = path.join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');

/** The headers of the Node that is installed below a folder, to compile modules with; undefined where its package has none. */
export function nodeHeaders(base) {
	const name = `node-${process.platform}-${process.arch}`;
	const folder = path.join(base, 'node_modules/node/node_modules', name);
	return existsSync(path.join(folder, 'include/node/node_api.h')) ? folder : undefined;
}
