import type { Permission } from '@nodes/shared/api/endpoints';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { SimulatorControl } from './controlClient.cjs';
import { parseOptions } from './options.cjs';
import type { ErrorBody, RateLimitForm } from './schemas.cjs';
import { SimulatorServer } from './server.cjs';
import { mainToken, Simulator as Core } from './simulator.cjs';

export { SimulatorControl } from './controlClient.cjs';
export type {
	Ledger,
	MailPlaces,
	RequestsAnswer,
	ResetInput,
	State,
	TouchedEvent,
} from './controlAnswers.cjs';
export type { RequestEntry } from './requestLog.cjs';
export type * from './schemas.cjs';

/** How the simulator is started; everything has the command line's default. */
export interface SimulatorOptions {
	port?: number;
	seed?: number;
	/** ISO 8601: starts a clock that steps with each change. */
	now?: string;
	events?: number;
	days?: number;
	updated?: number;
	groups?: number;
	users?: number;
	audits?: number;
	anomalies?: number;
	riskDays?: number;
	live?: number;
	liveUpdates?: number;
	/** Milliseconds between the versions of a remediated event. */
	remediationDelay?: number;
	/** Milliseconds between the batches in which Guardian events of the live stream become visible. */
	guardianBatch?: number;
	/** Where the links of events lead; by default to the simulator itself. */
	portal?: string;
	/** What is not known of the API. */
	unknownEvent?: 400 | 404;
	bothParameters?: 'refused' | 'taken';
	/** More tokens: name to permissions. */
	tokens?: Record<string, Permission[]>;
	rateLimit?: number;
	burst?: number;
	rateLimitForm?: RateLimitForm;
	errorBody?: ErrorBody;
}

const startSchema = z.object({
	url: z.string(),
	token: z.string(),
	tokens: z.record(z.string(), z.string()),
	pid: z.number(),
});
type Start = z.infer<typeof startSchema>;

/** How long the simulator may take to end by itself, in milliseconds. */
const stopMs = 2000;

/** @returns the command-line flags for the options */
function flags(options: SimulatorOptions): string[] {
	const { tokens = {}, ...plain } = options;
	const simple = Object.entries<unknown>(plain)
		.filter(([, value]) => value !== undefined)
		.flatMap(([name, value]) => [
			`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
			String(value),
		]);
	const more = Object.entries(tokens).flatMap(([name, permissions]) => [
		'--token',
		`${name}=${permissions.join(',')}`,
	]);
	return [...simple, ...more, '--exit-with-parent'];
}

/** A running simulator. */
export class Simulator extends SimulatorControl {
	/** The token that has every permission. */
	readonly token: string;
	/** All tokens by name, the one with every permission as `main`. */
	readonly tokens: Record<string, string>;
	readonly pid: number;

	/** @param stop ends it */
	constructor(
		start: Start,
		readonly stop: () => Promise<void>,
	) {
		super(start.url);
		this.token = start.token;
		this.tokens = start.tokens;
		this.pid = start.pid;
	}
}

/** Ends the process, with force when it does not go by itself. */
async function end(child: ChildProcess): Promise<void> {
	const over = child.exitCode !== null || child.signalCode !== null;
	if (over || child.pid === undefined) return;
	const gone = once(child, 'exit');
	child.kill('SIGTERM');
	const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
	await gone;
	clearTimeout(force);
}

/**
 * Starts a simulator in a process of its own. It ends with `stop`, and by itself when this process
 * ends in whatever way.
 * @returns the running simulator; throws when it does not start
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const child = spawn(process.execPath, [join(__dirname, 'main.cjs'), ...flags(options)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const lines = createInterface({ input: child.stdout });
	const first = new Promise<string>((resolve, reject) => {
		lines.once('line', resolve);
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`The simulator ended at its start (${code})`)));
	});
	try {
		const start = startSchema.parse(JSON.parse(await first));
		return new Simulator(start, async () => await end(child));
	} catch (error) {
		await end(child);
		throw error;
	}
}

/**
 * Starts a simulator in this process: the same over HTTP, without the time that a process takes to start.
 * @returns the running simulator
 */
export async function startSimulatorHere(options: SimulatorOptions = {}): Promise<Simulator> {
	const parsed = parseOptions(flags(options));
	if (parsed === 'help') throw new Error('These options ask for help');
	const core = new Core(parsed);
	const server = new SimulatorServer(core);
	const url = await server.listen(parsed.port);
	core.listensAt(url);
	const tokens = core.tokens.secrets();
	const start = startSchema.parse({ url, token: tokens[mainToken], tokens, pid: process.pid });
	const stop = (): void => {
		core.close();
		server.close();
	};
	return new Simulator(start, async () => await Promise.resolve(stop()));
}
