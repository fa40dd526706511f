/**
 * What the trigger stores between two polls: versioned, bounded, and tied to the configuration that it
 * belongs to. This module reads and writes it; what it means is in `drain`.
 */
import { z } from 'zod';

import type { Position } from '../../shared/core/walk';
import { digestOf } from './seen';

const events = [
	'anomalyDetected',
	'auditEntryCreated',
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
] as const;
const startsFrom = ['beginning', 'date', 'now'] as const;

/** The trigger's events that follow a list of the API; the names are stored in workflows. */
export type TriggerEvent = (typeof events)[number];
/** Where a trigger begins; the names are stored in workflows. */
export type StartFrom = (typeof startsFrom)[number];

/** What a trigger begins with: what its parameters gave when it started. */
export interface Start {
	/** Which configuration it belongs to, see {@link fingerprintOf}. */
	fingerprint: string;
	event: TriggerEvent;
	startFrom: StartFrom;
	/** API time, when `startFrom` is `date`. */
	startDate?: string;
}

const positionSchema = z.discriminatedUnion('at', [
	z.object({ at: z.literal('beginning') }),
	z.object({ at: z.literal('createdAfter'), time: z.string() }),
	z.object({ at: z.literal('checkpoint'), checkpoint: z.string() }),
]);

const auditMarkSchema = z.object({ time: z.string(), count: z.number() });

const stateSchema = z.object({
	version: z.literal(1),
	/** Which configuration this belongs to, see {@link fingerprintOf}. */
	fingerprint: z.string(),
	/** What the parameters gave when the trigger started; what their expressions give later changes nothing. */
	event: z.enum(events),
	startFrom: z.enum(startsFrom),
	/** Where the listing goes on; absent until a starting point was found. */
	position: positionSchema.optional(),
	/** Records up to this time existed before the trigger began (API time); empty for "everything is new". */
	since: z.string(),
	/** When a trigger "from now" polled for the first time (the process's clock, ms), until the end was reached once. */
	begunAt: z.number().optional(),
	/** While clocks disagree: what else `since` may be (API time, ascending), until the end was reached once. */
	begins: z.array(z.string()).optional(),
	/** Which of them the API's own clock said. */
	apiBegin: z.string().optional(),
	/** Whether the end of the listing was reached once: until then `since` decides what is new. */
	caughtUp: z.boolean(),
	/** Everything up to this time has been dealt with (sortable time); empty until the end was reached. */
	horizon: z.string(),
	/** The newest time that a record had (sortable time); empty until there was one. */
	newest: z.string(),
	/** Set while records are listed again that were dealt with: after a refused checkpoint or a last page without one. */
	rewalking: z.boolean(),
	/** Digests of the checkpoints that the listing passed last, one after the other: none of them leads on. */
	trail: z.string(),
	/** What was dealt with behind the horizon. */
	seen: z.record(z.string()),
	/** Audits have no id: the last time that was passed, and how many entries of exactly that time. */
	lastAudit: auditMarkSchema.optional(),
	/** While audits are walked again: what was passed before and is left out. */
	skip: auditMarkSchema.optional(),
	/** Digests of audit entries that come again, because no checkpoint stands behind them. */
	listedAgain: z.array(z.string()).optional(),
});

export type TriggerState = z.infer<typeof stateSchema>;

/** Why a stored state was not used. */
export type Discarded = 'none' | 'otherConfiguration' | 'unreadable';

/**
 * The configuration as one short text: the portal, and the parameters as they were written, expressions unresolved.
 * So a date that is computed anew at each poll, or read in another time zone, is the same configuration. Filters are
 * not part of it: they choose what is emitted, not where the trigger stands, so changing them neither replays nor
 * skips anything.
 * @param origin `https://<host>` of the portal: a checkpoint of another tenant means nothing here
 */
export function fingerprintOf(origin: string, written: readonly unknown[]): string {
	return digestOf(JSON.stringify([origin, ...written]), 22);
}

/**
 * Reads a stored state for a configuration. Another configuration, a damaged state or one of a newer
 * version of this package is not used: the trigger starts afresh from its "Start From" then.
 */
export function readState(
	stored: unknown,
	fingerprint: string,
): { state?: TriggerState; discarded: Discarded } {
	const { data } = stateSchema.safeParse(stored);
	if (data?.fingerprint === fingerprint) return { state: data, discarded: 'none' };
	return { discarded: whyDiscarded(stored, fingerprint) };
}

/** Why a state that is not used is not used; it may be of any event. */
export function whyDiscarded(stored: unknown, fingerprint: string): Discarded {
	if (stored === undefined) return 'none';
	const { data } = z.object({ fingerprint: z.string() }).safeParse(stored);
	return data && data.fingerprint !== fingerprint ? 'otherConfiguration' : 'unreadable';
}

/** The state of a trigger that has not polled yet. */
export function newState({ fingerprint, event, startFrom, startDate = '' }: Start): TriggerState {
	const start = startOf(event, startFrom, startDate);
	return {
		version: 1,
		fingerprint,
		event,
		startFrom,
		...(start === undefined ? {} : { position: start }),
		since: startFrom === 'date' ? startDate : '',
		caughtUp: false,
		horizon: '',
		newest: '',
		rewalking: false,
		trail: '',
		seen: {},
	};
}

/** Where to begin without knowing anything of the API; `undefined` when that has to be looked for. */
function startOf(
	event: TriggerEvent,
	startFrom: StartFrom,
	startDate: string,
): Position | undefined {
	if (event === 'auditEntryCreated' || event === 'anomalyDetected' || startFrom === 'beginning') {
		return { at: 'beginning' };
	}
	// Updates of older events stand before the first event created after the date, so it is looked for.
	if (event === 'securityEventCreatedOrUpdated') return undefined;
	return startFrom === 'date' ? { at: 'createdAfter', time: startDate } : undefined;
}
