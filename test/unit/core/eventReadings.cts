/** What the tests of the reading of events ask for, and when. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { EventQuery, EventReading } from '@nodes/Proofpoint/core/newestFirst';
import { fromMillis } from '@nodes/shared/core/timestamp';

/** An hour and a day in milliseconds, and the time at which events are read. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOW = Date.parse('2026-11-28T10:00:00.000Z');

/** A time as the API has it. */
export const at = (millis: number) => fromMillis(millis) ?? '';

/** What is asked for, but for the pages. */
export const base: Omit<EventQuery, 'fetchPage'> = {
	pageSize: 100,
	limit: 50,
	passes: () => true,
	now: NOW,
	most: Infinity,
};

/** The events of a reading that came to its end. */
export function eventsOf(reading: EventReading): ApiRecord[] {
	if (reading.kind !== 'read') throw new Error(`the reading ended as ${reading.kind}`);
	return reading.events;
}
