/** PostgreSQL and Redis for a queue-mode n8n: empty, in temporary folders, on free ports of loopback, ended with the test. */
import { freePort } from '@host/freePort.cjs';
import { TrackedProcess } from '@host/trackedProcess.cjs';
import { findPostgres, startPostgres, type Postgres } from '@test/e2e/postgres.cjs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { until } from '../until.cjs';

/** The programs. */
export interface ServicePrograms {
	postgresFolder: string;
	redisProgram: string;
}

/** Both, running. */
export interface Services {
	postgres: Postgres;
	redis: { host: string; port: number };
	stop(): Promise<void>;
}

/** Where the programs are, or what to install. */
export function findServices(): { programs: ServicePrograms } | { missing: string } {
	const postgres = findPostgres();
	if ('missing' in postgres) return postgres;
	const redisProgram = '/usr/bin/redis-server';
	return existsSync(redisProgram)
		? { programs: { postgresFolder: postgres.folder, redisProgram } }
		: { missing: 'Redis is not installed: on Debian, apt-get install redis-server' };
}

/** Starts both. Throws with the log of the one that does not start. */
export async function startServices(programs: ServicePrograms): Promise<Services> {
	const postgres = await startPostgres(programs.postgresFolder);
	const port = await freePort();
	const redis = new TrackedProcess({
		command: 'setpriv',
		// Ends with the test, whatever ends the test. Nothing is on disk.
		args: [
			...['--pdeathsig', 'KILL', programs.redisProgram, '--bind', '127.0.0.1'],
			...['--port', String(port), '--save', '', '--appendonly', 'no'],
		],
		cwd: tmpdir(),
		env: { PATH: process.env.PATH ?? '' },
	});
	const stop = async (): Promise<void> => {
		await Promise.all([postgres.stop(), redis.kill()]);
	};
	try {
		await until('Redis is ready', () => {
			if (!redis.isAlive) throw new Error(`Redis ended:\n${redis.stdout}${redis.stderr}`);
			return redis.stdout.includes('Ready to accept connections');
		});
	} catch (error) {
		await stop();
		throw error;
	}
	return { postgres, redis: { host: '127.0.0.1', port }, stop };
}
