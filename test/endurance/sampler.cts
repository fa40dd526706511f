/** Looks at an n8n from outside: its process in /proc, its files and its database. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';

const pageSize = 4096;
/** Linux counts CPU time in hundredths of a second everywhere. */
const msPerTick = 10;

/** Memory in bytes and CPU time so far in milliseconds of a running n8n. Throws when its process is gone. */
export function processOf({ pid }: PrivateN8n): { rss: number; cpuMs: number } {
	if (pid === undefined) throw new Error('n8n does not run any more');
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The second field is the program's name in brackets, which may hold blanks.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const field = (numberInManual: number): number => Number(fields[numberInManual - 3]);
	return { cpuMs: (field(14) + field(15)) * msPerTick, rss: field(24) * pageSize };
}

/** What the open file descriptors of a running n8n lead to. */
export function descriptorsOf({ pid }: PrivateN8n): string[] {
	const folder = `/proc/${pid}/fd`;
	return readdirSync(folder).map((name) => {
		try {
			return readlinkSync(path.join(folder, name));
		} catch {
			// Closed since the folder was read.
			return '';
		}
	});
}

/** Size of n8n's SQLite database with its write-ahead log, in bytes. */
export function databaseSize({ folder }: PrivateN8n): number {
	const file = path.join(folder, '.n8n/database.sqlite');
	return [file, `${file}-wal`]
		.filter((one) => existsSync(one))
		.reduce((sum, one) => sum + statSync(one).size, 0);
}
