import type { AuditEntry } from '@nodes/shared/api/contract';
import type { Permission, RemediationAction } from '@nodes/shared/api/endpoints';
import { z } from 'zod';
import { errorAnswer, jsonAnswer, Refused, type Answer } from './answers.cjs';
import type { EventHistory } from './events.cjs';
import type { GroupWrite } from './groups.cjs';
import type { MailPlace, RemediationEntry } from './remediation.cjs';
import type { RequestEntry } from './requestLog.cjs';
import {
	eventUpdateSchema,
	faultSchema,
	liveSchema,
	newAnomaliesSchema,
	newAuditsSchema,
	newEventsSchema,
	pagePlanSchema,
	placeSchema,
	rateLimitSchema,
	settingsSchema,
	tokenSchema,
	userStatusSchema,
	type Fault,
	type PagePlan,
} from './schemas.cjs';
import type { Simulator, Switches } from './simulator.cjs';
import { formatDate, formatTimestamp, parseTimestamp, type Micros } from './time.cjs';
import type { JsonObject } from './json.cjs';

/** Everything below this path is the control plane: it needs no token and is never hit by faults. */
export const controlPrefix = '/_simulator/';

/** Answer of `GET requests`. */
export interface RequestsAnswer {
	requests: RequestEntry[];
	maxInFlight: number;
	/** Under way now. */
	inFlight: number;
}

/** Answer of `GET ledger`: what really happened, to compare a client's findings with. */
export interface Ledger {
	/** In the order in which their first listed version came into the chain. */
	events: EventHistory[];
	/** Sequence number of the first entry after the initial history. */
	startSequence: number;
	/** Sequence number that the next version will have. */
	endSequence: number;
	remediations: RemediationEntry[];
	/** Requests carried out per event and action. */
	remediationCounts: Record<string, Partial<Record<RemediationAction, number>>>;
	groupWrites: GroupWrite[];
	audits: AuditEntry[];
	/** Number of audit entries that were there from the start. */
	startAudits: number;
	/** `day` is a plain date; the checkpoint is not part of a finding. */
	anomalies: Array<{ day: string; anomaly: JsonObject }>;
}

/** One event after a control call. */
export interface TouchedEvent {
	id: string;
	type: string;
	created_at: string;
	updated_at: string;
	/** Sequence number of its newest version. */
	sequence: number;
}

/** Answer of `GET state`. */
export interface State {
	now: string;
	events: number;
	endSequence: number;
	groups: Array<{ id: number; name: string; members: string[] }>;
	tokens: Record<string, string>;
	switches: Switches;
	faults: Array<{ rule: Fault; seen: number }>;
	pages: Array<{ rule: PagePlan; seen: number }>;
	memoryMb: number;
}

/** Answer of `GET mail`. */
export interface Mail {
	id: string;
	places: Record<string, MailPlace>;
}

interface Call {
	simulator: Simulator;
	query: URLSearchParams;
	body: unknown;
}

const resetSchema = z
	.object({
		seed: z.number().int(),
		now: z.string(),
		events: z.number().int().min(0),
		days: z.number(),
		updated: z.number().min(0).max(1),
		groups: z.number().int().min(0),
		users: z.number().int().min(0),
		audits: z.number().int().min(0),
		anomalies: z.number().int().min(0),
		riskDays: z.number().int().min(0),
		remediationDelayMs: z.number().min(0),
	})
	.partial()
	.strict();
/** Body of `POST reset`: what differs from the command line. */
export type ResetInput = z.input<typeof resetSchema>;

function moment(text: string | undefined): Micros | undefined {
	if (text === undefined) return undefined;
	const micros = parseTimestamp(text);
	if (micros === undefined) throw new Refused(400, `Not an ISO 8601 date-time: ${text}`);
	return micros;
}

function indexOf(simulator: Simulator, id: string): number {
	const index = simulator.world.events.find(id);
	if (index === undefined) throw new Refused(404, `No event ${id}`);
	return index;
}

const textField = z.string().catch('');

