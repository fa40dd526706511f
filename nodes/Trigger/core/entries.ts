/**
 * The memory of a chain whose records have no ID and never change: audit entries. Two equal ones are two, so each is
 * counted by a digest of all that it says.
 */
import { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import type { Verdict } from '../../shared/core/eventFilters';
import { sortableTime } from '../../shared/core/timestamp';
import type { Collector, Place } from './collector';
import { contentOf, digestOf } from './seen';

/** How many of the newest entries are remembered one by one: 82 kB of state. */
export const MOST_ENTRIES = 2_000;
/** 72 bits of SHA-256. */
const DIGEST_LENGTH = 12;

const countedSchema = z.object({ time: z.string(), count: z.number() });

export const entriesSchema = z.object({
	/** The newest entries: the time (sortable) and the digest of each, ascending. */
	recent: z.array(z.string()),
	/** The same of entries that were dealt with and come again. */
	due: z.array(z.string()).optional(),
	/** Up to this time all entries were dealt with and forgotten; of this very time so many. */
	passed: countedSchema,
	/** While entries are walked again from the beginning: how many of that very time are still to come. */
	passedDue: z.number().optional(),
	/** The newest time of an entry that was dealt with. */
	walkedTo: z.string(),
});
export type StoredEntries = z.infer<typeof entriesSchema>;

/** A memory without anything in it. */
export const noEntries: StoredEntries = {
	recent: [],
	passed: { time: '', count: 0 },
	walkedTo: '',
};

/** The memory for a walk from the beginning, after a refused checkpoint: everything comes again. */
export function entriesComeAgain({ recent, due = [], ...memory }: StoredEntries): StoredEntries {
	return { ...memory, recent: [], due: [...due, ...recent], passedDue: memory.passed.count };
}

export class Entries implements Collector<StoredEntries> {
	private readonly matched: ApiRecord[] = [];
	private readonly recent: string[];
	/** Entry -> how many such are still to come again. */
	private readonly due = new Map<string, number>();
	private passed: StoredEntries['passed'];
	private passedDue: number | undefined;
	walkedTo: string;

	constructor(
		{ recent, due = [], passed, passedDue, walkedTo }: StoredEntries,
		private readonly judge: (entry: ApiRecord) => Verdict,
	) {
		this.recent = [...recent];
		for (const entry of due) this.expect(entry);
		this.passed = passed;
		this.passedDue = passedDue;
		this.walkedTo = walkedTo;
	}

	get count(): number {
		return this.matched.length;
	}

	take(record: ApiRecord, { floor, latest }: Place): boolean {
		const time = sortableTime(record.timestamp);
		const entry = storedAs(record);
		if (this.isDue(entry)) {
			this.recent.push(entry);
			return false;
		}
		if (this.wasForgotten(time ?? '')) return false;
		this.recent.push(entry);
		if (time !== undefined && time > this.walkedTo && time <= latest) this.walkedTo = time;
		const isNews = time === undefined || time > floor;
		if (isNews && this.judge(record) === 'passes') this.matched.push(record);
		return true;
	}

	emit(): ApiRecord[] {
		return this.matched;
	}

	hold(records: readonly ApiRecord[]): void {
		for (const record of records) {
			const entry = storedAs(record);
			this.expect(entry);
			const at = this.recent.lastIndexOf(entry);
			if (at >= 0) this.recent.splice(at, 1);
		}
	}

	release(): void {
		this.due.clear();
		this.passedDue = undefined;
	}

	/** Entries are forgotten by their number only. */
	forgetUpTo(): void {}
	forgetOldestUpTo(): undefined {}

	makeRoom(): number {
		this.recent.sort();
		const due = [...this.due.values()].reduce((sum, count) => sum + count, 0);
		const excess = Math.max(0, this.recent.length + due - MOST_ENTRIES);
		for (const entry of this.recent.splice(0, excess)) this.forget(timeOf(entry));
		return 0;
	}

	toStored(): StoredEntries {
		const due = [...this.due].flatMap(([entry, count]) =>
			Array.from({ length: count }, () => entry),
		);
		return {
			recent: this.recent,
			...(due.length === 0 ? {} : { due: due.slice(-MOST_ENTRIES) }),
			passed: this.passed,
			...(this.passedDue === undefined ? {} : { passedDue: this.passedDue }),
			walkedTo: this.walkedTo,
		};
	}

	private expect(entry: string): void {
		this.due.set(entry, (this.due.get(entry) ?? 0) + 1);
	}

	/** Whether this entry was dealt with before; each time that it is true counts. */
	private isDue(entry: string): boolean {
		const count = this.due.get(entry);
		if (count === undefined) return false;
		if (count === 1) this.due.delete(entry);
		else this.due.set(entry, count - 1);
		return true;
	}

	/** Whether an entry that comes again was forgotten; each of the last time that was forgotten counts. */
	private wasForgotten(time: string): boolean {
		if (this.passedDue === undefined) return false;
		if (time < this.passed.time) return true;
		if (time > this.passed.time || this.passedDue === 0) return false;
		this.passedDue--;
		return true;
	}

	private forget(time: string): void {
		if (time > this.passed.time) {
			this.passed = { time, count: 1 };
			if (this.passedDue !== undefined) this.passedDue = 0;
		} else if (time === this.passed.time) {
			this.passed = { time, count: this.passed.count + 1 };
		}
	}
}

/** The time and the digest of an entry, as one text that sorts by time. */
function storedAs(record: ApiRecord): string {
	const time = sortableTime(record.timestamp) ?? '';
	return `${time} ${digestOf(contentOf(record), DIGEST_LENGTH)}`;
}

function timeOf(entry: string): string {
	return entry.slice(0, entry.indexOf(' '));
}
