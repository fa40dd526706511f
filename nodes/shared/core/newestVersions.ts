/**
 * Events are not immutable: one that is updated comes back through the checkpoint chain, also in the
 * middle of a listing (docs/api.md, "Events are not immutable"). Which of two versions is newer is decided here, for
 * whatever reads events; {@link NewestVersions} keeps one record per id, its newest version.
 */
import type { ApiRecord } from '../api/contract';
import { sortableTime } from './timestamp';

/** What tells the versions of an event apart. */
export interface Version {
	updated_at?: unknown;
}

/**
 * Whether a version that was returned later is older all the same: its `updated_at` is earlier. With equal times, or without
 * a readable one, what is returned later is newer: the chain is ordered by update.
 */
export function isOlderVersion(returned: Version, known: Version): boolean {
	const time = sortableTime(returned.updated_at);
	const knownTime = sortableTime(known.updated_at);
	return time !== undefined && knownTime !== undefined && time < knownTime;
}

export class NewestVersions {
	private readonly wanted = new Map<unknown, ApiRecord>();
	/** The newest versions that are not wanted: only what tells whether another one is older. */
	private readonly others = new Map<unknown, Version>();
	private withoutId = 0;

	/** Takes the records of a page in the API's order, see {@link take}. */
	add(records: Iterable<ApiRecord>, isWanted: (record: ApiRecord) => boolean = () => true): void {
		for (const record of records) this.take(record, isWanted(record));
	}

	/**
	 * Takes a record. A newer version replaces the older one and stands where the API put it, and so does one with the
	 * same `updated_at`: the vendor says to keep the latest one returned. An older one is ignored, and so is the very
	 * same record again, as overlapping pages bring it: it stays where it was. A record without an id is always kept.
	 * @param isWanted whether it passes the filters; the newest version decides
	 * @returns whether it is the newest version by now
	 */
	take(record: ApiRecord, isWanted = true): boolean {
		const key = record.id ?? `no id ${this.withoutId++}`;
		const known = this.wanted.get(key);
		const other = this.others.get(key);
		if (known && (isOlderVersion(record, known) || isSame(record, known))) return false;
		if (other && isOlderVersion(record, other)) return false;
		this.wanted.delete(key);
		this.others.delete(key);
		if (isWanted) this.wanted.set(key, record);
		else if (key === record.id) this.others.set(key, { updated_at: record.updated_at });
		return true;
	}

	/** How many records are wanted. */
	get size(): number {
		return this.wanted.size;
	}

	/** All that are wanted, in the order of the API. */
	values(): ApiRecord[] {
		return [...this.wanted.values()];
	}
}

/** Whether it is the very same version: the API writes one record the same way each time. */
function isSame(record: ApiRecord, known: ApiRecord): boolean {
	return record.updated_at === known.updated_at && JSON.stringify(record) === JSON.stringify(known);
}
