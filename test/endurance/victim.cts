/** The n8n that is killed: unlike `PrivateN8n.start` this does not wait until it is ready, so a kill may hit its start-up. */
import { freePort } from '@host/freePort.cjs';
import { n8nScript, nodeBinary } from '@host/places.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { tail } from '@host/startServer.cjs';
import { TrackedProcess } from '@host/trackedProcess.cjs';
import type { Life } from './deliveries.cjs';

/**
 * A kill in the middle of an activation leaves n8n's note "being activated" behind; the next start waits for its lease
 * (two minutes) before it activates the workflow. A shorter one costs no event and saves the plans that time.
 */
export const shortLease = {
	N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '20',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
};

/** The server process of a `PrivateN8n`, started and killed as often as one likes. */
export class Victim {
	/** Every life of it, in order. */
	readonly lives: Life[] = [];
	private server: TrackedProcess | undefined;

	private constructor(
		private readonly n8n: PrivateN8n,
		private readonly brokerPort: number,
	) {}

	/** @param n8n set up, its own server not running */
	static async of(n8n: PrivateN8n): Promise<Victim> {
		return new Victim(n8n, await freePort());
	}

	/** Starts the server and returns at once. */
	start(): void {
		this.lives.push({ startedAtMs: Date.now(), endedAtMs: Infinity, wasKilled: false });
		this.server = new TrackedProcess({
			command: nodeBinary(),
			args: [n8nScript, 'start'],
			cwd: this.n8n.folder,
			env: this.n8n.environment(this.brokerPort),
			logFile: this.n8n.logFile,
		});
	}

	/** Throws with the end of n8n's log when it ended by itself. */
	mustLive(): void {
		if (this.server?.isAlive === true) return;
		const { stdout = '', stderr = '' } = this.server ?? {};
		throw new Error(`n8n ended by itself:\n${tail(stdout + stderr)}`);
	}

	/** `kill -9` of n8n and its task runners; returns when they are gone. */
	async kill(): Promise<void> {
		this.endLife(true);
		await this.server?.kill();
	}

	/** Ends it as an administrator would. */
	async stop(): Promise<void> {
		this.endLife(false);
		await this.server?.stop(20_000);
	}

	private endLife(wasKilled: boolean): void {
		const life = this.lives.at(-1);
		if (life?.endedAtMs === Infinity) Object.assign(life, { endedAtMs: Date.now(), wasKilled });
	}
}
