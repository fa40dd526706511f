/** Looks at an n8n from outside: its process in /proc, its files and its database. */
import { z } from 'zod';
import { isJsonObject } from '@simulator/json.cjs';
import type { HeapReading } from '@host/heapWatch.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { ids } from './workflows.cjs';

/** One sample; sizes in bytes. */
export interface Sample {
	kind: 'sample';
	/** Milliseconds since 1970. */
	atMs: number;
	/** Memory of n8n's process as the system counts it. */
	rss: number;
	threads: number;
	/** Open file descriptors; `sockets` of them are sockets. */
	descriptors: number;
	sockets: number;
	/** CPU time that the process has used so far, in milliseconds. */
	cpuMs: number;
	/** Processes that n8n has started (task runners), and their memory. */
	children: number;
	childrenRss: number;
	/** n8n's SQLite file with its write-ahead log. */
	database: number;
	/** Length of the stored trigger state, in characters, by workflow. */
	state: Record<string, number>;
	/** Lines that n8n has printed since its start. */
	logLines: number;
	/** The newest look from inside n8n; absent before the first. */
	heap?: HeapReading;
}

const pageSize = 4096;
/** Linux counts CPU time in hundredths of a second everywhere. */
const msPerTick = 10;

/** Takes a sample of a running n8n. Throws when its process is gone. */
export function takeSample(n8n: PrivateN8n, heapFile: string): Sample {
	const { pid } = n8n;
	if (pid === undefined) throw new Error('n8n does not run any more');
	const { rss, cpuMs, threads } = processOf(pid);
	const links = descriptorsOf(pid);
	const children = childrenOf(pid);
	const heap = lastLine(heapFile);
	return {
		kind: 'sample',
		atMs: Date.now(),
		rss,
		threads,
		descriptors: links.length,
		sockets: links.filter((link) => link.startsWith('socket:')).length,
		cpuMs,
		children: children.length,
		childrenRss: children.reduce((sum, child) => sum + child.rss, 0),
		database: databaseSize(n8n),
		state: stateLengths(n8n),
		logLines: readFileSync(n8n.logFile, 'utf8').split('\n').length,
		...(heap === undefined ? {} : { heap }),
	};
}

/** Memory in bytes, CPU time in milliseconds, threads and parent of a process. Throws when it is gone. */
export function processOf(pid: number): {
	rss: number;
	cpuMs: number;
	threads: number;
	parent: number;
} {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The second field is the program's name in brackets, which may hold blanks.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const field = (numberInManual: number): number => Number(fields[numberInManual - 3]);
	return {
		parent: field(4),
		cpuMs: (field(14) + field(15)) * msPerTick,
		threads: field(20),
		rss: field(24) * pageSize,
	};
}

function descriptorsOf(pid: number): string[] {
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

function childrenOf(pid: number): Array<{ rss: number }> {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const { parent, rss } = processOf(Number(name));
				return parent === pid ? [{ rss }] : [];
			} catch {
				// Ended since the folder was read.
				return [];
			}
		});
}

function stateLengths(n8n: PrivateN8n): Record<string, number> {
	const lengths: Record<string, number> = {};
	for (const id of [ids.react, ids.audits]) {
		const [row] = n8n.query(
			'SELECT length(staticData) AS length FROM workflow_entity WHERE id = ?',
			id,
		);
		lengths[id] = Number(row?.length ?? 0);
	}
	return lengths;
}

/** Size of n8n's SQLite database with its write-ahead log, in bytes. */
export function databaseSize(n8n: PrivateN8n): number {
	const file = path.join(n8n.folder, '.n8n/database.sqlite');
	return sizeOf(file) + sizeOf(`${file}-wal`);
}

function sizeOf(file: string): number {
	return existsSync(file) ? statSync(file).size : 0;
}

function lastLine(file: string): HeapReading | undefined {
	if (!existsSync(file)) return undefined;
	const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
	if (line === undefined || line === '') return undefined;
	return z.custom<HeapReading>(isJsonObject).parse(JSON.parse(line));
}
