/** The n8n that is killed: unlike `PrivateN8n.start` this does not wait until it is ready, so a kill may hit its start-up. */
import { freePort } from '@host/freePort.cjs';
import { n8nScript, nodeBinary } from '@host/places.cjs';
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { tail } from '@host/startServer.cjs';
import { TrackedProcess } from '@host/trackedProcess.cjs';

/** The server process of a `PrivateN8n`, started and killed as often as one likes. */
export class Victim {
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
		await this.server?.kill();
	}

	/** Ends it as an administrator would. */
	async stop(): Promise<void> {
		await this.server?.stop(20_000);
	}
}
