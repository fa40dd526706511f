/** `npm run soak`: two hours of polling, paging and releasing in one n8n, then memory, handles, state, log and counts. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { picture } from './picture.cjs';
import { soakTable } from './report.cjs';
import { forgetSoak, runSoak } from './run.cjs';
import { judge } from './verdict.cjs';

const usage = `npm run soak -- [--minutes N] [--rate N] [--seed S] [--keep FOLDER] [--json FILE] [--picture FILE]

Runs one real n8n with the packed package against the simulator: two triggers that poll every ten seconds, a workflow
that releases what one of them brings, one that pages every 30 seconds. Samples memory, handles, state and log, and
compares what n8n has stored with what the platform had. Exit code 1 when anything is not as it should be.

  --minutes N     how long (120)
  --rate N        new events per second (0.5)
  --seed S        decides what the events are and which faults come when (1)
  --keep FOLDER   keep the raw samples, the ledger and n8n's own folder there
  --from FOLDER   run nothing: judge what an earlier soak has kept there
  --json FILE     write the report there too
  --picture FILE  draw the memory curve there, as SVG`;

interface Options {
	minutes: number;
	perSecond: number;
	seed: number;
	keep: string | undefined;
	from: string | undefined;
	json: string | undefined;
	picture: string | undefined;
}

/** Returns undefined for `--help`; throws an error for the user when something is unknown. */
function readOptions(args: string[]): Options | undefined {
	const { values } = parseArgs({
		args,
		options: {
			minutes: { type: 'string', default: '120' },
			rate: { type: 'string', default: '0.5' },
			seed: { type: 'string', default: '1' },
			keep: { type: 'string' },
			from: { type: 'string' },
			json: { type: 'string' },
			picture: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	const { help, minutes, rate, seed, ...files } = values;
	if (help) return undefined;
	const number = (name: string, text: string, isRight: (value: number) => boolean): number => {
		const value = Number(text);
		if (!isRight(value)) throw new Error(`--${name} does not take "${text}"`);
		return value;
	};
	return {
		minutes: number('minutes', minutes, (value) => value > 0),
		perSecond: number('rate', rate, (value) => value > 0),
		seed: number('seed', seed, Number.isInteger),
		keep: files.keep,
		from: files.from,
		json: files.json,
		picture: files.picture,
	};
}

async function main(): Promise<number> {
	let options;
	try {
		options = readOptions(process.argv.slice(2));
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
		return 2;
	}
	if (options === undefined) {
		process.stdout.write(`${usage}\n`);
		return 0;
	}
	const { from, keep, json, picture: pictureFile } = options;
	const folder = from ?? keep ?? mkdtempSync(path.join(tmpdir(), 'proofpoint-soak-'));
	try {
		if (from === undefined) {
			const report = (line: string): void => void process.stderr.write(`[soak] ${line}\n`);
			await runSoak({ ...options, folder, report });
		}
		const verdict = await judge(folder);
		process.stdout.write(soakTable(verdict));
		if (json !== undefined) writeFileSync(json, `${JSON.stringify(verdict, null, 2)}\n`);
		if (pictureFile !== undefined) writeFileSync(pictureFile, picture(verdict));
		return verdict.checks.every(({ ok }) => ok) ? 0 : 1;
	} finally {
		if (from === undefined && keep === undefined) forgetSoak(folder);
	}
}

void main().then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		process.stderr.write(
			`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
		);
		process.exitCode = 1;
	},
);
