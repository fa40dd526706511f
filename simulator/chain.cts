import { Numbers } from './growable.cjs';
import type { Micros } from './time.cjs';

/** One version of an event: when it was written and its place in the chain. */
export interface Version {
	updated_at: Micros;
	sequence: number;
}

/** A run of events along the chain. */
export interface ChainSlice {
	/** Indexes of the events, in the order of their last update. */
	events: number[];
	/** Where to go on. */
	next: number;
	/** Whether anything follows `next`. */
	more: boolean;
}

/**
 * The order in which the API shows events: every creation and every update adds an entry at the
 * end, and only the last entry of an event counts. Reading from a position near the end costs
 * nothing for the history before it.
 */
export class Chain {
	private readonly entryEvent = new Numbers();
	private readonly entryTime = new Numbers();
	private readonly lastEntry = new Numbers();

	/** Number of entries so far: the position of the end. */
	get end(): number {
		return this.entryEvent.length;
	}

	/** Time of the entry at the end; before all others without any. */
	get lastTime(): Micros {
		return this.end === 0 ? -Infinity : this.entryTime.at(this.end - 1);
	}

	/**
	 * Adds an entry: the event's newest version is now here.
	 * @returns its sequence number
	 */
	append(event: number, updatedAt: Micros): number {
		const sequence = this.end;
		this.entryEvent.push(event);
		this.entryTime.push(updatedAt);
		while (this.lastEntry.length <= event) this.lastEntry.push(-1);
		this.lastEntry.set(event, sequence);
		return sequence;
	}

	/** @returns when the event was last updated */
	updatedAt(event: number): Micros {
		return this.entryTime.at(this.lastEntry.at(event));
	}

	/**
	 * Reads along the chain.
	 * @param from position to start at (0 = the beginning of the platform)
	 * @param limit most events to return
	 * @param wanted leaves out the events for which it returns false; `more` still counts them
	 */
	read(from: number, limit: number, wanted: (event: number) => boolean = () => true): ChainSlice {
		const events: number[] = [];
		let at = from;
		for (; at < this.end && events.length < limit; at++) {
			const event = this.newestAt(at);
			if (event !== undefined && wanted(event)) events.push(event);
		}
		let rest = at;
		while (rest < this.end && this.newestAt(rest) === undefined) rest++;
		return { events, next: at, more: rest < this.end };
	}

	/**
	 * Goes through all entries from a sequence number on, superseded ones too.
	 * @param visit receives the event's index and that version
	 */
	visit(from: number, visit: (event: number, version: Version) => void): void {
		for (let at = from; at < this.end; at++) {
			visit(this.entryEvent.at(at), { sequence: at, updated_at: this.entryTime.at(at) });
		}
	}

	private newestAt(sequence: number): number | undefined {
		const event = this.entryEvent.at(sequence);
		return this.lastEntry.at(event) === sequence ? event : undefined;
	}
}
