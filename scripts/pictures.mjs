// npm run pictures [-- jest arguments …]
// Renews the README's pictures in docs/images/: sets the repository up, then runs the browser tests, which take them.
import path from 'node:path';
import { runNode } from './runNode.mjs';
import { ensureReady, exitWith } from './setup.mjs';
import { root } from './setup/places.mjs';

await exitWith(async () => {
	const { tarball } = await ensureReady({ host: true });
	const args = [
		'--testPathPatterns',
		'build/test/browser/',
		'--runInBand',
		...process.argv.slice(2),
	];
	return await runNode('jest/bin/jest.js', args, {
		PROOFPOINT_TARBALL: tarball,
		PROOFPOINT_PICTURES: path.join(root, 'docs/images'),
	});
});
