/**
 * The trigger's bounded memory of what it has already dealt with: digests of keys, sorted into the
 * hour of the record's own time, so that old hours can be forgotten as a whole.
 */
import { createHash } from 'crypto';

import type { ApiRecord } from '../../shared/api/contract';

/** How many records are remembered at most, unless a list holds more: 5,000 digests of 12 characters are 60 kB of state. */
export const MOST_REMEMBERED = 5_000;
/** So much room a record may take in the state, with its share of the hour: in an hour of its own it takes twice its digest. */
const ROOM_PER_RECORD = 13.5;
/** What an hour takes beside its digests: `"2026-01-31T08":"",`. */
const HOUR_LENGTH = 19;
/** 72 bits of SHA-256: two of a million keys are the same with a chance of one in 10^10. */
const DIGEST_LENGTH = 12;

/** Hour (`2026-01-31T08`) -> digests, one after the other. Plain JSON, as n8n stores it. */
export type SeenHours = Record<string, string>;

export class Seen {
	private readonly hours = new Map<string, Set<string>>();
	private count = 0;
	/** A record is looked up and then remembered: its digest is made once. */
	private last: { key: string; digest: string } | undefined;

	/**
	 * Takes what n8n stored; anything that is not of this shape is left out.
	 * @param most how many are remembered at most
	 */
	constructor(
		stored: SeenHours = {},
		private readonly most = MOST_REMEMBERED,
	) {
		for (const [hour, digests] of Object.entries(stored)) {
			const set = new Set<string>();
			for (let at = 0; at + DIGEST_LENGTH <= digests.length; at += DIGEST_LENGTH) {
				set.add(digests.slice(at, at + DIGEST_LENGTH));
			}
			this.hours.set(hour, set);
			this.count += set.size;
		}
	}

	get size(): number {
		return this.count;
	}

	/** Whether the key was remembered at this time (sortable text, see `core/timestamp`). */
	has(key: string, time: string): boolean {
		return this.hours.get(hourOf(time))?.has(this.digestOf(key)) ?? false;
	}

	/** Remembers a key, as the newest of its hour. */
	add(key: string, time: string): void {
		const hour = hourOf(time);
		let set = this.hours.get(hour);
		if (!set) {
			set = new Set();
			this.hours.set(hour, set);
		}
		const { size } = set;
		const digest = this.digestOf(key);
		set.delete(digest);
		set.add(digest);
		this.count += set.size - size;
	}

	/** Forgets a key of this time. */
	delete(key: string, time: string): void {
		const hour = hourOf(time);
		const set = this.hours.get(hour);
		if (!set?.delete(this.digestOf(key))) return;
		this.count--;
		if (set.size === 0) this.hours.delete(hour);
	}

	/** Forgets the hours that end at or before `horizon`. */
	forgetUpTo(horizon: string): void {
		for (const [hour, set] of this.hours) {
			// An hour may only go when all of it lies behind the horizon. What has no time lies nowhere.
			if (hour !== '' && hour < hourOf(horizon)) this.forget(hour, set);
		}
	}

	/**
	 * Makes room: forgets whole hours, oldest first, as long as there are too many and the hour ends at
	 * or before `latest`.
	 * @returns the end of the last hour that was forgotten, or `undefined`
	 */
	forgetOldestUpTo(latest: string): string | undefined {
		let forgottenUpTo: string | undefined;
		for (const hour of this.sortedHours()) {
			if (hour === '') continue;
			const end = `${hour}:59:59.999999`;
			if (!this.isTooLarge(this.most) || end > latest) break;
			this.forget(hour, this.hours.get(hour) ?? new Set());
			forgottenUpTo = end;
		}
		return forgottenUpTo;
	}

	/**
	 * Makes room at any price: the oldest digests go one by one.
	 * @param most how many may stay
	 * @returns how many went, and the end of the newest hour that lost some; an empty text where none did
	 */
	forgetExcess(most = this.most): { count: number; upTo: string } {
		const before = this.count;
		let upTo = '';
		for (const hour of this.sortedHours()) {
			const set = this.hours.get(hour) ?? new Set();
			for (const digest of set) {
				if (!this.isTooLarge(most)) return { count: before - this.count, upTo };
				set.delete(digest);
				this.count--;
				if (hour !== '') upTo = `${hour}:59:59.999999`;
			}
			this.hours.delete(hour);
		}
		return { count: before - this.count, upTo };
	}

	/** As n8n stores it. */
	toStored(): SeenHours {
		const stored: SeenHours = {};
		for (const hour of this.sortedHours()) {
			stored[hour] = [...(this.hours.get(hour) ?? [])].join('');
		}
		return stored;
	}

	private digestOf(key: string): string {
		if (this.last?.key !== key) {
			this.last = { key, digest: digestOf(key) };
		}
		return this.last.digest;
	}

	private isTooLarge(most: number): boolean {
		const stored = this.count * DIGEST_LENGTH + this.hours.size * HOUR_LENGTH;
		return this.count > most || stored > most * ROOM_PER_RECORD;
	}

	private sortedHours(): string[] {
		return [...this.hours.keys()].sort();
	}

	private forget(hour: string, set: Set<string>): void {
		this.hours.delete(hour);
		this.count -= set.size;
	}
}

function hourOf(time: string): string {
	return time.slice(0, 13);
}

/** The shortened SHA-256 of a text. */
export function digestOf(text: string, length = DIGEST_LENGTH): string {
	return createHash('sha256').update(text).digest('base64').slice(0, length);
}

/** The ID of a record as text; for a record without one, all that it says. */
export function identityOf(record: ApiRecord): string {
	const { id } = record;
	return typeof id === 'string' || typeof id === 'number' ? String(id) : contentOf(record);
}

/** All that a record says, whatever the order of its fields. */
export function contentOf(record: ApiRecord): string {
	return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
