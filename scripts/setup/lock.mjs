// Two set-ups at once would build over each other: the second waits for the first, and for what the first has started.
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './command.mjs';
import { root, workFolder } from './places.mjs';

const file = path.join(workFolder, 'setup.lock');
let isOurs = false;

/** Waits until no other set-up runs. Resolves to the function that gives the lock back. */
export async function lock() {
	mkdirSync(workFolder, { recursive: true });
	const unlock = () => {
		isOurs = false;
		rmSync(file, { force: true });
	};
	for (let round = 0; ; round += 1) {
		try {
			writeFileSync(file, lineOf(process.pid), { flag: 'wx' });
			isOurs = true;
			return unlock;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		const holder = holderOf();
		if (holder === undefined) unlock();
		else if (round % 10 === 0) {
			const name = path.relative(root, file);
			say(`waiting for the set-up of process ${holder} … (if there is none, delete ${name})`);
		}
		await delay(500);
	}
}

/** Makes others wait for this process too, which may outlive ours for a moment. */
export function hold(pid) {
	if (isOurs) appendFileSync(file, lineOf(pid));
}

/** One that holds the lock; undefined when all are gone. */
function holderOf() {
	try {
		const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
		// Just created, nothing is written yet.
		if (lines.length === 0)
			return Date.now() - statSync(file).mtimeMs < 5000 ? 'starting' : undefined;
		return lines.find(isAlive)?.split(' ')[0];
	} catch {
		return undefined;
	}
}

/** A process by its ID and when it began: after a restart of the machine, or in a container, another one may have its ID. */
function lineOf(pid) {
	return `${pid} ${beginOf(pid)}\n`;
}

function isAlive(line) {
	const pid = Number(line.split(' ')[0]);
	if (pid === process.pid) return false;
	try {
		process.kill(pid, 0);
	} catch (error) {
		if (error.code !== 'EPERM') return false;
	}
	return lineOf(pid).trim() === line.trim();
}

/** When a process began, in ticks since the machine did; empty where the system does not tell. */
function beginOf(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
	} catch {
		return '';
	}
}
