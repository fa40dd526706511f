/** `npm run test:queue`: a queue-mode n8n whose main and workers are killed while events stream in. */
import type { Mode } from '@test/kill/run.cjs';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isSound, queueDetails, queueTable } from './report.cjs';
import { runQueue, type QueueReport, type RunOptions } from './run.cjs';
import { findServices } from './services.cjs';

const usage = `npm run test:queue -- [--mode default|durable|both] [--seconds N] [--rate N] [--json FILE] …

Starts PostgreSQL, Redis, one n8n main and its workers with the packed package, lets events stream in, ends the main and the
workers with kill -9 and restarts them, and compares what n8n gave to its workflows, and what they wrote, with what the
platform had. Exit code 1 when durable mode lost an event, delivered one twice, or a write was repeated or left out.

  --mode MODE      how n8n stores the trigger's state: default, durable or both (both)
  --seconds N      how long events stream in and processes are killed (600)
  --rate N         new events per second (50)
  --workers N      how many workers (3)
  --every SECONDS  how often the triggers poll: 60, or 10 by six schedules (60)
  --kill WHAT      main, workers, all or none (all)
  --fresh-workers  a killed worker starts with an empty n8n folder, as a new container does
  --seed S         decides when the kills come and what the events are (1)
  --json FILE      write the report there too

PostgreSQL and Redis are Debian's packages; as root they are installed when they are missing.`;

type Options = Omit<RunOptions, 'mode' | 'programs' | 'report'> & { modes: Mode[]; json?: string };

/** Returns undefined for `--help`; throws an error for the user when something is unknown. */
function readOptions(args: string[]): Options | undefined {
	const { values } = parseArgs({
		args,
		options: {
			mode: { type: 'string', default: 'both' },
			seconds: { type: 'string', default: '600' },
			rate: { type: 'string', default: '50' },
			workers: { type: 'string', default: '3' },
			every: { type: 'string', default: '60' },
			kill: { type: 'string', default: 'all' },
			seed: { type: 'string', default: '1' },
			json: { type: 'string' },
			'fresh-workers': { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return undefined;
	const number = (
		name: 'seconds' | 'rate' | 'workers' | 'seed',
		isRight: (value: number) => boolean,
	): number => {
		const value = Number(values[name]);
		if (!isRight(value)) throw new Error(`--${name} does not take "${values[name]}"`);
		return value;
	};
	const among = <Value,>(
		name: 'mode' | 'every' | 'kill',
		choices: Record<string, Value>,
	): Value => {
		const chosen = choices[values[name]];
		if (chosen !== undefined) return chosen;
		throw new Error(
			`--${name} is one of ${Object.keys(choices).join(', ')}, not "${values[name]}"`,
		);
	};
	return {
		modes: among<Mode[]>('mode', {
			default: ['default'],
			durable: ['durable'],
			both: ['durable', 'default'],
		}),
		seconds: number('seconds', (value) => value > 0),
		perSecond: number('rate', (value) => value > 0),
		workers: number('workers', (value) => Number.isInteger(value) && value > 0),
		pollEverySeconds: among<10 | 60>('every', { '10': 10, '60': 60 }),
		kill: among('kill', {
			all: { main: true, workers: true },
			main: { main: true, workers: false },
			workers: { main: false, workers: true },
			none: { main: false, workers: false },
		}),
		seed: number('seed', Number.isInteger),
		keepsFolder: !values['fresh-workers'],
		...(values.json === undefined ? {} : { json: values.json }),
	};
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	if (options === undefined) {
		process.stdout.write(`${usage}\n`);
		return 0;
	}
	const services = findServices();
	if ('missing' in services) throw new Error(services.missing);
	const { programs } = services;
	const { modes, json, ...rest } = options;
	const report = (line: string): void => void process.stderr.write(`${line}\n`);
	const runs: QueueReport[] = [];
	for (const mode of modes) {
		runs.push(await runQueue({ ...rest, mode, programs, report }));
		if (json !== undefined)
			writeFileSync(json, `${JSON.stringify({ ...rest, runs }, null, '\t')}\n`);
	}
	process.stdout.write(`${queueTable(runs)}\n${queueDetails(runs)}`);
	return runs.every((run) => run.mode === 'default' || isSound(run)) ? 0 : 1;
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
