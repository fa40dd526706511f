/**
 * Events that were new while a field that a filter looks at was not known yet. A later version of such an event may
 * pass. Apart from the other memory, so that neither pushes the other out.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { sortableTime, toMillis } from '../../shared/core/timestamp';
import { LONGEST_DELAY_MS, timeAt } from './clocks';
import { Seen, type SeenHours } from './seen';

/** How many events wait at most: 25 kB of state. */
export const MOST_WAITING = 2_000;

export type StoredWaiting = SeenHours;

export class Waiting {
	private readonly events: Seen;

	/** Takes what {@link toStored} gave. */
	constructor(stored?: StoredWaiting) {
		this.events = new Seen(stored, MOST_WAITING);
	}

	has(event: ApiRecord, id: string): boolean {
		return this.events.has(id, createdAt(event));
	}

	/** Lets an event wait, for a day from its creation. */
	add(event: ApiRecord, id: string): void {
		if (ageOf(event) <= LONGEST_DELAY_MS) this.events.add(id, createdAt(event));
		else this.delete(event, id);
	}

	/** Whether an event waited and what it waited for came after more than a day. */
	isTooLate(event: ApiRecord, id: string): boolean {
		return this.has(event, id) && ageOf(event) > LONGEST_DELAY_MS;
	}

	delete(event: ApiRecord, id: string): void {
		this.events.delete(id, createdAt(event));
	}

	/**
	 * Lets those go whose day is over, and the oldest of too many.
	 * @param surelyPassed milliseconds since 1970
	 * @returns how many were too many
	 */
	makeRoom(surelyPassed: number): number {
		this.events.forgetUpTo(timeAt(surelyPassed - LONGEST_DELAY_MS));
		return this.events.forgetExcess().count;
	}

	/** As n8n stores it; `undefined` where nothing waits. */
	toStored(): StoredWaiting | undefined {
		return this.events.size === 0 ? undefined : this.events.toStored();
	}
}

function createdAt(event: ApiRecord): string {
	return sortableTime(event.created_at) ?? '';
}

/** How old an event was, in milliseconds, when this version of it was made; 0 where that cannot be read. */
function ageOf({ created_at: created, updated_at: updated }: ApiRecord): number {
	const [from, to] = [toMillis(created), toMillis(updated)];
	return from === undefined || to === undefined ? 0 : to - from;
}
