/** `npm run scale`: the numbers behind docs/scale.md, measured in a real n8n on this machine. */
import { table } from '@test/kill/report.cjs';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBacklog, type BacklogRow } from './backlog.cjs';
import { measurePolls, type PollRow } from './polls.cjs';
import { measureRecovery, type RecoveryRow } from './recovery.cjs';

const usage = `npm run scale -- [--triggers N] [--json FILE] [--recovery]

How many events one trigger takes at a time and what they cost; what a poll costs with nothing new, and with one event
that starts an execution. Ten minutes. With --recovery instead: how long a trigger takes to deliver everything after 150 s in which every other
answer was faulty, in both ways of storing. Eight minutes.

  --triggers N   how many triggers poll every ten seconds (20)
  --json FILE    write the numbers there too`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			triggers: { type: 'string', default: '20' },
			json: { type: 'string' },
			recovery: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return void process.stdout.write(`${usage}\n`);
	const triggers = Number(values.triggers);
	if (!Number.isInteger(triggers) || triggers < 1) {
		throw new Error(`--triggers takes a whole number, not "${values.triggers}"`);
	}
	if (values.recovery) {
		process.stdout.write(`${recoveryTable(await measureRecovery())}\n`);
		return;
	}
	const backlog = await measureBacklog([1000, 5000, 20_000]);
	process.stdout.write(`${backlogTable(backlog)}\n\n`);
	const polls = await measurePolls(triggers);
	process.stdout.write(`${pollTable(polls)}\n`);
	if (values.json !== undefined) {
		const machine = { cpus: cpus().map(({ model }) => model), node: process.version };
		writeFileSync(values.json, `${JSON.stringify({ machine, backlog, polls }, null, '\t')}\n`);
	}
}

function backlogTable(rows: BacklogRow[]): string {
	return table(
		[
			'Max Items per Poll',
			'events per poll',
			'reading, s',
			'CPU s per 1,000',
			'most memory, MB',
			'database, kB per event',
		],
		rows.map((row) => [
			String(row.maxItems),
			row.eventsPerPoll.toFixed(0),
			row.readSeconds.toFixed(1),
			row.cpuSecondsPerThousand.toFixed(2),
			row.peakMb.toFixed(0),
			row.databaseKbPerEvent.toFixed(1),
		]),
	);
}

function pollTable(rows: PollRow[]): string {
	return table(
		['', 'polls per minute', 'executions per minute', 'CPU of n8n, % of a core', 'CPU ms per poll'],
		rows.map((row) => [
			row.what,
			row.pollsPerMinute.toFixed(0),
			row.executionsPerMinute.toFixed(0),
			(row.cpu * 100).toFixed(1),
			row.cpuMsPerPoll === undefined ? '' : row.cpuMsPerPoll.toFixed(1),
		]),
	);
}

function recoveryTable(rows: RecoveryRow[]): string {
	return table(
		['storage', 'events', 'faulty answers', 'seconds until all came', 'lost', 'twice'],
		rows.map(({ mode, events, faulty, seconds, lost, doubled }) => [
			mode,
			...[events, faulty, Math.round(seconds), lost, doubled].map(String),
		]),
	);
}

main().catch((error: unknown) => {
	process.stderr.write(
		`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
	);
	process.exitCode = 1;
});
