/**
 * What the trigger stores between two polls: versioned, and tied to the configuration that it belongs to. What an event
 * keeps of its own is in `body`; the event's follower reads and writes it.
 */
import { z } from 'zod';

import { digestOf } from './seen';

/** Where a trigger can begin; the names are stored in workflows. */
export const startsFrom = ['beginning', 'date', 'now'] as const;
export type StartFrom = (typeof startsFrom)[number];

/** What a trigger begins with: what its parameters gave when it started. What expressions give later changes nothing. */
export interface Start {
	/** Which configuration it belongs to, see {@link fingerprintOf}. */
	fingerprint: string;
	/** One of the trigger's events. */
	event: string;
	startFrom: StartFrom;
	/** API time, when `startFrom` is `date`. */
	startDate?: string | undefined;
}

const stateSchema = z.object({
	version: z.literal(1),
	fingerprint: z.string(),
	event: z.string(),
	startFrom: z.enum(startsFrom),
	startDate: z.string().optional(),
	/** Absent until the first poll. */
	body: z.unknown(),
});

/** Plain JSON, as n8n stores it. */
export type StoredState = z.infer<typeof stateSchema>;

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

/** The state of a trigger that has not polled yet. */
export function newState(start: Start): StoredState {
	return { version: 1, ...start };
}

/**
 * Reads a stored state for a configuration. Another configuration, a damaged state or one of a newer
 * version of this package is not used: the trigger starts over from its "Start From" then.
 */
export function readState(
	stored: unknown,
	fingerprint: string,
): { state?: StoredState; discarded: Discarded } {
	if (stored === undefined) return { discarded: 'none' };
	const { data } = stateSchema.safeParse(stored);
	if (data?.fingerprint === fingerprint) return { state: data, discarded: 'none' };
	const told = z.object({ fingerprint: z.string() }).safeParse(stored);
	const isOther = told.success && told.data.fingerprint !== fingerprint;
	return { discarded: isOther ? 'otherConfiguration' : 'unreadable' };
}
