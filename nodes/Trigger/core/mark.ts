/**
 * How far a chain was walked: the newest time that was passed in the order of the chain, and the keys of exactly that
 * time, because others may have it too. After a refused checkpoint it tells what comes again, even if that was forgotten.
 */
import { z } from 'zod';

import { digestOf } from './seen';

/** So many records of one time are told apart: 4 kB of state. A portal writes dozens at a time. */
const MOST_AT_ONE_TIME = 250;

export const markSchema = z.object({
	/** Sortable time; empty until a record was passed. */
	time: z.string(),
	/** Digests of the keys that have this very time. */
	at: z.array(z.string()),
	/** Up to this time of theirs records may have been forgotten (sortable time); empty for none. */
	forgottenTo: z.string(),
});
export type StoredMark = z.infer<typeof markSchema>;

export class Mark {
	private readonly keys = new Set<string>();
	private digests: ReadonlySet<string>;
	private at: string;
	private forgottenTo: string;

	/** Takes what {@link toStored} gave. */
	constructor({ time, at, forgottenTo }: StoredMark = { time: '', at: [], forgottenTo: '' }) {
		this.at = time;
		this.digests = new Set(at);
		this.forgottenTo = forgottenTo;
	}

	/** The newest time that was passed (sortable time). */
	get time(): string {
		return this.at;
	}

	/** A record was passed. */
	pass(key: string, chainTime: string): void {
		if (chainTime < this.at) return;
		if (chainTime > this.at) {
			this.at = chainTime;
			this.keys.clear();
			this.digests = new Set();
		}
		if (this.keys.size + this.digests.size < MOST_AT_ONE_TIME) this.keys.add(key);
	}

	/** Records up to this time of theirs were forgotten. */
	forgot(upTo: string): void {
		if (upTo > this.forgottenTo) this.forgottenTo = upTo;
	}

	/**
	 * Whether a record that comes again was passed before, though nothing else remembers it.
	 * @param time the record's own time, by which it was forgotten
	 */
	wasPassed(key: string, chainTime: string | undefined, time: string | undefined): boolean {
		if (chainTime === undefined || time === undefined || chainTime > this.at) return false;
		if (chainTime < this.at) return time <= this.forgottenTo;
		return this.keys.has(key) || this.digests.has(digestOf(key));
	}

	/** As n8n stores it. */
	toStored(): StoredMark {
		const at = [...this.digests, ...[...this.keys].map((key) => digestOf(key))];
		return { time: this.at, at: [...new Set(at)], forgottenTo: this.forgottenTo };
	}
}
