import { nodeBinary } from '@host/places.cjs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { answerSchema, type EngineAnswer, type Measured, type Order, type Task } from './tasks.cjs';

/** How to start an engine process. */
export interface EngineOptions {
	/** n8n's user folder. */
	folder: string;
	/** The whole environment of an n8n process, see `host/environment`. */
	env: Record<string, string>;
}

const running = new Set<number>();
// Whatever ends this process, no n8n and no task runner of it may stay.
process.on('exit', () => {
	for (const pid of running) endGroup(pid);
});

function endGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// The whole group has gone already.
	}
}

/** n8n's engine in a process of its own, which does one task at a time. */
export class Engine {
	private number = 0;

	private constructor(
		private readonly child: ChildProcess,
		private readonly pid: number,
		private readonly logFile: string,
	) {}

	/** Starts n8n as `n8n execute` does (about 2.5 s). Throws with its log when it ends early. */
	static async start({ folder, env }: EngineOptions): Promise<Engine> {
		const logFile = path.join(folder, 'engine.log');
		const log = openSync(logFile, 'a');
		const child = spawn(
			nodeBinary(),
			['--expose-gc', path.join(__dirname, 'main.cjs'), 'execute'],
			{ cwd: folder, env, stdio: ['ignore', log, log, 'ipc'], detached: true },
		);
		closeSync(log);
		if (child.pid === undefined) throw new Error('The engine process could not be started');
		running.add(child.pid);
		const engine = new Engine(child, child.pid, logFile);
		await engine.answer(0);
		return engine;
	}

	/**
	 * Does one task after collecting garbage. Throws what went wrong in it.
	 * @param peak whether to watch the memory meanwhile
	 */
	async do(task: Task, { peak = false } = {}): Promise<Measured> {
		const order: Order = { number: ++this.number, task, peak };
		this.child.send(order);
		const answer = await this.answer(order.number);
		if ('error' in answer) throw new Error(answer.error);
		return answer.measured;
	}

	/** Ends the process and its task runner. */
	async stop(): Promise<void> {
		running.delete(this.pid);
		const { exitCode, signalCode } = this.child;
		// One that was stopped before has no exit code, but the signal that ended it.
		const gone = exitCode === null && signalCode === null ? once(this.child, 'exit') : undefined;
		endGroup(this.pid);
		await gone;
	}

	private async answer(number: number): Promise<EngineAnswer> {
		return await new Promise((resolve, reject) => {
			const done = (): void => {
				this.child.off('message', heard);
				this.child.off('exit', ended);
			};
			const heard = (message: unknown): void => {
				const answer = answerSchema.parse(message);
				if (answer.number !== number) return;
				done();
				resolve(answer);
			};
			const ended = (): void => {
				done();
				const log = readFileSync(this.logFile, 'utf8').slice(-4000);
				reject(new Error(`The engine process ended:\n${log}`));
			};
			this.child.on('message', heard);
			this.child.once('exit', ended);
		});
	}
}
