import { steadyFetch } from '@host/steadyFetch.cjs';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { askerOf } from './ask.cjs';
import { eventPage } from './walk.cjs';

const program = join(__dirname, '../../../simulator/main.cjs');
const clientPath = join(__dirname, '../../../simulator/client.cjs');
const now = '2026-01-31T12:00:00.5Z';
const running: Simulator[] = [];
const children: ChildProcess[] = [];
const startLine = z.object({ url: z.string(), token: z.string() });

/** Runs node, to be ended after the test. @returns the process and its first output */
async function launch(...args: string[]): Promise<{ child: ChildProcess; output: string }> {
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	children.push(child);
	return { child, output: String((await once(child.stdout, 'data')).at(0)) };
}

async function start(options: Parameters<typeof startSimulator>[0]) {
	const simulator = await startSimulator(options);
	running.push(simulator);
	return simulator;
}
afterEach(async () => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
	await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

function alive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function gone(pid: number): Promise<boolean> {
	for (let tries = 0; tries < 60 && alive(pid); tries++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return !alive(pid);
}

/** The same calls to a fresh simulator. @returns every body that came back */
async function script(seed: number): Promise<string[]> {
	const simulator = await start({
		seed,
		now,
		events: 120,
		remediationDelay: 0,
		portal: 'https://acme.tessian-platform.com',
	});
	const ask = askerOf(simulator);
	const bodies: string[] = [];
	const note = async (...args: Parameters<typeof ask>) => bodies.push((await ask(...args)).text);
	const [made] = await simulator.createEvents({ count: 5, type: 'defender', releasable: true });
	await simulator.updateEvents({ count: 20 });
	await simulator.createAnomalies();
	await simulator.createAudits();
	await simulator.planPages({ endpoint: 'events', on: 'first', empty: true });
	const method = 'POST';
	await note('/api/v1/groups', { method, body: { name: 'New' } });
	const path = '/api/v1/remediation/release_from_quarantine';
	await note(path, { method, body: { event_id: made?.id } });
	await note('/api/v1/events');
	let page = await eventPage(ask, { limit: 50 });
	while (page.more) {
		await note('/api/v1/events', { query: { after_checkpoint: page.checkpoint, limit: 50 } });
		page = await eventPage(ask, { after_checkpoint: page.checkpoint, limit: 50 });
	}
	for (const list of [
		'/api/v1/groups',
		'/api/v1/groups/102',
		'/api/v1/monitoring/users',
		'/reporting/anomalies/v1',
		'/api/v1/audits',
		'/api/v1/risk/company',
	]) {
		await note(list);
	}
	return bodies;
}

describe('determinism', () => {
	it('the same seed and calls give the same bytes, another seed others', async () => {
		const [first, second, other] = [await script(7), await script(7), await script(8)];
		expect(second).toEqual(first);
		expect(other).not.toEqual(first);
	});

	it('reset gives the world of the start again', async () => {
		const simulator = await start({ now, events: 30 });
		const ask = askerOf(simulator);
		const before = (await ask('/api/v1/events')).text;
		await simulator.createEvents({ count: 3 });
		await simulator.set({ latencyMs: 5 });
		await simulator.reset();
		expect((await ask('/api/v1/events')).text).toBe(before);
		await simulator.reset({ events: 3, seed: 9 });
		expect((await simulator.state()).events).toBe(3);
	});
});

describe('clock and live events', () => {
	it('the real clock stamps new events now, or wrong by the offset', async () => {
		const simulator = await start({ events: 5 });
		const created = async () => {
			const [event] = await simulator.createEvents();
			return Date.parse(event?.created_at ?? '') - Date.now();
		};
		const [minute, day] = [60_000, 86_400_000];
		expect(Math.abs(await created())).toBeLessThan(minute);
		await simulator.set({ clockOffsetSeconds: 86_400 });
		expect(Math.abs((await created()) - day)).toBeLessThan(minute);
		await simulator.set({ clockOffsetSeconds: -86_400 });
		expect(Math.abs((await created()) + day)).toBeLessThan(minute);
	});

	it('events stream in and are updated', async () => {
		const simulator = await start({ events: 10, live: 100, liveUpdates: 1 });
		const { startSequence } = await simulator.ledger();
		// Jest ends it where they do not come.
		for (let updated = 0; updated < 3; ) {
			const fresh = (await simulator.ledger(startSequence)).events;
			updated = fresh.filter(({ versions }) => versions.length > 1).length;
		}
		await simulator.setLive({ perSecond: 0 });
		const { endSequence } = await simulator.state();
		await new Promise((resolve) => setTimeout(resolve, 150));
		expect((await simulator.state()).endSequence).toBe(endSequence);
	});
});

describe('the process', () => {
	it('explains itself and refuses nonsense', async () => {
		const run = promisify(execFile);
		const { stdout } = await run(process.execPath, [program, '--help']);
		expect(stdout).toContain('--remediation-delay');
		const bad = [
			['--events', 'many'],
			['--token', 'x=Everything'],
			['--nonsense'],
			['--now', 'x'],
			['--unknown-event', '500'],
			['--both-parameters', 'maybe'],
			['--error-body', 'xml'],
			['--portal', 'acme'],
		];
		for (const args of bad) {
			await expect(run(process.execPath, [program, ...args])).rejects.toMatchObject({
				code: 2,
				stderr: expect.stringContaining('Try --help'),
			});
		}
	});

	it('ends on SIGTERM with connections open, and keeps running when only its input closes', async () => {
		const { child, output } = await launch(program, '--events', '3');
		const { url, token } = startLine.parse(JSON.parse(output));
		const headers = { Authorization: `API-Token ${token}` };
		expect((await steadyFetch(`${url}/api/v1/events`, { headers })).status).toBe(200);
		child.kill('SIGTERM');
		expect(await once(child, 'exit')).toEqual([0, null]);
	});

	it('does not outlive whoever started it, even when that is killed', async () => {
		const code = `require(${JSON.stringify(clientPath)}).startSimulator({ events: 3 }).then((s) => console.log(s.pid))`;
		const { child: parent, output } = await launch('-e', code);
		const pid = Number(output);
		expect(alive(pid)).toBe(true);
		parent.kill('SIGKILL');
		expect(await gone(pid)).toBe(true);
	});

	it('an empty poll does not read a large history', async () => {
		const pollsMs = async (events: number) => {
			const ask = askerOf(await start({ events }));
			const hour = new Date(Date.now() - 3_600_000).toISOString();
			let page = await eventPage(ask, { created_after: hour });
			while (page.more) page = await eventPage(ask, { after_checkpoint: page.checkpoint });
			const begun = performance.now();
			for (let polls = 0; polls < 50; polls++) {
				page = await eventPage(ask, { after_checkpoint: page.checkpoint });
			}
			expect(page).toMatchObject({ events: [], more: false });
			return performance.now() - begun;
		};
		// A thousand times as many events.
		expect((await pollsMs(50_000)) / (await pollsMs(50))).toBeLessThan(20);
	});
});
