/**
 * The set-up is cut off: nothing goes on behind it, nobody waits for it, and what it left half done is done anew. The set-up is a copy of
 * the real one in a folder of its own, its steps are programs of the system.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

let folder: string;
let work: string;
const started: ChildProcess[] = [];

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'proofpoint set-up '));
	work = path.join(folder, '.n8n-host');
	const setup = path.join(folder, 'scripts/setup');
	cpSync(path.resolve(__dirname, '../../../scripts/setup'), setup, { recursive: true });
	mkdirSync(work);
});

afterEach(() => {
	for (const one of started.splice(0)) one.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** Runs a module's text that uses the copied set-up. Resolves to what it printed on both outputs once `until` is in there, or at its end. */
async function play(text: string, until = '\0'): Promise<{ said: string; process: ChildProcess }> {
	const file = path.join(folder, 'play.mjs');
	writeFileSync(file, text);
	const player = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
	started.push(player);
	let said = '';
	const there = new Promise<void>((resolve) => {
		const hear = (chunk: Buffer): void => {
			said += chunk.toString();
			if (said.includes(until)) resolve();
		};
		player.stdout.on('data', hear);
		player.stderr.on('data', hear);
	});
	await Promise.race([there, once(player, 'close')]);
	return { said, process: player };
}

/** A step that writes to a file every 100 ms, by a program that it starts. */
const ticking = `
	import { lock } from './scripts/setup/lock.mjs';
	import { run } from './scripts/setup/command.mjs';
	await lock();
	await run('ticking', 'sh', ['-c', 'sh -c "while true; do echo x >> ticks; sleep 0.1; done" & wait'], { cwd: import.meta.dirname });
`;
const locking = `
	import { lock } from './scripts/setup/lock.mjs';
	(await lock())();
	console.log('locked');
`;

/** Whether nobody writes to the file any more. */
async function isStill(): Promise<boolean> {
	const size = (): number => statSync(path.join(folder, 'ticks')).size;
	await delay(600);
	const before = size();
	await delay(500);
	return size() === before;
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
	'ended by %s, nothing of a step goes on, and the next set-up begins',
	async (signal) => {
		const { process: player } = await play(ticking, 'ticking …');
		while (!existsSync(path.join(folder, 'ticks'))) await delay(50);
		player.kill(signal);
		const { said } = await play(locking);
		expect(said).toContain('locked');
		expect(await isStill()).toBe(true);
	},
	30_000,
);

test.each(['1\n', '1 1\n'])(
	'a lock of a process that is gone, its ID taken by another: %j',
	async (line) => {
		writeFileSync(path.join(work, 'setup.lock'), line);
		expect((await play(locking)).said).toContain('locked');
	},
);

test('a lock that is held: it says how long to wait, and which file', async () => {
	const { process: player } = await play(ticking, 'ticking …');
	const { said } = await play(locking, 'waiting');
	expect(said).toContain(`waiting for the set-up of process ${player.pid}`);
	expect(said).toContain('.n8n-host');
}, 30_000);

test('what was cut off is begun anew, what ended well is not', async () => {
	const made = path.join(folder, 'made');
	const step = (text: string): string => `
		import { writeFileSync, mkdirSync, readdirSync } from 'node:fs';
		import { fromScratch, wasCutOff } from './scripts/setup/fromScratch.mjs';
		await fromScratch('step', ${JSON.stringify(made)}, async () => { mkdirSync(${JSON.stringify(made)}, { recursive: true }); ${text} });
		console.log(readdirSync(${JSON.stringify(made)}).join(), wasCutOff('step'));
	`;
	const write = (name: string): string =>
		`writeFileSync(${JSON.stringify(path.join(made, name))}, '');`;
	await play(
		step(`${write('half')} process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`),
	);
	expect(existsSync(path.join(made, 'half'))).toBe(true);
	const { said } = await play(step(write('whole')));
	expect(said).toContain('an earlier set-up did not finish made: it begins anew');
	expect(said).toContain('whole false');
	expect((await play(step(write('more')))).said).toContain('more,whole false');
}, 30_000);

test('a folder that cannot be written to is told in words', async () => {
	const { said } = await play(`
		import { writeFileSync } from 'node:fs';
		import { wordsFor } from './scripts/setup/command.mjs';
		for (const file of ['/dev/full', '/proc/nothing']) {
			try { writeFileSync(file, 'x'); } catch (error) { console.log(wordsFor(error)); }
		}
		console.log(wordsFor(new TypeError('a fault of ours')));
	`);
	expect(said).toContain('ENOSPC');
	expect(said).toContain('What to do: free some disk space');
	expect(said).toContain('What to do: use a folder that can be written to');
	expect(said).toContain('undefined');
});
