// node scripts/lint.mjs [--write]
// What we ask of the code beside n8n's official lint: the typed lint of eslint.dev.config.mjs, and one formatting.
// --write only formats.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './runNode.mjs';
import { exitWith, refuseUnknown, SetupError } from './setup.mjs';
import { nodeBinary, workFolder } from './setup/places.mjs';
import { isFresh, lintState, writeStamp } from './setup/stamps.mjs';

const formatted = [
	...['nodes', 'credentials', 'simulator', 'host', 'scripts', 'bench', 'test'],
	'*.{js,cjs,mjs,json}',
];

/** The official lint and ours, side by side; the typed one takes longest, and a compiled change rarely fails it. Resolves to the exit code. */
export async function lintAll({ typed }) {
	const lint = async () => {
		const official = await runNode('@n8n/node-cli/bin/n8n-node.mjs', ['lint']);
		return official === 0 ? await format('--check') : official;
	};
	const codes = await Promise.all([lint(), typed ? typedLint() : 0]);
	return codes.find((code) => code !== 0) ?? 0;
}

/**
 * Types reach across files, so ESLint's own cache, which looks at one file, would miss what a change elsewhere breaks:
 * all of it is linted again, unless nothing at all has changed since it was clean.
 */
async function typedLint() {
	const state = lintState();
	if (isFresh('lint', state)) return 0;
	const code = await runNode('eslint/bin/eslint.js', [
		...['--config', 'eslint.dev.config.mjs', '--max-warnings', '0', '.'],
	]);
	if (code === 0 && lintState() === state) writeStamp('lint', state);
	return code;
}

async function format(mode) {
	return await runNode('prettier/bin/prettier.cjs', [
		...[mode, '--log-level', 'warn', '--cache', '--cache-location'],
		...[path.join(workFolder, 'prettier-cache'), ...formatted],
	]);
}

if (
	process.argv[1] !== undefined &&
	path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
	await exitWith(async () => {
		const args = process.argv.slice(2);
		const writes = args[0] === '--write';
		refuseUnknown(writes ? args.slice(1) : args, 'npm run lint, or npm run format');
		if (!existsSync(nodeBinary)) {
			throw new SetupError(
				'The packages are not installed.\nWhat to do: npm install, then the same command.',
			);
		}
		const codes = writes
			? [await format('--write')]
			: await Promise.all([typedLint(), format('--check')]);
		return codes.find((code) => code !== 0) ?? 0;
	});
}
