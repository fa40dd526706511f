import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The plain node's type in a workflow. */
export const plainPostType = 'n8n-nodes-plain-post.plainPost';

/**
 * Packs the plain node as a community package, so that it is installed and loaded as ours is.
 * @param folder where to put it
 * @returns the tarball's path
 */
export async function packPlainPost(folder: string): Promise<string> {
	const content = path.join(folder, 'plain/package');
	await mkdir(content, { recursive: true });
	await copyFile(
		path.join(__dirname, 'PlainPost.node.cjs'),
		path.join(content, 'PlainPost.node.js'),
	);
	await copyFile(
		path.join(__dirname, 'PlainPostApi.credentials.cjs'),
		path.join(content, 'PlainPostApi.credentials.js'),
	);
	await writeFile(
		path.join(content, 'package.json'),
		JSON.stringify({
			name: 'n8n-nodes-plain-post',
			version: '1.0.0',
			keywords: ['n8n-community-node-package'],
			n8n: {
				n8nNodesApiVersion: 1,
				nodes: ['PlainPost.node.js'],
				credentials: ['PlainPostApi.credentials.js'],
			},
		}),
	);
	const tarball = path.join(folder, 'n8n-nodes-plain-post-1.0.0.tgz');
	await run('tar', ['-czf', tarball, '-C', path.dirname(content), 'package']);
	return tarball;
}
