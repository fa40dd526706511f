/**
 * What the trigger stores between two polls: versioned, bounded, and tied to the configuration that it
 * belongs to. This module reads and writes it; what it means is in `drain`.
 */
import { createHash } from 'crypto';
import { z } from 'zod';

import type { Position } from '../../shared/core/walk';

/** The trigger's events that follow a list of the API; the names are stored in workflows. */
export type TriggerEvent =
	| 'anomalyDetected'
	| 'auditEntryCreated'
	| 'securityEventCreated'
	| 'securityEventCreatedOrUpdated';

/** The part of the configuration that decides what a stored position means. */
export interface Scope {
	/** `https://<host>` of the portal: a checkpoint of another tenant means nothing here. */
	origin: string;
	event: TriggerEvent;
	startFrom: 'beginning' | 'date' | 'now';
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
	/** Where the listing goes on; absent until a starting point was found. */
	position: positionSchema.optional(),
	/** Records up to this time existed before the trigger began (API time); empty for "everything is new". */
	since: z.string(),
	/** When a trigger "from now" polled for the first time (this machine's clock, ms), until `since` is known. */
	begunAt: z.number().optional(),
	/** Whether the end of the listing was reached once: until then `since` decides what is new. */
	caughtUp: z.boolean(),
	/** Everything up to this time has been dealt with (sortable time); empty until the end was reached. */
	horizon: z.string(),
	/** Set while the listing is walked again after a refused checkpoint. */
	rewalking: z.boolean(),
	/** What was dealt with behind the horizon. */
	seen: z.record(z.string()),
	/** Audits have no id: the last time that was passed, and how many entries of exactly that time. */
	lastAudit: auditMarkSchema.optional(),
	/** While audits are walked again: what was passed before and is left out. */
	skip: auditMarkSchema.optional(),
});

export type TriggerState = z.infer<typeof stateSchema>;

/** Why a stored state was not used. */
export type Discarded = 'none' | 'otherConfiguration' | 'unreadable';

/**
 * The configuration as one short text. Filters are not part of it: they choose what is emitted, not where the
 * trigger stands, so changing them neither replays nor skips anything.
 */
export function fingerprintOf({ origin, event, startFrom, startDate }: Scope): string {
	return createHash('sha256')
		.update(JSON.stringify([origin, event, startFrom, startDate ?? '']))
		.digest('base64')
		.slice(0, 22);
}

/**
 * Reads a stored state for a configuration. Another configuration, a damaged state or one of a newer
 * version of this package is not used: the trigger starts afresh from its "Start From" then.
 */
export function readState(
	stored: unknown,
	scope: Scope,
): { state: TriggerState; discarded: Discarded } {
	const fingerprint = fingerprintOf(scope);
	if (stored === undefined) return { state: newState(scope), discarded: 'none' };
	const { data } = stateSchema.safeParse(stored);
	if (!data) return { state: newState(scope), discarded: 'unreadable' };
	if (data.fingerprint !== fingerprint) {
		return { state: newState(scope), discarded: 'otherConfiguration' };
	}
	return { state: data, discarded: 'none' };
}

/** The state of a trigger that has not polled yet. */
export function newState(scope: Scope): TriggerState {
	const start = startOf(scope);
	return {
		version: 1,
		fingerprint: fingerprintOf(scope),
		...(start === undefined ? {} : { position: start }),
		since: scope.startFrom === 'date' ? (scope.startDate ?? '') : '',
		caughtUp: false,
		horizon: '',
		rewalking: false,
		seen: {},
	};
}

/** Where to begin without knowing anything of the API; `undefined` when that has to be looked for. */
function startOf({ event, startFrom, startDate }: Scope): Position | undefined {
	if (event === 'auditEntryCreated' || event === 'anomalyDetected' || startFrom === 'beginning') {
		return { at: 'beginning' };
	}
	// Updates of older events stand before the first event created after the date, so it is looked for.
	if (event === 'securityEventCreatedOrUpdated') return undefined;
	return startFrom === 'date' && startDate !== undefined
		? { at: 'createdAfter', time: startDate }
		: undefined;
}
