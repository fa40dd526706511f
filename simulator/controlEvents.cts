/** The control plane's calls on events: to make them, to change them, to say where their mail is. */
import { z } from 'zod';
import { Refused } from './answers.cjs';
import type { MailPlaces, TouchedEvent } from './controlAnswers.cjs';
import {
	eventUpdateSchema,
	newEventsSchema,
	placeSchema,
	remediationPlanSchema,
	versionSchema,
	type ParsedVersion,
} from './eventSchemas.cjs';
import { isJsonObject, type JsonObject } from './json.cjs';
import type { Simulator } from './simulator.cjs';
import { parseTimestamp, type Micros } from './time.cjs';

/** One call to the control plane. */
export interface Call {
	simulator: Simulator;
	query: URLSearchParams;
	body: unknown;
}

/** @returns the moment that a text names; throws Refused for what is none */
export function moment(text: string | undefined): Micros | undefined {
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

/** The field of an event that says to which burst it belongs, to be laid over another event. */
function burstOf(record: JsonObject): JsonObject {
	const details = record['defender_details'];
	const burst = isJsonObject(details) ? details['burst_attack_id'] : undefined;
	return burst === undefined ? {} : { defender_details: { burst_attack_id: burst } };
}

function createEvents({ simulator, body }: Call): { events: TouchedEvent[] } {
	const { count, place, createdAt, updatedAt, oneBurst, ...rest } = newEventsSchema.parse(body);
	const { events, remediation } = simulator.world;
	const made: TouchedEvent[] = [];
	for (let done = 0; done < count; done++) {
		const index = events.create({
			...rest,
			createdAt: moment(createdAt),
			updatedAt: moment(updatedAt),
		});
		const first = made[0];
		if (oneBurst && first)
			events.amend(index, burstOf(events.record(indexOf(simulator, first.id))));
		if (place) remediation.place(index, place);
		made.push(touched(simulator, index, events.end - 1));
	}
	return { events: made };
}

/** Whether a change of an event may have moved its mail. */
function movesMail(fields: JsonObject = {}, without: readonly string[] = []): boolean {
	return 'defender_details' in fields || 'inbound_email_details' in fields || without.length > 0;
}

function updateEvents({ simulator, body }: Call): { events: TouchedEvent[] } {
	const { ids, count = 0, recent, fields, without, updatedAt } = eventUpdateSchema.parse(body);
	const { events, remediation } = simulator.world;
	const indexes = (ids ?? []).map((id) => indexOf(simulator, id));
	for (let done = 0; done < count; done++) {
		const index = events.pick(recent);
		if (index !== undefined) indexes.push(index);
	}
	return {
		events: indexes.map((index) => {
			const change = { fields, without, updatedAt: moment(updatedAt) };
			const { sequence } = events.update(index, change);
			if (movesMail(fields, without)) remediation.forget(index);
			return touched(simulator, index, sequence);
		}),
	};
}

/** The fields of an event that tell the counts. */
function countFields(counts: ParsedVersion['counts']): JsonObject {
	if (!counts) return {};
	const { admin, user, deletion } = counts;
	const quarantine = {
		...(admin ? { admin_quarantine_status_count: admin } : {}),
		...(user ? { user_quarantine_status_count: user } : {}),
	};
	return {
		defender_details: {
			...(admin || user ? { quarantine_status_count: quarantine } : {}),
			...(deletion ? { deletion_status_count: deletion } : {}),
		},
	};
}

function publishOne(simulator: Simulator, version: ParsedVersion): TouchedEvent {
	const { record, id = '', counts, fields, without } = version;
	const { clock, events, remediation } = simulator.world;
	if (record) {
		const updatedAt = version.updatedAt === undefined ? {} : { updated_at: version.updatedAt };
		const index = events.publish(record.id, { ...record, ...updatedAt });
		remediation.forget(index);
		return touched(simulator, index, events.end - 1);
	}
	const index = indexOf(simulator, id);
	const updatedAt = moment(version.updatedAt) ?? clock.stamp();
	events.amend(index, countFields(counts));
	const { sequence } = events.update(index, { fields, without, updatedAt });
	remediation.forget(index);
	return touched(simulator, index, sequence);
}

/** What is to come later is checked now and not part of the answer. */
function publish({ simulator, body }: Call): { events: TouchedEvent[] } {
	const versions = versionSchema.array().parse(body);
	for (const { id, updatedAt } of versions) {
		if (id !== undefined) indexOf(simulator, id);
		moment(updatedAt);
	}
	const events: TouchedEvent[] = [];
	for (const version of versions) {
		const now = version.afterMs === 0;
		simulator.world.timers.later(version.afterMs, () => {
			const made = publishOne(simulator, version);
			if (now) events.push(made);
		});
	}
	return { events };
}

function mail({ simulator, query }: Call): MailPlaces {
	const id = query.get('id') ?? '';
	return { id, places: simulator.world.remediation.placesOf(indexOf(simulator, id)) };
}

const done = { ok: true };

/** By method and path. */
export const eventCalls: Record<string, (call: Call) => object> = {
	'GET event': ({ simulator, query }) =>
		simulator.world.events.record(indexOf(simulator, query.get('id') ?? '')),
	'POST events': createEvents,
	'POST events/update': updateEvents,
	'POST events/publish': publish,
	'GET mail': mail,
	'POST mail': ({ simulator, body }) => {
		const { id, place, addresses } = placeSchema.parse(body);
		simulator.world.remediation.place(indexOf(simulator, id), place, addresses);
		return done;
	},
	'POST remediation/plan': ({ simulator, body }) => {
		const { id, ...plan } = remediationPlanSchema.parse(body);
		simulator.world.remediation.plan(indexOf(simulator, id), plan);
		return done;
	},
};
