import { parseArgs } from 'node:util';
import { cases } from './cases/all.cjs';

/** What the command line asks for. */
export interface Options {
	/** Names of cases; all when empty. */
	cases: string[];
	rounds?: number;
	json?: string;
	picture?: string;
	/** Folder for CPU profiles: our node is profiled instead of measured. */
	profile?: string;
}

/** A command line that cannot be understood; the message is for the user. */
export class UsageError extends Error {}

export const help = `npm run bench -- [options]

  --case NAME      only this case (may be repeated): ${cases.map(({ name }) => name).join(', ')}
  --rounds N       rounds of every case (default: each has its own, most have 9)
  --json FILE      everything that was measured
  --picture FILE   an SVG of the four ways to read 10,000 events, and of the table
  --profile DIR    instead of measuring: CPU profiles of our node's part of each case

Exit code 0: every row reached; 1: a row was missed; 2: wrong call; 3: the machine was not quiet.
`;

/** Reads the command line. @returns the options or 'help'; throws UsageError */
export function readOptions(args: string[]): Options | 'help' {
	const text = { type: 'string' } as const;
	let values;
	try {
		({ values } = parseArgs({
			args,
			options: {
				case: { type: 'string', multiple: true, default: [] },
				rounds: text,
				json: text,
				picture: text,
				profile: text,
				help: { type: 'boolean', default: false },
			},
		}));
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
	if (values.help) return 'help';
	const unknown = values.case.find((name) => !cases.some((known) => known.name === name));
	if (unknown !== undefined) throw new UsageError(`There is no case ${unknown}`);
	const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
	if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
		throw new UsageError('--rounds must be a whole number from 1 up');
	}
	const { json, picture, profile } = values;
	return {
		cases: values.case,
		...(rounds === undefined ? {} : { rounds }),
		...(json === undefined ? {} : { json }),
		...(picture === undefined ? {} : { picture }),
		...(profile === undefined ? {} : { profile }),
	};
}
