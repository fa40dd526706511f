/**
 * Audit entries that were delivered and come again: the last page had no checkpoint, so the next poll asks from the same
 * place. Entries have no ID, and two equal ones are two, so each is counted by a digest of all that it says.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { digestOf } from './seen';

/** Two of the largest pages: 32 kB of state. */
const MOST = 2_000;

export class ListedAgain {
	/** Digest -> how many such entries are still to come. */
	private readonly counts = new Map<string, number>();

	/** Takes what {@link toStored} gave. */
	constructor(stored: readonly string[] = []) {
		for (const digest of stored) this.add(digest);
	}

	/** Whether this entry was dealt with before; each time that it is true counts. */
	take(record: ApiRecord): boolean {
		if (this.counts.size === 0) return false;
		const digest = digestOfEntry(record);
		const count = this.counts.get(digest) ?? 0;
		if (count <= 1) this.counts.delete(digest);
		else this.counts.set(digest, count - 1);
		return count > 0;
	}

	/** These entries will come again. */
	keep(records: readonly ApiRecord[]): void {
		for (const record of records) this.add(digestOfEntry(record));
	}

	/** Nothing comes again. */
	clear(): void {
		this.counts.clear();
	}

	/** As n8n stores it; `undefined` where nothing comes again. */
	toStored(): string[] | undefined {
		const digests = [...this.counts].flatMap(([digest, count]) =>
			Array.from({ length: count }, () => digest),
		);
		return digests.length === 0 ? undefined : digests.slice(-MOST);
	}

	private add(digest: string): void {
		this.counts.set(digest, (this.counts.get(digest) ?? 0) + 1);
	}
}

/** Whatever the order of the fields. */
function digestOfEntry(record: ApiRecord): string {
	const fields = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
	return digestOf(JSON.stringify(fields));
}
