/** `npm run docs`: writes the pages under `docs/` that are made from the code, and says which ones changed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { generatedPages } from './docs/pages.cjs';

const root = path.resolve(__dirname, '../..');
if (process.argv.length > 2) {
	process.stderr.write('npm run docs takes no arguments.\n');
	process.exit(2);
}
let changed = 0;
for (const [name, content] of generatedPages(root)) {
	const file = path.join(root, name);
	if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, content);
	process.stdout.write(`${name} written\n`);
	changed += 1;
}
process.stdout.write(
	changed === 0 ? 'All pages were up to date.\n' : `${changed} pages written.\n`,
);
