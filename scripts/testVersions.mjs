// npm run test:versions [-- --only VERSION] [--write] [--json FILE] [jest arguments …]
// Runs the core of the end-to-end tests on every version of n8n that host/ knows, each on the versions of Node that it takes,
// from one and the same tarball, and prints what ran on what. --write puts the table into docs/measurements.md.
// Ends with a code other than 0 if any test failed or none ran.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './runNode.mjs';
import { ensureReady, exitWith, installNode, otherVersions, SetupError } from './setup.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** Test files in test/e2e, and what each is about. */
const core = {
	credential: 'credential',
	operations: 'all operations of all nodes',
	newestEvents: 'newest events by the default date',
	pastTheApi: 'look-up, confirmation, sync, connections',
	trigger: 'trigger through outages and a restart',
	playbooks: 'playbooks: release, Guardian alert',
	playbooksLoad: 'every playbook loads, or lacks what its page names',
};
const begin = '<!-- table made by "npm run test:versions -- --write" -->';
const end = '<!-- end of the table -->';

/** What runs on what, the newest n8n first: `name` is undefined for the usual n8n, `node` for the usual Node. */
function cells() {
	const { dependencies } = readJson('host/package.json');
	const others = otherVersions().flatMap(({ version, otherNodes }) =>
		[undefined, ...otherNodes].map((node) => ({ version, name: version, node })),
	);
	const newestFirst = (a, b) => b.version.localeCompare(a.version, 'en', { numeric: true });
	return [{ version: dependencies.n8n }, ...others.sort(newestFirst)];
}

/** Runs the tests once. Returns `{ version, node, sha256 of the tarball, results by file and title }`. */
async function testOn({ version, name, node }, jestArgs) {
	const { tarball } = await ensureReady({ host: true, n8n: name, node });
	const nodeVersion = node ?? readJson('package.json').devDependencies.node;
	process.stderr.write(`n8n ${version} on Node ${nodeVersion}\n`);
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-versions-'));
	const report = path.join(folder, 'report.json');
	const pattern = `/e2e/(${Object.keys(core).join('|')})\\.test`;
	try {
		const code = await runNode(
			'jest/bin/jest.js',
			['--testPathPatterns', pattern, '--json', '--outputFile', report, ...jestArgs],
			{
				PROOFPOINT_TARBALL: tarball,
				...(name === undefined ? {} : { PROOFPOINT_N8N_VERSION: name }),
				...(node === undefined ? {} : { PROOFPOINT_NODE: await installNode(node) }),
			},
		);
		const sha256 = createHash('sha256').update(readFileSync(tarball)).digest('hex');
		return { version, node: nodeVersion, sha256, code, results: resultsOf(report) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** `{ file, title, status }` of every test; a file that could not be loaded is one failed test. */
function resultsOf(report) {
	if (!existsSync(report)) {
		throw new SetupError(
			'Jest has run no tests (see above). What to do: check the options after "--".',
		);
	}
	const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
	return testResults.flatMap(({ name, assertionResults, message }) => {
		const file = path.basename(name).replace('.test.cjs', '');
		if (assertionResults.length === 0) return [{ file, title: message, status: 'failed' }];
		return assertionResults.map(({ fullName, status }) => ({ file, title: fullName, status }));
	});
}

/** A table in Markdown: a line per test file, a column per run; below it the titles of what was skipped or failed. */
function matrix(runs) {
	const words = ({ results }, file) => {
		const own = results.filter((result) => result.file === file);
		const count = (status) => own.filter((result) => result.status === status).length;
		const parts = [`${count('passed')} passed`];
		if (count('failed') > 0) parts.push(`${count('failed')} FAILED`);
		if (count('pending') > 0) parts.push(`${count('pending')} skipped`);
		return parts.join(', ');
	};
	const heads = runs.map(({ version, node }) => `n8n ${version}, Node.js ${node}`);
	const lines = [
		`| End-to-end tests | ${heads.join(' | ')} |`,
		`|---|${runs.map(() => '---|').join('')}`,
		...Object.entries(core).map(
			([file, about]) => `| ${about} | ${runs.map((run) => words(run, file)).join(' | ')} |`,
		),
	];
	const notPassed = runs.flatMap(({ version, results }) =>
		results
			.filter(({ status }) => status !== 'passed')
			.map(({ status, title }) => {
				const what = status === 'pending' ? 'Skipped' : 'FAILED';
				return `- ${what} on n8n ${version}: ${title.split('\n')[0]}`;
			}),
	);
	// By their titles: files end in another order each time.
	if (notPassed.length > 0) lines.push('', ...[...new Set(notPassed)].sort());
	return lines.join('\n');
}

function writeTable(table) {
	const file = path.join(root, 'docs/measurements.md');
	const page = readFileSync(file, 'utf8');
	const [before, rest] = page.split(begin);
	const after = rest?.split(end)[1];
	if (after === undefined) throw new Error(`${file} does not hold "${begin}" and "${end}"`);
	writeFileSync(file, `${before}${begin}\n\n${table}\n\n${end}${after}`);
}

function readJson(file) {
	return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

async function main() {
	const jestArgs = process.argv.slice(2);
	const take = (name) => {
		const at = jestArgs.indexOf(name);
		return at === -1 ? undefined : jestArgs.splice(at, 2)[1];
	};
	const only = take('--only');
	const json = take('--json');
	const writeAt = jestArgs.indexOf('--write');
	if (writeAt !== -1) jestArgs.splice(writeAt, 1);
	const wanted = cells().filter(({ version }) => only === undefined || version === only);
	if (wanted.length === 0) {
		const known = new Set(cells().map(({ version }) => version));
		throw new SetupError(`--only takes ${[...known].join(' or ')}, not "${only}"`);
	}
	const runs = [];
	for (const cell of wanted) {
		runs.push(await testOn(cell, jestArgs));
		if (json !== undefined) writeFileSync(json, `${JSON.stringify(runs, null, 2)}\n`);
	}
	const table = matrix(runs);
	const tarballs = new Set(runs.map(({ sha256 }) => sha256));
	process.stdout.write(`${table}\n\ntarball: ${[...tarballs].join(', ')} (sha256)\n`);
	const isGreen = runs.every(({ code, results }) => code === 0 && results.length > 0);
	if (writeAt !== -1 && only === undefined && isGreen) writeTable(table);
	return isGreen && tarballs.size === 1 ? 0 : 1;
}

await exitWith(main);