function touched(simulator: Simulator, index: number, sequence: number): TouchedEvent {
	const record = simulator.world.events.record(index);
	const text = (name: string) => textField.parse(record[name]);
	return {
		id: simulator.world.events.id(index),
		type: text('type'),
		created_at: text('created_at'),
		updated_at: text('updated_at'),
		sequence,
	};
}

function createEvents({ simulator, body }: Call): { events: TouchedEvent[] } {
	const { count, place, createdAt, updatedAt, ...rest } = newEventsSchema.parse(body);
	const { events, remediation } = simulator.world;
	const made: TouchedEvent[] = [];
	for (let done = 0; done < count; done++) {
		const index = events.create({
			...rest,
			createdAt: moment(createdAt),
			updatedAt: moment(updatedAt),
		});
		if (place) remediation.place(index, place);
		made.push(touched(simulator, index, events.end - 1));
	}
	return { events: made };
}

function updateEvents({ simulator, body }: Call): { events: TouchedEvent[] } {
	const { ids, count = 0, recent, fields, updatedAt } = eventUpdateSchema.parse(body);
	const { events } = simulator.world;
	const indexes = (ids ?? []).map((id) => indexOf(simulator, id));
	for (let done = 0; done < count; done++) {
		const index = events.pick(recent);
		if (index !== undefined) indexes.push(index);
	}
	return {
		events: indexes.map((index) => {
			const { sequence } = events.update(index, fields, moment(updatedAt));
			return touched(simulator, index, sequence);
		}),
	};
}

function createAnomalies({ simulator, body }: Call): { anomalies: JsonObject[] } {
	const { count, day, fields } = newAnomaliesSchema.parse(body);
	const { anomalies, clock } = simulator.world;
	const at = day === undefined ? clock.now() : moment(`${day}T00:00:00Z`);
	const dayNumber = anomalies.dayOf(at ?? 0);
	return {
		anomalies: Array.from({ length: count }, () => ({ ...anomalies.add(dayNumber, fields) })),
	};
}

function createAudits({ simulator, body }: Call): { audits: AuditEntry[] } {
	const { count, fields } = newAuditsSchema.parse(body);
	const { audits } = simulator.world;
	return { audits: Array.from({ length: count }, () => audits.addMade(fields)) };
}

function ledger({ simulator, query }: Call): Ledger {
	const { anomalies, audits, events, groups, remediation } = simulator.world;
	const remediationCounts: Ledger['remediationCounts'] = {};
	for (const { action, event_id: id } of remediation.entries) {
		const counts = (remediationCounts[id] ??= {});
		counts[action] = (counts[action] ?? 0) + 1;
	}
	return {
		events: events.histories(Number(query.get('since') ?? 0) || 0),
		startSequence: events.startSequence,
		endSequence: events.end,
		remediations: remediation.entries,
		remediationCounts,
		groupWrites: groups.writes,
		audits: audits.since(0),
		startAudits: audits.startCount,
		anomalies: anomalies
			.all()
			.map(({ day, anomaly }) => ({ day: formatDate(day * 86_400_000_000), anomaly })),
	};
}

function state({ simulator }: Call): State {
	const { clock, events, groups } = simulator.world;
	return {
		now: formatTimestamp(clock.now()),
		events: events.count,
		endSequence: events.end,
		groups: groups.snapshot(),
		tokens: simulator.tokens.secrets(),
		switches: { ...simulator.switches },
		faults: simulator.faults.list(),
		pages: simulator.plans.list(),
		memoryMb: Math.round(process.memoryUsage().rss / 1048576),
	};
}

function reset({ simulator, body }: Call): { tokens: Record<string, string> } {
	const { now, ...changes } = resetSchema.parse(body);
	const at = moment(now);
	const given = Object.entries(changes).filter(([, value]) => value !== undefined);
	simulator.reset({ ...Object.fromEntries(given), ...(at === undefined ? {} : { now: at }) });
	return { tokens: simulator.tokens.secrets() };
}

