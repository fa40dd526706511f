/**
 * The first few of many events in an order by `created_at`, without holding the rest: events come by in the order
 * of their updates, so the whole list has to be seen, but not kept.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { sortableTime } from '../../shared/core/timestamp';

export type EventOrder = 'newestFirst' | 'oldestFirst';

/** Sorts behind every time: an event whose time cannot be read counts as the newest, as everywhere. */
export const UNREADABLE = '~';

/** A text that sorts as the creation of an event does. */
export function creationKey(event: ApiRecord): string {
	return sortableTime(event.created_at) ?? UNREADABLE;
}

interface Candidate {
	event: ApiRecord;
	key: string;
	/** Place in the chain of what was read. */
	place: number;
}

/**
 * Keeps the `limit` foremost events, each in its latest returned version.
 *
 * A later version can take a candidate away, because it no longer passes the filters. Then one that was let go
 * before might be missed, so a reserve is held beyond the limit, and `exact` says whether it was enough.
 */
export class Foremost {
	private held = new Map<unknown, Candidate>();
	private places = 0;
	private withoutId = 0;
	/** The foremost of those that were let go. */
	private letGo: Candidate | undefined;
	/** The most candidates that were held at any time. */
	peak = 0;

	/**
	 * @param limit how many are wanted; `Infinity` keeps all
	 * @param reserve how many more survive each time that candidates are let go
	 */
	constructor(
		private readonly order: EventOrder,
		private readonly limit: number,
		private readonly reserve: number,
	) {}

	/** How many candidates are held now. */
	get size(): number {
		return this.held.size;
	}

	/** Takes an event in the order of the chain. `passes` is false for one that is not wanted, in this version. */
	add(event: ApiRecord, passes: boolean): void {
		const id = event.id ?? `no id ${this.withoutId++}`;
		this.held.delete(id);
		if (!passes) return;
		const candidate = { event, key: creationKey(event), place: this.places++ };
		this.held.set(id, candidate);
		this.peak = Math.max(this.peak, this.held.size);
		// Let go in batches: sorting for each event would cost more than the request that brought it.
		if (this.held.size >= this.limit + 2 * this.reserve) this.trim();
	}

	/** The foremost events in their order. */
	values(): ApiRecord[] {
		return this.sorted()
			.slice(0, this.limit)
			.map(([, { event }]) => event);
	}

	/** Whether {@link values} is right for sure: nothing that was let go would stand among them. */
	get exact(): boolean {
		if (!this.letGo) return true;
		const last = this.sorted()[this.limit - 1]?.[1];
		return last !== undefined && this.compare(last, this.letGo) < 0;
	}

	private trim(): void {
		const sorted = this.sorted();
		const kept = this.limit + this.reserve;
		const first = sorted[kept]?.[1];
		if (first && (!this.letGo || this.compare(first, this.letGo) < 0)) this.letGo = first;
		this.held = new Map(sorted.slice(0, kept));
	}

	private sorted(): Array<[unknown, Candidate]> {
		return [...this.held].sort(([, a], [, b]) => this.compare(a, b));
	}

	/** Equal times stand as in the chain: the later one is the newer. */
	private compare(a: Candidate, b: Candidate): number {
		const older = a.key === b.key ? a.place - b.place : a.key < b.key ? -1 : 1;
		return this.order === 'oldestFirst' ? older : -older;
	}
}
