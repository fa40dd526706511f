import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to whoever connects somewhere: none of those comes in between. */
const lowest = 20_000;
const perLane = 500;
const lanes = 24;
/** Jest's workers start servers side by side: each looks among ports of its own, so that no other picks the same meanwhile. */
const first = lowest + (Number(process.env.JEST_WORKER_ID ?? 0) % lanes) * perLane;
let next = randomInt(perLane);

/**
 * A TCP port that is free on 127.0.0.1 at this moment, and is not given again soon: what wants it may take seconds to listen.
 * Throws when none of those looked at is free.
 */
export async function freePort(): Promise<number> {
	for (let tries = 0; tries < perLane; tries++) {
		next = (next + 1) % perLane;
		if (await isFree(first + next)) return first + next;
	}
	throw new Error(`No port from ${first} to ${first + perLane - 1} is free`);
}

async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
