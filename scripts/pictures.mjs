// npm run pictures [-- jest arguments …]
// Renews the README's pictures in docs/images/: sets the repository up, then runs the browser tests, which take them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureReady, nodeBinary, SetupError } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

try {
	const { tarball } = await ensureReady({ host: true });
	const jest = path.join(root, 'node_modules/jest/bin/jest.js');
	const child = spawn(
		nodeBinary,
		[jest, '--testPathPatterns', '/test/browser/', '--runInBand', ...process.argv.slice(2)],
		{
			cwd: root,
			stdio: 'inherit',
			env: {
				...process.env,
				PROOFPOINT_TARBALL: tarball,
				PROOFPOINT_PICTURES: path.join(root, 'docs/images'),
			},
		},
	);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	child.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
} catch (error) {
	if (!(error instanceof SetupError)) throw error;
	process.stderr.write(`[setup] ${error.message}\n`);
	process.exitCode = 1;
}
