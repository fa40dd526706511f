/** A PostgreSQL of a test's own: its data in a temporary folder, on a free port of loopback, ended with the test. */
import { freePort } from '@host/freePort.cjs';
import { TrackedProcess } from '@host/trackedProcess.cjs';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where Debian puts the programs of each major version. */
const versionsFolder = '/usr/lib/postgresql';
const account = 'postgres';
/** The server listens on loopback only and its data is thrown away. */
const password = 'proofpoint-test';
const isRoot = process.getuid?.() === 0;
const asAccount = isRoot ? ['--reuid', account, '--regid', account, '--clear-groups'] : [];

/** A running server and how to reach it. */
export interface Postgres {
	host: string;
	port: number;
	user: string;
	password: string;
	database: string;
	/** Runs one SQL command with psql; returns the rows of its (last) answer, their columns as text. */
	query(sql: string): Promise<string[][]>;
	/** Ends the server and removes its data. */
	stop(): Promise<void>;
}

/**
 * The folder of PostgreSQL's programs, or what to install. Synchronous, so that a test file can skip its tests by it.
 */
export function findPostgres(): { folder: string } | { missing: string } {
	const folder = programs();
	return folder === undefined
		? { missing: 'PostgreSQL is not installed: on Debian, apt-get install postgresql' }
		: { folder };
}

/** Starts a server with an empty database. Throws with its log when it does not get ready. */
export async function startPostgres(folder: string): Promise<Postgres> {
	const home = await mkdtemp(path.join(tmpdir(), 'proofpoint-postgres-'));
	const data = path.join(home, 'data');
	const port = await freePort();
	// PostgreSQL refuses to run as root.
	if (isRoot) await run('chown', [account, home]);
	const program = (name: string): string => path.join(folder, name);
	const initdb = ['-D', data, '-U', account, '-A', 'trust', '-E', 'UTF8', '-N'];
	await run('setpriv', [...asAccount, program('initdb'), ...initdb], { cwd: '/' });

	// fsync off: waiting for the disk would only slow down what is thrown away.
	const options = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', home, '-F'];
	const server = new TrackedProcess({
		command: 'setpriv',
		// Ends with the test, whatever ends the test.
		args: [...asAccount, '--pdeathsig', 'QUIT', program('postgres'), ...options],
		cwd: '/',
		env: { PATH: process.env.PATH ?? '' },
	});
	const target = ['-h', '127.0.0.1', '-p', String(port), '-U', account, '-d', account];
	await ready(server, async () => await run(program('pg_isready'), target));
	return {
		host: '127.0.0.1',
		port,
		user: account,
		password,
		database: account,
		async query(sql) {
			const shape = ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql];
			const { stdout } = await run(program('psql'), [...target, ...shape], {
				maxBuffer: 100_000_000,
			});
			const lines = stdout.split('\n').slice(0, -1);
			return lines.map((line) => line.split('\t'));
		},
		async stop() {
			server.signalGroup('SIGQUIT');
			await server.ended;
			await rm(home, { recursive: true, force: true, maxRetries: 3 });
		},
	};
}

async function ready(server: TrackedProcess, look: () => Promise<unknown>): Promise<void> {
	for (const end = Date.now() + 90_000; server.isAlive && Date.now() < end; await delay(100)) {
		try {
			await look();
			return;
		} catch {
			// Not yet: asked again.
		}
	}
	await server.kill();
	throw new Error(`PostgreSQL did not get ready:\n${server.stderr}`);
}

function programs(): string | undefined {
	if (!existsSync(versionsFolder)) return undefined;
	const newest = readdirSync(versionsFolder).sort((one, other) => Number(other) - Number(one));
	const folders = newest.map((version) => path.join(versionsFolder, version, 'bin'));
	return folders.find((folder) => existsSync(path.join(folder, 'initdb')));
}
