import { steadyFetch } from '@host/steadyFetch.cjs';
import { PrivateN8n } from '@host/privateN8n.cjs';
import { startSimulator, type Simulator, type SimulatorOptions } from '@simulator/client.cjs';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { credential, workflowOf, type Work } from './workflows.cjs';

/** What one run of a workflow took and gave. */
export interface Measured {
	/** From the first request to the API until the workflow's last node spoke. */
	wallMs: number;
	/** User and system time of n8n's process, all its threads. */
	cpuMs: number;
	/** Memory of n8n's process: its highest minus that before, in bytes. */
	peakBytes: number;
	/** Items that came out, and how many different ones. */
	items: number;
	distinct: number;
}

/** Linux counts CPU time in hundredths of a second everywhere. */
const msPerTick = 10;
const longestMs = 300_000;
const reportSchema = z.tuple([z.number(), z.number()]);

/** A simulator of the API, and a real n8n whose workflows report to this process when they are at their end. */
export class World {
	private ended: (report: string) => void = () => undefined;

	private constructor(
		readonly n8n: PrivateN8n,
		readonly simulator: Simulator,
		private readonly listener: Server,
	) {}

	/** @param tarball the package, as `npm pack` made it */
	static async create(tarball: string, options: SimulatorOptions): Promise<World> {
		const simulator = await startSimulator({ ...options, seed: 1 });
		const n8n = await PrivateN8n.create({ tarball });
		const data = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
		await n8n.importCredentials([{ ...credential, type: 'proofpointApi', data }]);
		await n8n.start();
		const listener = createServer((request, response) => {
			const pieces: Buffer[] = [];
			request.on('data', (piece: Buffer) => pieces.push(piece));
			request.on('end', () => {
				response.end();
				world.ended(Buffer.concat(pieces).toString());
			});
		});
		const world = new World(n8n, simulator, listener);
		listener.listen(0, '127.0.0.1');
		await once(listener, 'listening');
		return world;
	}

	/** Stores a workflow and publishes it, if a webhook starts it. @returns its id */
	async add(work: Work): Promise<string> {
		const address = this.listener.address();
		const port = address !== null && typeof address === 'object' ? address.port : 0;
		const workflow = workflowOf(work, `http://127.0.0.1:${port}`);
		const id = await this.n8n.client.createWorkflow(workflow);
		if (work.trigger === undefined) await this.n8n.publish(id);
		return id;
	}

	/** Runs a workflow that a webhook starts, and waits for its report. */
	async call({ name }: Work, ids: string[] = [], stored?: string): Promise<Measured> {
		return await this.measure(async () => {
			const answer = await steadyFetch(`${this.n8n.url}/webhook/${name}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ ids }),
			});
			if (!answer.ok) throw new Error(`The webhook ${name} answered ${answer.status}`);
		}, stored);
	}

	/**
	 * Waits for the report of a workflow that `start` starts.
	 * @param stored the workflow whose execution must be in the database too before the measurement is over
	 */
	async measure(start: () => Promise<void>, stored?: string): Promise<Measured> {
		await this.simulator.clearRequests();
		const report = new Promise<string>((resolve) => (this.ended = resolve));
		const before = this.use();
		writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
		await start();
		const text = await Promise.race([report, delay(longestMs, undefined, { ref: false })]);
		const endedAt = performance.timeOrigin + performance.now();
		if (text === undefined) throw new Error(`No report within ${longestMs} ms: ${this.failure()}`);
		while (stored !== undefined && !this.isStored(stored)) await delay(20);
		const after = this.use();
		const [items, distinct] = reportSchema.parse(JSON.parse(text));
		const { requests } = await this.simulator.requests();
		return {
			wallMs: endedAt - (requests[0]?.inMs ?? NaN),
			cpuMs: after.cpuMs - before.cpuMs,
			peakBytes: after.peak - before.rss,
			items,
			distinct,
		};
	}

	/** Ends everything and removes n8n's folder. */
	async stop(): Promise<void> {
		this.listener.close();
		await this.n8n.dispose();
		await this.simulator.stop();
	}

	private get pid(): number {
		const { pid } = this.n8n;
		if (pid === undefined) throw new Error('n8n does not run any more');
		return pid;
	}

	private use(): { cpuMs: number; rss: number; peak: number } {
		const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
		// The second field is the program's name in brackets, which may hold blanks.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
		const bytes = (name: string) =>
			Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
		const cpuMs = (Number(fields[11]) + Number(fields[12])) * msPerTick;
		return { cpuMs, rss: bytes('VmRSS'), peak: bytes('VmHWM') };
	}

	private isStored(workflowId: string): boolean {
		const sql = `SELECT id FROM execution_entity WHERE workflowId = ? AND status = 'success'`;
		return this.n8n.query(sql, workflowId).length > 0;
	}

	private failure(): string {
		const sql = `SELECT workflowId, status FROM execution_entity WHERE status <> 'success'`;
		return JSON.stringify(this.n8n.query(sql));
	}
}
