import type { AuditEntry } from '@nodes/shared/api/contract';
import { sliceOf, type Slice } from './list.cjs';
import { makeAudit } from './records.cjs';
import { day, formatTimestamp, type Clock } from './time.cjs';

/** The audit trail: chronological, only added to, so a checkpoint can be followed for ever. */
export class Audits {
	private readonly entries: AuditEntry[] = [];
	/** Number of entries that exist from the start. */
	readonly startCount: number;

	constructor(
		private readonly seed: number,
		private readonly clock: Clock,
		count: number,
	) {
		const now = clock.now();
		for (let index = 0; index < count; index++) {
			const at = now - Math.floor(((count - index) / (count + 1)) * 30 * day);
			this.entries.push(makeAudit(seed, index, at));
		}
		this.startCount = count;
	}

	/** Adds an entry now. @returns the entry */
	add(entry: { type: string; category: string; details: string; user?: string }): AuditEntry {
		const complete = { timestamp: formatTimestamp(this.clock.stamp()), ...entry };
		this.entries.push(complete);
		return complete;
	}

	/** Adds an entry of the platform's own making. @returns the entry */
	addMade(fields: Record<string, unknown> = {}): AuditEntry {
		const made = makeAudit(this.seed, this.entries.length, this.clock.stamp());
		const entry = { ...made, ...fields };
		this.entries.push(entry);
		return entry;
	}

	/** A run of entries in the order of time. */
	slice(from: number, limit: number): Slice {
		return sliceOf(this.entries, from, limit);
	}

	/** @returns the entries from an index on */
	since(index: number): AuditEntry[] {
		return this.entries.slice(index);
	}
}
