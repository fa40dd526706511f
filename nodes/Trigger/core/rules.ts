/**
 * What is new, for each of the trigger's events: which text identifies a record, which of its times
 * counts, and whether it was dealt with before. Pure functions over one record and the state.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { sortableTime } from '../../shared/core/timestamp';
import type { Seen } from './seen';
import type { TriggerEvent, TriggerState } from './state';

export interface Rule {
	/** Identifies what must come once; `undefined` for records that have no identity (audits). */
	key(record: ApiRecord): string | undefined;
	/** The time by which "before" and "after" are decided. */
	time(record: ApiRecord): unknown;
	/** The time under which the record is remembered (sortable; empty for none): it must never change. */
	rememberedAt(record: ApiRecord): string;
}

export const rules: Record<TriggerEvent, Rule> = {
	securityEventCreated: {
		key: ({ id }) => textOf(id),
		time: (event) => event.created_at,
		rememberedAt: (event) => sortableTime(event.created_at) ?? '',
	},
	securityEventCreatedOrUpdated: {
		key: ({ id, updated_at }) => {
			const text = textOf(id);
			return text === undefined ? undefined : `${text}|${sortableTime(updated_at) ?? ''}`;
		},
		time: (event) => event.updated_at,
		rememberedAt: (event) => sortableTime(event.updated_at) ?? '',
	},
	anomalyDetected: {
		key: ({ id }) => textOf(id),
		time: (anomaly) => anomaly.anomalous_period_end,
		// The period of a finding may go on.
		rememberedAt: () => '',
	},
	auditEntryCreated: {
		key: () => undefined,
		time: (entry) => entry.timestamp,
		rememberedAt: () => '',
	},
};

/**
 * Whether a record is news for the trigger. A record whose time cannot be read is news: better once
 * too often than never.
 * @param floor nothing up to this time is ever news (sortable time; empty for no floor)
 */
export function isNew(
	event: TriggerEvent,
	record: ApiRecord,
	{ state, seen, floor }: { state: TriggerState; seen: Seen; floor: string },
): boolean {
	const { key, time, rememberedAt } = rules[event];
	const at = sortableTime(time(record));
	const identity = key(record);
	if (identity !== undefined && seen.has(identity, rememberedAt(record))) return false;
	if (at === undefined) return true;
	if (at <= floor) return false;
	if (!state.caughtUp) return true;
	// An old event that was updated comes back through the chain; its creation is no news.
	if (event === 'securityEventCreated') return at > state.horizon;
	// The chain brings each version once. Only a second walk has to tell by the time.
	if (event === 'securityEventCreatedOrUpdated') return !state.rewalking || at > state.horizon;
	return true;
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
