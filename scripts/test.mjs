// npm test [-- --fast] [jest arguments …]
// Sets the repository up, then lints and runs the tests: all of them, or with --fast the half without
// n8n and without the fault suite. Ends with one line "N passed, N failed, N skipped" and a code other than 0 if any failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './runNode.mjs';
import { ensureReady, SetupError } from './setup.mjs';

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const jestArgs = args.filter((arg) => arg !== '--fast');

async function main() {
	const { tarball } = await ensureReady({ host: !fast, dist: true });
	const lint = await runNode('@n8n/node-cli/bin/n8n-node.mjs', ['lint']);
	if (lint !== 0) {
		process.stderr.write('The official lint found something (see above).\n');
		return lint;
	}
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-tests-'));
	const report = path.join(folder, 'report.json');
	try {
		// Two files at a time, in both halves: a test in a real n8n mostly waits for a poll.
		let code = await runNode('jest/bin/jest.js', [
			'--testPathIgnorePatterns',
			'/e2e/',
			'/test/browser/',
			'/faults/',
			// Half an hour by itself: npm run test:moves.
			'/moves/',
			'--json',
			'--outputFile',
			report,
			...jestArgs,
		]);
		const counts = [countsOf(report)];
		if (!fast) {
			const slow = await runNode(
				'jest/bin/jest.js',
				[
					'--testPathPatterns',
					'/faults/',
					'/e2e/',
					'/test/browser/',
					'--testSequencer',
					fileURLToPath(new URL('slowestFirst.cjs', import.meta.url)),
					'--json',
					'--outputFile',
					report,
					...jestArgs,
				],
				{ PROOFPOINT_TARBALL: tarball },
			);
			code = code === 0 ? slow : code;
			counts.push(countsOf(report));
		}
		const total = (name) => counts.reduce((sum, count) => sum + count[name], 0);
		process.stdout.write(
			`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`,
		);
		return code;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A test file that could not even be loaded counts as one failure. */
function countsOf(report) {
	const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
		readFileSync(report, 'utf8'),
	);
	rmSync(report);
	return {
		passed: numPassedTests,
		failed: numFailedTests + numRuntimeErrorTestSuites,
		skipped: numPendingTests,
	};
}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof SetupError)) throw error;
	process.stderr.write(`[setup] ${error.message}\n`);
	process.exitCode = 1;
}
