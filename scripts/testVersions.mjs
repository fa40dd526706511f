// npm run test:versions [-- --only VERSION] [--json FILE] [jest arguments …]
// Runs the core of the end-to-end tests on every version of n8n that host/ knows, from one and the same tarball, and
// prints what ran on what. Ends with a code other than 0 if any test failed or none ran.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './runNode.mjs';
import { ensureReady, otherVersions, SetupError } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/**
 * Test files in test/e2e: the credential, every operation, the newest events by the default date, the trigger over a
 * restart, the playbooks, and whether each loads.
 */
const core = [
	'credential',
	'operations',
	'newestEvents',
	'trigger',
	'playbooks',
	'playbooksLoad',
	'pastTheApi',
];

/** The usual n8n and every other one, newest major first: `name` is undefined for the usual one. */
function versions() {
	const manifest = JSON.parse(readFileSync(path.join(root, 'host/package.json'), 'utf8'));
	return [
		{ version: manifest.dependencies.n8n, name: undefined },
		...otherVersions().map((version) => ({ version, name: version })),
	];
}

/** Runs the tests on one version. Returns `{ version, sha256 of the tarball, results by file and title }`. */
async function testOn({ version, name }, jestArgs) {
	const { tarball } = await ensureReady({ host: true, n8n: name });
	process.stderr.write(`n8n ${version}\n`);
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-versions-'));
	const report = path.join(folder, 'report.json');
	try {
		const code = await runNode(
			'jest/bin/jest.js',
			[
				'--testPathPatterns',
				`/e2e/(${core.join('|')})\\.test`,
				'--runInBand',
				'--json',
				'--outputFile',
				report,
				...jestArgs,
			],
			{
				PROOFPOINT_TARBALL: tarball,
				...(name === undefined ? {} : { PROOFPOINT_N8N_VERSION: name }),
			},
		);
		const sha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
		return { version, sha256, code, results: resultsOf(report) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** `{ file, title, status }` of every test; a file that could not be loaded is one failed test. */
function resultsOf(report) {
	const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
	return testResults.flatMap(({ name, assertionResults, message }) => {
		const file = path.basename(name).replace('.test.cjs', '');
		if (assertionResults.length === 0) return [{ file, title: message, status: 'failed' }];
		return assertionResults.map(({ fullName, status }) => ({ file, title: fullName, status }));
	});
}

/** A table in Markdown: a line per test file, a column per version, then what was skipped. */
function matrix(runs) {
	const words = ({ results }, file) => {
		const own = results.filter((result) => result.file === file);
		const count = (status) => own.filter((result) => result.status === status).length;
		const parts = [`${count('passed')} passed`];
		if (count('failed') > 0) parts.push(`${count('failed')} FAILED`);
		if (count('pending') > 0) parts.push(`${count('pending')} skipped`);
		return parts.join(', ');
	};
	const files = core.filter((file) =>
		runs.some(({ results }) => results.some((one) => one.file === file)),
	);
	const lines = [
		`| tests | ${runs.map(({ version }) => `n8n ${version}`).join(' | ')} |`,
		`|---|${runs.map(() => '---|').join('')}`,
		...files.map((file) => `| ${file} | ${runs.map((run) => words(run, file)).join(' | ')} |`),
	];
	for (const { version, results } of runs) {
		for (const { status, title } of results) {
			if (status !== 'passed')
				lines.push(`${status === 'pending' ? 'skipped' : status} on ${version}: ${title}`);
		}
	}
	const tarballs = new Set(runs.map(({ sha256 }) => sha256));
	lines.push(`tarball: ${[...tarballs].map((sha256) => sha256.slice(0, 16)).join(', ')} (sha256)`);
	return lines.map((line) => `${line}\n`).join('');
}

async function main() {
	const jestArgs = process.argv.slice(2);
	const take = (name) => {
		const at = jestArgs.indexOf(name);
		return at === -1 ? undefined : jestArgs.splice(at, 2)[1];
	};
	const only = take('--only');
	const json = take('--json');
	const wanted = versions().filter(({ version }) => only === undefined || version === only);
	if (wanted.length === 0) {
		const known = versions().map(({ version }) => version);
		throw new SetupError(`--only takes ${known.join(' or ')}, not "${only}"`);
	}
	const runs = [];
	for (const version of wanted) runs.push(await testOn(version, jestArgs));
	process.stdout.write(matrix(runs));
	if (json !== undefined) writeFileSync(json, `${JSON.stringify(runs, null, 2)}\n`);
	const sameTarball = new Set(runs.map(({ sha256 }) => sha256)).size === 1;
	return runs.every(({ code, results }) => code === 0 && results.length > 0) && sameTarball ? 0 : 1;
}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof SetupError)) throw error;
	process.stderr.write(`[setup] ${error.message}\n`);
	process.exitCode = 1;
}
