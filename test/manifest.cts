/** package.json, as far as tests read it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const schema = z.object({
	name: z.string(),
	version: z.string(),
	author: z.object({ email: z.string() }),
	repository: z.object({ url: z.string() }),
	scripts: z.record(z.string(), z.string()),
	n8n: z.object({ nodes: z.array(z.string()), credentials: z.array(z.string()) }),
	dependencies: z.unknown(),
	peerDependencies: z.unknown(),
});

/** @param folder where the file lies: the repository, or an unpacked tarball */
export function manifestIn(folder: string): z.infer<typeof schema> {
	return schema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}
