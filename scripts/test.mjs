// npm test [-- --fast] [jest arguments …]
// Sets the repository up, lints, and runs the tests: all of them, or with --fast those of single units and of the pages, without
// the typed lint. Ends with one line "N passed, N failed, N skipped" and a code other than 0 if any failed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { lintAll } from './lint.mjs';
import { runNode } from './runNode.mjs';
import { ensureReady, exitWith, SetupError } from './setup.mjs';
import { root } from './setup/places.mjs';

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const jestArgs = args.filter((arg) => arg !== '--fast');

/**
 * One more than there are cores: a test often waits (for polls, for answers, for pauses). With n8n each takes up to 1.8 GB. All of them
 * wait for what they expect, not for a time, so that they may be slow.
 */
const memory = Math.min(process.constrainedMemory() || Infinity, totalmem());
const lanes = Math.min(availableParallelism() + 1, Math.floor(memory / 1.8e9));
const workers = ['--maxWorkers', String(Math.max(1, lanes))];

/** The argument with which Jest leaves out what matches in `build/test`, wherever the repository is. What a user names narrows the rest. */
function leavingOut(pattern) {
	const tests = path.join(root, 'build/test').replace(/[^\w-]/g, '.');
	return ['--testPathIgnorePatterns', `^${tests}.${pattern}`];
}
const withN8n = '(?:e2e|browser|faults).';

/** What is about one unit or one page: most faults of a change show here, in a quarter of the time of {@link withoutN8n}. */
const fastest = [...leavingOut('(?!(?:unit|docs).)'), ...workers];
/** Everything without n8n. */
const withoutN8n = [...leavingOut(withN8n), ...workers];
/** A coming n8n may bring zod 4 in place of 3: what reads with schemas runs on both. */
const onZod4 = [
	...['--resolver', '<rootDir>/test/zod4/resolver.cjs'],
	...leavingOut('(?!unit.(?:host|n8n|nodes|simulator|trigger).)'),
	...workers,
];
/** With n8n, with a browser, and the fault suite. */
const slow = [
	...leavingOut(`(?!${withN8n})`),
	...['--testTimeout', '120000', '--testSequencer', '<rootDir>/../scripts/longFirst.mjs'],
	...workers,
];

async function main() {
	const { tarball } = await ensureReady({ host: !fast, dist: true });
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-tests-'));
	const report = path.join(folder, 'report.json');
	try {
		const counts = [];
		let code = 0;
		for (const [at, part] of (fast ? [fastest] : [withoutN8n, onZod4, slow]).entries()) {
			const [failed, lint] = await Promise.all([
				runNode(
					'jest/bin/jest.js',
					[...part, '--passWithNoTests', '--json', '--outputFile', report, ...jestArgs],
					{
						...(fast ? {} : { PROOFPOINT_TARBALL: tarball }),
						...(part === onZod4 ? { PROOFPOINT_ZOD: '4' } : {}),
					},
				),
				at === 0 ? lintAll({ typed: !fast }) : 0,
			]);
			if (lint !== 0) {
				process.stderr.write(
					'A lint found something (see above). `npm run format` repairs the formatting.\n',
				);
				return lint;
			}
			code = code === 0 ? failed : code;
			counts.push(countsOf(report));
		}
		const total = (name) => counts.reduce((sum, count) => sum + count[name], 0);
		if (total('passed') + total('failed') === 0) {
			throw new SetupError(
				'Jest has run no test (see above). What to do: check the names and options after "--".',
			);
		}
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
	// None of its files was asked for, or Jest did not understand.
	if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0 };
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

await exitWith(main);
