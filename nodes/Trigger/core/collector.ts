/** What a chain needs of the memory of its records. */
import type { ApiRecord } from '../../shared/api/contract';

/** Where a record of a chain stands. All times are sortable. */
export interface Place {
	/** Nothing up to here is new; empty for no such time. */
	floor: string;
	/** Nothing up to here will ever count as new. */
	never: string;
	/** The watermark; absent until the end of the listing was reached once. */
	horizon?: string | undefined;
	/** A record stamped later than this tells nothing of how far the chain was walked: no clock bears it out. */
	latest: string;
	/** Whether records come again that were dealt with. */
	again: boolean;
}

/** Takes records in the order of the chain, keeps those to emit, and remembers what was dealt with. */
export interface Collector<Stored> {
	/** @returns whether this changes anything */
	take(record: ApiRecord, place: Place): boolean;
	/** How many records there are to emit. */
	readonly count: number;
	/** The newest time that was passed in the order of the chain (sortable time); empty for none. */
	readonly walkedTo: string;
	/** What to emit, in the order of the API. */
	emit(): ApiRecord[];
	/** These records were taken and will come again, because no checkpoint stands behind them. */
	hold(records: readonly ApiRecord[]): void;
	/** The end was reached: nothing that was taken before will come again. */
	release(): void;
	/** Forgets what lies below the watermark. */
	forgetUpTo(horizon: string): void;
	/** Forgets the oldest of too many, up to `latest`; returns up to where. */
	forgetOldestUpTo(latest: string): string | undefined;
	/**
	 * Brings the memory down to its bounds.
	 * @param surelyPassed milliseconds since 1970 that no clock and no record contradicts
	 * @returns how many events that waited had to go
	 */
	makeRoom(surelyPassed: number): number;
	toStored(): Stored;
}
