/**
 * Events are not immutable: one that is updated comes back through the checkpoint chain, also in the
 * middle of a listing (docs/api.md, "Events are not immutable"). This keeps one record per id, its newest version.
 */
import type { ApiRecord } from '../api/contract';
import { sortableTime } from './timestamp';

export class NewestVersions {
	private readonly byId = new Map<unknown, ApiRecord>();
	private withoutId = 0;

	/**
	 * Takes the records of a page in the API's order. A newer version replaces the older one and stands
	 * where the API put it, and so does one with the same `updated_at`: the vendor says to keep the latest
	 * one returned. An older one is ignored, and so is the very same record again, as overlapping pages bring
	 * it: it stays where it was. A record without an id is always kept.
	 */
	add(records: Iterable<ApiRecord>): void {
		for (const record of records) {
			const key = record.id ?? `no id ${this.withoutId++}`;
			const known = this.byId.get(key);
			if (known === undefined) {
				this.byId.set(key, record);
			} else if (!isOlder(record, known) && !isSame(record, known)) {
				this.byId.delete(key);
				this.byId.set(key, record);
			}
		}
	}

	get size(): number {
		return this.byId.size;
	}

	/** All that was kept, in the order of the API. */
	values(): ApiRecord[] {
		return [...this.byId.values()];
	}
}

/** Without a readable `updated_at` the later one in the chain counts as newer: the chain is ordered by update. */
function isOlder(record: ApiRecord, known: ApiRecord): boolean {
	const time = sortableTime(record.updated_at);
	const knownTime = sortableTime(known.updated_at);
	return time !== undefined && knownTime !== undefined && time < knownTime;
}

/** Whether it is the very same version: the API writes one record the same way each time. */
function isSame(record: ApiRecord, known: ApiRecord): boolean {
	return record.updated_at === known.updated_at && JSON.stringify(record) === JSON.stringify(known);
}
