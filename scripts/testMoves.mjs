// npm run test:moves
// Sets the repository up, then moves triggers about in a real n8n: rename, copy, import, restore, a start without the package. Half an hour.
import { runNode } from './runNode.mjs';
import { ensureReady, SetupError } from './setup.mjs';

try {
	const { tarball } = await ensureReady({ host: true });
	process.exitCode = await runNode(
		'jest/bin/jest.js',
		['--testPathPatterns', '/moves/', '--runInBand', ...process.argv.slice(2)],
		{ PROOFPOINT_TARBALL: tarball },
	);
} catch (error) {
	if (!(error instanceof SetupError)) throw error;
	process.stderr.write(`[setup] ${error.message}\n`);
	process.exitCode = 1;
}
