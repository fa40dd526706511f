/** `npm run test:kill -- --kills N`: kills a real n8n again and again and counts what was lost and what came twice. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { killAfterPublishing, type PublishingReport } from './publishing.cjs';
import { details, killTable, publishingTable } from './report.cjs';
import { runKills, type Mode, type RunReport } from './run.cjs';

const usage = `npm run test:kill -- [--kills N] [--mode default|durable|both] [--publishing N] [--seed S] [--json FILE]

Starts a real n8n with the Proofpoint Trigger, lets events stream in, ends n8n with kill -9 (half of the kills within
two seconds after a poll's request, the others at random times), and compares what n8n has stored with what the
platform had. Exit code 1 when durable mode lost an event or delivered one twice.

  --kills N       how many kills in each mode (30)
  --publishing N  how many of them come right after a workflow was published (a fifth)
  --mode MODE     how n8n stores the trigger's state: default, durable or both (both)
  --seed S        decides when the kills come and what the events are (1)
  --rate N        new events per second (3)
  --calm SECONDS  how long n8n runs on after the last kill while events stream in (75: longer than n8n's lease on a
                  scheduled poll, so that polls that were cut off are repeated by n8n)
  --json FILE     write the report there too`;

interface Options {
	kills: number;
	publishing: number;
	modes: Mode[];
	seed: number;
	perSecond: number;
	calmSeconds: number;
	json?: string;
}

/** Returns undefined for `--help`; throws an error for the user when something is unknown. */
function readOptions(args: string[]): Options | undefined {
	const { values } = parseArgs({
		args,
		options: {
			kills: { type: 'string', default: '30' },
			mode: { type: 'string', default: 'both' },
			seed: { type: 'string', default: '1' },
			rate: { type: 'string', default: '3' },
			calm: { type: 'string', default: '75' },
			publishing: { type: 'string' },
			json: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	const number = (
		name: 'kills' | 'publishing' | 'seed' | 'rate' | 'calm',
		isRight: (value: number) => boolean,
	) => {
		const value = Number(values[name]);
		if (!isRight(value)) throw new Error(`--${name} does not take "${values[name]}"`);
		return value;
	};
	const kills = number('kills', (value) => Number.isInteger(value) && value >= 0);
	return {
		kills,
		publishing:
			values.publishing === undefined
				? Math.floor(kills / 5)
				: number('publishing', (value) => Number.isInteger(value) && value >= 0 && value <= kills),
		modes: modesOf(values.mode),
		seed: number('seed', Number.isInteger),
		perSecond: number('rate', (value) => value > 0),
		calmSeconds: number('calm', (value) => value >= 0),
		...(values.json === undefined ? {} : { json: values.json }),
	};
}

function modesOf(text: string): Mode[] {
	switch (text) {
		case 'default':
		case 'durable':
			return [text];
		case 'both':
			return ['durable', 'default'];
		default:
			throw new Error(`--mode is default, durable or both, not "${text}"`);
	}
}

/** Runs one mode after the other: each n8n wants both cores of a small machine. */
async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	if (options === undefined) {
		process.stdout.write(`${usage}\n`);
		return 0;
	}
	const { publishing, modes, seed, perSecond, calmSeconds } = options;
	const kills = options.kills - publishing;
	const report = (line: string): void => void process.stderr.write(`${line}\n`);
	const runs: RunReport[] = [];
	if (kills > 0) {
		for (const mode of modes) {
			runs.push(await runKills({ mode, kills, seed, perSecond, calmSeconds, report }));
		}
		process.stdout.write(`${killTable(runs)}\n${details(runs)}`);
	}
	const published: PublishingReport[] = [];
	if (publishing > 0) {
		for (const mode of modes) {
			published.push(await killAfterPublishing({ mode, kills: publishing, seed, report }));
		}
		process.stdout.write(`${publishingTable(published)}\n`);
	}
	if (options.json !== undefined) {
		writeFileSync(
			options.json,
			`${JSON.stringify({ seed, perSecond, runs, published }, null, '\t')}\n`,
		);
	}
	const outcomes = [
		...runs,
		...published.flatMap(({ mode, kills: all }) => all.map((one) => ({ mode, ...one }))),
	];
	const wrong = outcomes.filter(
		({ mode, lost, doubled }) => mode === 'durable' && lost.length + doubled.length > 0,
	);
	return wrong.length > 0 ? 1 : 0;
}

main().then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(
			`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
		);
		process.exitCode = 1;
	},
);
