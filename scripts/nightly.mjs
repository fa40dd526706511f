// npm run test:nightly [-- SEED]
// Sets the repository up, then plays what has a fixed seed elsewhere with a new one: the property tests, with more histories, and short forms of
// the endurance plans. The first and the last line name the seed, which plays all of it again. An hour.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './runNode.mjs';
import { ensureReady, exitWith, refuseUnknown, SetupError } from './setup.mjs';

const tests = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../build/test');
const plans = [
	['kill', '--kills', '10'],
	['queue', '--seconds', '120', '--mode', 'durable'],
	['soak', '--minutes', '15'],
];

/** The test files with random inputs: those that take their seed from `property.cts`. */
function propertyTests() {
	return readdirSync(tests, { recursive: true })
		.filter((name) => name.endsWith('.test.cjs'))
		.map((name) => path.join(tests, name))
		.filter((file) => /\bproperty\.cjs"/.test(readFileSync(file, 'utf8')));
}

async function main() {
	const [seed = String(Date.now() % 2_147_483_647), ...more] = process.argv.slice(2);
	refuseUnknown(more, 'npm run test:nightly -- SEED');
	if (!/^\d{1,10}$/.test(seed)) {
		throw new SetupError(`A seed is a whole number, not "${seed}": npm run test:nightly -- 42`);
	}
	const again = `npm run test:nightly -- ${seed}\n`;
	process.stdout.write(again);
	const { tarball } = await ensureReady({ host: true });
	const failed = [];
	const run = async (name, ...command) => {
		if ((await runNode(...command)) !== 0) failed.push(name);
	};
	await run('property tests', 'jest/bin/jest.js', propertyTests(), {
		PROPERTY_SEED: seed,
		PROPERTY_RUNS: '2000',
	});
	for (const [plan, ...options] of plans) {
		const script = '../build/test/endurance/endurance.cjs';
		await run(plan, script, [plan, ...options, '--seed', seed], { PROOFPOINT_TARBALL: tarball });
	}
	process.stdout.write(`${failed.length === 0 ? 'all passed' : `failed: ${failed}`}: ${again}`);
	return failed.length === 0 ? 0 : 1;
}

await exitWith(main);
