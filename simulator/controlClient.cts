import { z } from 'zod';
import type { AuditEntry } from '@nodes/shared/api/contract';
import type { Permission } from '@nodes/shared/api/endpoints';
import { request } from 'node:http';
import type {
	Ledger,
	MailPlaces,
	RequestsAnswer,
	ResetInput,
	State,
	TouchedEvent,
} from './controlAnswers.cjs';
import type { JsonObject } from './json.cjs';
import type {
	EventUpdate,
	EventVersion,
	FaultInput,
	Live,
	NewAnomalies,
	NewAudits,
	NewEvents,
	PagePlanInput,
	PlaceInput,
	RateLimitSetting,
	RemediationPlanInput,
	Settings,
	UserStatus,
} from './schemas.cjs';

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
					if (response.statusCode === 200) resolve(z.custom<Answer>().parse(JSON.parse(text)));
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

	/**
	 * Puts versions of events at the end of the chain, now or in some milliseconds: whole records, exactly as they
	 * are, or changes of an event's counts and fields.
	 * @returns the ones that are there already
	 */
	async publish(...versions: EventVersion[]): Promise<TouchedEvent[]> {
		return (await this.post<{ events: TouchedEvent[] }>('events/publish', versions)).events;
	}

	/** Puts whole records into the chain, in this order and exactly as they are. */
	async load(records: ReadonlyArray<JsonObject & { id: string }>): Promise<TouchedEvent[]> {
		return this.publish(...records.map((record) => ({ record })));
	}

	/**
	 * Does at once what would come next by itself: a version of a remediated event, or a scheduled one.
	 * @returns false when nothing is to come
	 */
	async next(): Promise<boolean> {
		return (await this.post<{ happened: boolean }>('next', {})).happened;
	}

	/** The next requests for events are answered with a status, or 200 and a web page. */
	async spoilEvents(answer: number | 'html', times = 1): Promise<void> {
		await this.addFaults({
			endpoint: 'events',
			times,
			action: answer === 'html' ? { kind: 'html-200' } : { kind: 'status', status: answer },
		});
	}

	/** Says for which recipients the next action on an event fails, or comes to nothing. */
	async planRemediation(plan: RemediationPlanInput): Promise<void> {
		await this.post('remediation/plan', plan);
	}

	/** @returns where the mail of each recipient of an event is */
	async mail(id: string): Promise<MailPlaces> {
		return this.get<MailPlaces>(`mail?id=${encodeURIComponent(id)}`);
	}

	/** Puts the mail of an event's recipients somewhere; its newest version tells it, there is no new one. */
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
