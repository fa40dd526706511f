/** `npm run bench`: what our nodes cost beside what a user would do instead. */
import { n8nPackageFolder } from '@host/places.cjs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { cases } from './cases/all.cjs';
import type { Case, Findings } from './cases/case.cjs';
import { help, readOptions, UsageError, type Options } from './options.cjs';
import { picture } from './report/picture.cjs';
import type { CaseReport, Report, Row } from './report/report.cjs';
import { caseLines, tableHead } from './report/table.cjs';
import { Rig } from './rig.cjs';
import { NotQuietError } from './rounds.cjs';
import { targets, verdictOf, type RowName } from './targets.cjs';

/** How often a case is measured until the yardstick holds still. */
const mostAttempts = 3;

function rowsOf({ rows }: Findings): Row[] {
	const names = Object.keys(targets).filter((name): name is RowName => name in targets);
	return names.flatMap((name) => {
		const measured = rows[name];
		if (!measured) return [];
		const target = targets[name];
		return [{ name, ...target, measured, verdict: verdictOf(measured, target) }];
	});
}

function load(): number {
	return loadavg()[0] ?? 0;
}

async function measure(rig: Rig, one: Case, rounds: number): Promise<CaseReport> {
	const before = load();
	const startedAt = Date.now();
	const base = (attempts: number) => ({
		name: one.name,
		rounds,
		attempts,
		seconds: (Date.now() - startedAt) / 1000,
		load: { before, after: load() },
	});
	for (let attempt = 1; ; attempt++) {
		try {
			const findings = await one.measure(rig, rounds);
			return { ...base(attempt), rows: rowsOf(findings), series: findings.series };
		} catch (error) {
			if (!(error instanceof NotQuietError)) throw error;
			if (attempt === mostAttempts) {
				return { ...base(attempt), rows: [], series: {}, refused: error.message };
			}
			await delay(5000);
		}
	}
}

async function profile(rig: Rig, one: Case, folder: string): Promise<void> {
	const run = await one.profile?.(rig);
	if (!run) return;
	const engine = await rig.engine();
	for (let warmUp = 0; warmUp < 3; warmUp++) await run();
	const file = path.resolve(folder, `${one.name}.cpuprofile`);
	await engine.do({ task: 'profile' });
	for (let time = 0; time < 3; time++) await run();
	await engine.do({ task: 'profile', file });
	console.log(file);
}

async function runAll(rig: Rig, chosen: Case[], options: Options): Promise<Report> {
	const startedAt = Date.now();
	const manifest = await readFile(path.join(n8nPackageFolder, 'package.json'), 'utf8');
	const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
	const reports: CaseReport[] = [];
	console.log(tableHead());
	for (const one of chosen) {
		const report = await measure(rig, one, options.rounds ?? one.rounds);
		reports.push(report);
		console.log(caseLines(report));
	}
	return {
		at: new Date(startedAt).toISOString(),
		machine: {
			cpus: cpus().length,
			model: cpus()[0]?.model.trim() ?? '',
			memoryGB: Math.round(totalmem() / 1e9),
			node: process.versions.node,
			n8n: version,
		},
		bytesPerEvent: rig.pages.bytesPerEvent,
		seconds: (Date.now() - startedAt) / 1000,
		cases: reports,
	};
}

function exitCodeOf({ cases: reports }: Report): number {
	if (reports.some(({ refused }) => refused !== undefined)) return 3;
	const rows = reports.flatMap(({ rows: own }) => own);
	return rows.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	if (options === 'help') {
		console.log(help);
		return 0;
	}
	const tarball = process.env.PROOFPOINT_TARBALL;
	if (tarball === undefined) throw new UsageError('Run it with `npm run bench`');
	const chosen = cases.filter(
		({ name }) => options.cases.length === 0 || options.cases.includes(name),
	);
	const rig = await Rig.create(tarball);
	try {
		if (options.profile !== undefined) {
			await mkdir(options.profile, { recursive: true });
			for (const one of chosen) await profile(rig, one, options.profile);
			return 0;
		}
		const report = await runAll(rig, chosen, options);
		console.log(`${report.seconds.toFixed(0)} s, ${report.bytesPerEvent} bytes per event`);
		if (options.json !== undefined)
			await writeFile(options.json, JSON.stringify(report, null, '\t'));
		if (options.picture !== undefined) await writeFile(options.picture, picture(report));
		return exitCodeOf(report);
	} finally {
		await rig.dispose();
	}
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(
	(code) => process.exit(code),
	(error: unknown) => {
		if (error instanceof UsageError) console.error(`${error.message}\n\n${help}`);
		else console.error(error);
		process.exit(error instanceof UsageError ? 2 : 1);
	},
);
