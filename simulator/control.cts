import type { AuditEntry } from '@nodes/shared/api/contract';
import type { Permission } from '@nodes/shared/api/endpoints';
import { z } from 'zod';
import { errorAnswer, jsonAnswer, Refused, type Answer } from './answers.cjs';
import { resetSchema, type Ledger, type RequestsAnswer, type State } from './controlAnswers.cjs';
import { eventCalls, moment, type Call } from './controlEvents.cjs';
import type { JsonObject } from './json.cjs';
import {
	faultSchema,
	liveSchema,
	newAnomaliesSchema,
	newAuditsSchema,
	pagePlanSchema,
	rateLimitSchema,
	settingsSchema,
	tokenSchema,
	userStatusSchema,
} from './schemas.cjs';
import { formatDate, formatTimestamp } from './time.cjs';

/** Everything below this path is the control plane: it needs no token and is never hit by faults. */
export const controlPrefix = '/_simulator/';

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
	const { now, remediationDelayMs, ...changes } = resetSchema.parse(body);
	const at = moment(now);
	const given = Object.entries<unknown>(changes).filter(([, value]) => value !== undefined);
	simulator.reset(
		{ ...Object.fromEntries(given), ...(at === undefined ? {} : { now: at }) },
		remediationDelayMs === undefined ? {} : { remediationDelayMs },
	);
	return { tokens: simulator.tokens.secrets() };
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
	...eventCalls,
	'POST anomalies': createAnomalies,
	'POST audits': createAudits,
	'POST users/status': ({ simulator, body }) => {
		const { status, count, from } = userStatusSchema.parse(body);
		for (let index = from; index < from + count; index++) {
			simulator.world.userStatus.set(index, status);
		}
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
	'POST next': ({ simulator }) => ({ happened: simulator.world.timers.next() }),
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
	simulator: Call['simulator'],
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
