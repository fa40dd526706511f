import type { AuditEntry } from '@nodes/shared/api/contract';
import type { Permission } from '@nodes/shared/api/endpoints';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Ledger, Mail, RequestsAnswer, ResetInput, State, TouchedEvent } from './control.cjs';
import type {
	ErrorBody,
	EventUpdate,
	FaultInput,
	Live,
	NewAnomalies,
	NewAudits,
	UserStatus,
	NewEvents,
	PagePlanInput,
	PlaceInput,
	RateLimitForm,
	RateLimitSetting,
	Settings,
} from './schemas.cjs';
import type { JsonObject } from './json.cjs';

export type { Ledger, Mail, RequestsAnswer, ResetInput, State, TouchedEvent } from './control.cjs';
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
	/** Milliseconds. */
	remediationDelay?: number;
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
	tokens: z.record(z.string()),
	pid: z.number(),
});
type Start = z.infer<typeof startSchema>;

/** How long the simulator may take to end by itself, in milliseconds. */
const stopMs = 2000;

/** @returns the command-line flags for the options */
function flags(options: SimulatorOptions): string[] {
	const { tokens = {}, ...plain } = options;
	const simple = Object.entries(plain)
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

function call<Answer>(url: string, method: string, path: string, body?: unknown) {
	const sending = body === undefined ? '' : JSON.stringify(body);
	return new Promise<Answer>((resolve, reject) => {
		const sent = request(
			`${url}/_simulator/${path}`,
			{ method, agent: false, headers: { 'Content-Length': Buffer.byteLength(sending) } },
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					const text = Buffer.concat(chunks).toString('utf8');
					if (response.statusCode === 200) resolve(JSON.parse(text));
					else reject(new Error(`Simulator: ${method} ${path}: ${text}`));
				});
			},
		);
		sent.on('error', reject);
		sent.end(sending);
	});
}

/** A connection to a running simulator's control plane. */
export class SimulatorControl {
	/** @param url the simulator's address, such as `http://127.0.0.1:4711` */
	constructor(readonly url: string) {}

	/** @param since only requests with a higher number */
	async requests(since = 0): Promise<RequestsAnswer> {
		return this.get<RequestsAnswer>(`requests?since=${since}`);
	}

	/** Forgets the request log; numbers start at 1 again. */
	async clearRequests(): Promise<void> {
		await call(this.url, 'DELETE', 'requests');
	}

	/** @param since only events with a version from this sequence number on, each with those versions */
	async ledger(since = 0): Promise<Ledger> {
		return this.get<Ledger>(`ledger?since=${since}`);
	}

	async state(): Promise<State> {
		return this.get<State>('state');
	}

	/** @returns the newest version of an event; throws when there is none with that id */
	async event(id: string): Promise<JsonObject> {
		return this.get<JsonObject>(`event?id=${encodeURIComponent(id)}`);
	}

	/** Creates events now; they appear at the end of the chain. */
	async createEvents(events: NewEvents = {}): Promise<TouchedEvent[]> {
		return (await this.post<{ events: TouchedEvent[] }>('events', events)).events;
	}

	/** Updates events: they move to the end of the chain. */
	async updateEvents(update: EventUpdate): Promise<TouchedEvent[]> {
		return (await this.post<{ events: TouchedEvent[] }>('events/update', update)).events;
	}

	/** @returns the new findings, without the checkpoint that a listing adds */
	async createAnomalies(anomalies: NewAnomalies = {}): Promise<JsonObject[]> {
		return (await this.post<{ anomalies: JsonObject[] }>('anomalies', anomalies)).anomalies;
	}

	async createAudits(audits: NewAudits = {}): Promise<AuditEntry[]> {
		return (await this.post<{ audits: AuditEntry[] }>('audits', audits)).audits;
	}

	/** Gives monitored users another connection status. */
	async setUserStatus(change: UserStatus): Promise<void> {
		await this.post('users/status', change);
	}

	/** @returns where the mail of each recipient of an event is */
	async mail(id: string): Promise<Mail> {
		return this.get<Mail>(`mail?id=${encodeURIComponent(id)}`);
	}

	/** Puts the mail of an event's recipients somewhere, without touching the event. */
	async placeMail(place: PlaceInput): Promise<void> {
		await this.post('mail', place);
	}

	/** Sets the rate limit, or takes it away. */
	async setRateLimit(limit: RateLimitSetting | 'off'): Promise<void> {
		if (limit === 'off') await call(this.url, 'DELETE', 'rate-limit');
		else await this.post('rate-limit', limit);
	}

	/** Adds faults behind those that are there. */
	async addFaults(...faults: FaultInput[]): Promise<void> {
		await this.post('faults', faults);
	}

	async clearFaults(): Promise<void> {
		await call(this.url, 'DELETE', 'faults');
	}

	/** Adds page plans behind those that are there. */
	async planPages(...plans: PagePlanInput[]): Promise<void> {
		await this.post('pages', plans);
	}

	async clearPages(): Promise<void> {
		await call(this.url, 'DELETE', 'pages');
	}

	/** Lets events stream in, or stops that with `perSecond: 0`. */
	async setLive(live: Live): Promise<void> {
		await this.post('live', live);
	}

	async set(settings: Settings): Promise<void> {
		await this.post('settings', settings);
	}

	/** From now on every checkpoint handed out before answers 400. */
	async expireCheckpoints(): Promise<void> {
		await this.post('checkpoints/expire', {});
	}

	/** Creates a token or changes its permissions. @returns the token itself */
	async putToken(name: string, permissions: Permission[]): Promise<string> {
		return (await this.post<{ token: string }>('tokens', { name, permissions })).token;
	}

	/** Deletes a token: it is a wrong one from now on. */
	async deleteToken(name: string): Promise<void> {
		await call(this.url, 'DELETE', `tokens?name=${encodeURIComponent(name)}`);
	}

	/** Starts the platform afresh: new world, empty log, no faults. Tokens given at start are the same. */
	async reset(changes: ResetInput = {}): Promise<void> {
		await this.post('reset', changes);
	}

	private async get<Answer>(path: string): Promise<Answer> {
		return call<Answer>(this.url, 'GET', path);
	}

	private async post<Answer = unknown>(path: string, body: unknown): Promise<Answer> {
		return call<Answer>(this.url, 'POST', path, body);
	}
}

/** A simulator in its own process. */
export class Simulator extends SimulatorControl {
	/** The token that has every permission. */
	readonly token: string;
	/** All tokens by name, the one with every permission as `main`. */
	readonly tokens: Record<string, string>;
	readonly pid: number;

	constructor(
		private readonly child: ChildProcess,
		start: Start,
	) {
		super(start.url);
		this.token = start.token;
		this.tokens = start.tokens;
		this.pid = start.pid;
	}

	/** Ends the process, with force when it does not go by itself. */
	async stop(): Promise<void> {
		await end(this.child);
	}
}

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
		return new Simulator(child, startSchema.parse(JSON.parse(await first)));
	} catch (error) {
		await end(child);
		throw error;
	}
}
