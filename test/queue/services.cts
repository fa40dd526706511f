/** PostgreSQL and Redis for a queue-mode n8n. */
import { findPostgres, startPostgres, type Postgres } from '@test/e2e/postgres.cjs';
import { findRedis, startRedis, type Redis } from './redis.cjs';

/** The programs, found or installed. */
export interface ServicePrograms {
	postgresFolder: string;
	redisProgram: string;
}

/** Both, running. */
export interface Services {
	postgres: Postgres;
	redis: Redis;
	stop(): Promise<void>;
}

/** Where the programs are, or why one of them is missing. Installs Debian's packages where that is possible. */
export function findServices(): { programs: ServicePrograms } | { missing: string } {
	const postgres = findPostgres();
	if ('missing' in postgres) return postgres;
	const redis = findRedis();
	if ('missing' in redis) return redis;
	return { programs: { postgresFolder: postgres.folder, redisProgram: redis.program } };
}

/** Starts both, empty, in temporary folders and on free ports of loopback. Throws with the log of the one that does not start. */
export async function startServices(programs: ServicePrograms): Promise<Services> {
	const postgres = await startPostgres(programs.postgresFolder);
	try {
		const redis = await startRedis(programs.redisProgram);
		return {
			postgres,
			redis,
			async stop() {
				await Promise.all([postgres.stop(), redis.stop()]);
			},
		};
	} catch (error) {
		await postgres.stop();
		throw error;
	}
}
