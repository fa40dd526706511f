// Two set-ups at once would build over each other: the second waits for the first.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './command.mjs';
import { workFolder } from './places.mjs';

/** Waits until no other set-up runs. Resolves to the function that gives the lock back. */
export async function lock() {
	mkdirSync(workFolder, { recursive: true });
	const file = path.join(workFolder, 'setup.lock');
	const unlock = () => rmSync(file, { force: true });
	for (let round = 0; ; round += 1) {
		try {
			writeFileSync(file, String(process.pid), { flag: 'wx' });
			process.once('exit', unlock);
			return () => {
				process.removeListener('exit', unlock);
				unlock();
			};
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		const holder = holderOf(file);
		if (holder === undefined) unlock();
		else if (round % 10 === 0) say(`waiting for the set-up of process ${holder} …`);
		await delay(500);
	}
}

/** The process that holds the lock; undefined when it is gone. */
function holderOf(file) {
	try {
		const pid = Number(readFileSync(file, 'utf8'));
		// Just created, its number is not written yet.
		if (pid === 0) return Date.now() - statSync(file).mtimeMs < 5000 ? 'starting' : undefined;
		process.kill(pid, 0);
		return pid;
	} catch (error) {
		return error.code === 'EPERM' ? 'of another user' : undefined;
	}
}
