/** A Redis of a test's own: on a free port of loopback, nothing on disk, ended with the test. */
import { freePort } from '@host/freePort.cjs';
import { TrackedProcess } from '@host/trackedProcess.cjs';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const program = '/usr/bin/redis-server';

/** A running server and how to reach it. */
export interface Redis {
	host: string;
	port: number;
	/** Ends the server and removes its folder. */
	stop(): Promise<void>;
}

/** The server's program, or what to install. */
export function findRedis(): { program: string } | { missing: string } {
	return existsSync(program)
		? { program }
		: { missing: 'Redis is not installed: on Debian, apt-get install redis-server' };
}

/** Starts an empty server. Throws with its log when it does not get ready within 30 s. */
export async function startRedis(command: string): Promise<Redis> {
	const folder = await mkdtemp(path.join(tmpdir(), 'proofpoint-redis-'));
	const port = await freePort();
	const ready = new AbortController();
	const server = new TrackedProcess({
		command: 'setpriv',
		// Ends with the test, whatever ends the test.
		args: [
			...['--pdeathsig', 'KILL', command, '--bind', '127.0.0.1', '--port', String(port)],
			...['--dir', folder, '--save', '', '--appendonly', 'no'],
		],
		cwd: folder,
		env: { PATH: process.env.PATH ?? '' },
		onLine: (line) => {
			if (line.includes('Ready to accept connections')) ready.abort();
		},
	});
	const stop = async (): Promise<void> => {
		await server.kill();
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	};
	for (const end = Date.now() + 30_000; !ready.signal.aborted; await delay(50)) {
		if (server.isAlive && Date.now() < end) continue;
		await stop();
		throw new Error(`Redis did not get ready:\n${server.stdout}${server.stderr}`);
	}
	return { host: '127.0.0.1', port, stop };
}