function mail({ simulator, query }: Call): Mail {
	const id = query.get('id') ?? '';
	const places = simulator.world.remediation.placesOf(indexOf(simulator, id));
	return { id, places: Object.fromEntries(places) };
}

function putToken({ simulator, body }: Call): { name: string; token: string } {
	const { name, permissions } = tokenSchema.parse(body);
	return { name, token: simulator.tokens.put(name, permissions satisfies Permission[]).secret };
}

const done = { ok: true };

/** The control plane's calls by method and path. */
const calls: Record<string, (call: Call) => object> = {
	'GET requests': ({ simulator: { log }, query }): RequestsAnswer => ({
		requests: log.since(Number(query.get('since') ?? 0) || 0),
		maxInFlight: log.maxInFlight,
		inFlight: log.current,
	}),
	'DELETE requests': ({ simulator }) => {
		simulator.log.clear();
		return done;
	},
	'GET ledger': ledger,
	'GET state': state,
	'GET event': ({ simulator, query }) =>
		simulator.world.events.record(indexOf(simulator, query.get('id') ?? '')),
	'POST events': createEvents,
	'POST events/update': updateEvents,
	'POST anomalies': createAnomalies,
	'POST audits': createAudits,
	'POST users/status': ({ simulator, body }) => {
		const { status, count, from } = userStatusSchema.parse(body);
		for (let index = from; index < from + count; index++) {
			simulator.world.userStatus.set(index, status);
		}
		return done;
	},
	'GET mail': mail,
	'POST mail': ({ simulator, body }) => {
		const { id, place, addresses } = placeSchema.parse(body);
		simulator.world.remediation.place(indexOf(simulator, id), place, addresses);
		return done;
	},
	'POST rate-limit': ({ simulator, body }) => {
		simulator.limit(rateLimitSchema.parse(body));
		return done;
	},
	'DELETE rate-limit': ({ simulator }) => {
		simulator.limit();
		return done;
	},
	'POST faults': ({ simulator, body }) => {
		simulator.faults.add(faultSchema.array().parse(body));
		return done;
	},
	'DELETE faults': ({ simulator }) => {
		simulator.faults.clear();
		return done;
	},
	'POST pages': ({ simulator, body }) => {
		simulator.plans.add(pagePlanSchema.array().parse(body));
		return done;
	},
	'DELETE pages': ({ simulator }) => {
		simulator.plans.clear();
		return done;
	},
	'POST live': ({ simulator, body }) => {
		const { perSecond, updateProbability, type } = liveSchema.parse(body);
		simulator.live.start(perSecond, updateProbability, type);
		return done;
	},
	'POST settings': ({ simulator, body }) => {
		simulator.set(settingsSchema.parse(body));
		return done;
	},
	'POST checkpoints/expire': ({ simulator }) => {
		simulator.world.checkpoints.expire();
		return done;
	},
	'POST tokens': putToken,
	'DELETE tokens': ({ simulator, query }) => {
		const name = query.get('name') ?? '';
		if (!simulator.tokens.delete(name)) throw new Refused(404, `No token ${name}`);
		return done;
	},
	'POST reset': reset,
};

/**
 * Answers a request to the control plane.
 * @param path what follows the prefix
 * @param body JSON text, or empty for none
 * @returns the answer; faulty calls are answered 400 or 404 with a message
 */
export function handleControl(
	simulator: Simulator,
	method: string,
	path: string,
	query: URLSearchParams,
	body: string,
): Answer {
	const call = calls[`${method} ${path}`];
	if (!call) return errorAnswer(404, `No control call ${method} ${path}`, 'json');
	try {
		const parsed: unknown = body === '' ? {} : JSON.parse(body);
		return jsonAnswer(JSON.stringify(call({ simulator, query, body: parsed })));
	} catch (error) {
		if (error instanceof Refused) return errorAnswer(error.status, error.message, 'json');
		if (error instanceof z.ZodError || error instanceof SyntaxError) {
			return errorAnswer(400, error.message, 'json');
		}
		throw error;
	}
}
