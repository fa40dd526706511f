/** `npm run bench`: what our nodes cost beside what a user would do instead. */
import { n8nPackageFolder } from '@host/places.cjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { cases, type Case } from './cases.cjs';
import { picture } from './picture.cjs';
import { isReached, shown, targets, type RowName } from './targets.cjs';
import type { CaseReport, Report } from './report.cjs';

const usage = `npm run bench -- [options]

  --case NAME      only this case (may be repeated): ${cases.map(({ name }) => name).join(', ')}
  --rounds N       rounds of every case (default: each has its own)
  --json FILE      everything that was measured
  --picture FILE   an SVG of the table

Exit code 0: every row reached; 1: a row was missed, or nothing could be measured; 2: wrong call.
`;

/** A command line that cannot be understood; the message is for the user. */
class UsageError extends Error {}

function readOptions(args: string[]) {
	const text = { type: 'string' } as const;
	try {
		const { values } = parseArgs({
			args,
			options: {
				case: { type: 'string', multiple: true, default: [] },
				rounds: text,
				json: text,
				picture: text,
				help: { type: 'boolean', default: false },
			},
		});
		const unknown = values.case.find((name) => !cases.some((known) => known.name === name));
		if (unknown !== undefined) throw new UsageError(`There is no case ${unknown}`);
		if (values.rounds !== undefined && !/^[1-9]\d*$/.test(values.rounds)) {
			throw new UsageError('--rounds must be a whole number from 1 up');
		}
		return values;
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

const load = (): number => loadavg()[0] ?? 0;

async function measure(tarball: string, one: Case, rounds: number): Promise<CaseReport> {
	const [before, startedAt] = [load(), Date.now()];
	const { rows, series } = await one.measure(tarball, rounds);
	const names = Object.keys(targets).filter((name): name is RowName => name in targets);
	return {
		name: one.name,
		rounds,
		seconds: (Date.now() - startedAt) / 1000,
		load: { before, after: load() },
		rows: names.flatMap((name) => {
			const measured = rows[name];
			if (!measured) return [];
			const target = targets[name];
			return [{ name, ...target, measured, reached: isReached(measured, target) }];
		}),
		series,
	};
}

function printed({
	name,
	rows,
	series,
	load: { before, after },
	rounds,
	seconds,
}: CaseReport): string {
	const lines = rows.map(({ title, unit, reach, measured: { median, min, max }, reached }) => {
		const numbers = [reach, median, min, max].map((value) => shown(value, unit).padStart(8));
		return `${title.padEnd(84)}${numbers.join(' ')}  ${reached ? 'reached' : 'missed'}`;
	});
	const details = Object.entries(series).map(([label, { median, min, max }]) => {
		const [low, middle, high] = [min, median, max].map((value) => value.toPrecision(3));
		return `    ${label}: ${middle} (${low} to ${high})`;
	});
	const about = `  ${name}: ${rounds} rounds, ${seconds.toFixed(0)} s, load ${before.toFixed(1)} to ${after.toFixed(1)}`;
	return [...lines, about, ...details].join('\n');
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	if (options.help) {
		console.log(usage);
		return 0;
	}
	const tarball = process.env.PROOFPOINT_TARBALL;
	if (tarball === undefined) throw new UsageError('Run it with `npm run bench`');
	const manifest = readFileSync(path.join(n8nPackageFolder, 'package.json'), 'utf8');
	const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
	const report: Report = {
		at: new Date().toISOString(),
		machine: { cpus: cpus().length, node: process.versions.node, n8n: version },
		cases: [],
	};
	console.log(
		`${''.padEnd(84)}${['reach', 'median', 'min', 'max'].map((word) => word.padStart(8)).join(' ')}`,
	);
	for (const one of cases) {
		if (options.case.length > 0 && !options.case.includes(one.name)) continue;
		const found = await measure(tarball, one, Number(options.rounds ?? one.rounds));
		report.cases.push(found);
		console.log(printed(found));
	}
	if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, null, '\t'));
	if (options.picture !== undefined) writeFileSync(options.picture, picture(report));
	return report.cases.every(({ rows }) => rows.every(({ reached }) => reached)) ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
		else console.error(error);
		process.exit(error instanceof UsageError ? 2 : 1);
	},
);
