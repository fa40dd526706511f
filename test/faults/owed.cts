/** What the simulator's ledger says that the trigger owes, per event mode, and the comparison with what came. */
import type { Ledger } from '@simulator/client.cjs';
import { compare, type Comparison } from '@test/endurance/compare.cjs';
import type { IDataObject } from 'n8n-workflow';

import type { TriggerEvent } from './setting.cjs';

/** Where the ledger stood when the trigger began. */
export interface Mark {
	/** First sequence number that is news. */
	sequence: number;
	/** Number of audit entries that are no news. */
	audits: number;
	/** Ids of the anomalies that are no news. */
	anomalies: ReadonlySet<string>;
}

/** The mark before everything that can be had: the listing shows the latest day only, so older findings cannot, by anyone. */
export function markAtStart({ anomalies }: Ledger, latestDay: string): Mark {
	const older = anomalies.filter(({ day }) => day !== latestDay);
	return {
		sequence: 0,
		audits: 0,
		anomalies: new Set(older.map(({ anomaly }) => String(anomaly.id))),
	};
}

/** The mark behind everything that the ledger has: all of it is no news any more. */
export function markAtEnd({ endSequence, audits, anomalies }: Ledger): Mark {
	return {
		sequence: endSequence,
		audits: audits.length,
		anomalies: new Set(anomalies.map(({ anomaly }) => String(anomaly.id))),
	};
}

/** What is owed, by key (see {@link keyOf}), and what may come beyond it. */
export interface Account {
	owed: string[];
	/** Versions that a newer one has replaced by now: right while they were the newest. */
	replaced: string[];
}

/** The text by which an item of this mode is told from others: what docs/trigger.md names for deduplication. */
export function keyOf(event: TriggerEvent, record: IDataObject): string {
	switch (event) {
		case 'securityEventCreatedOrUpdated':
			return `${String(record.id)} ${String(record.updated_at)}`;
		case 'auditEntryCreated':
			return JSON.stringify(record);
		default:
			return String(record.id);
	}
}

/** @returns what is owed since the mark, out of the whole ledger */
export function accountOf(event: TriggerEvent, ledger: Ledger, mark: Mark): Account {
	const owed: string[] = [];
	const replaced: string[] = [];
	switch (event) {
		case 'securityEventCreated':
			for (const { id, versions } of ledger.events) {
				if ((versions[0]?.sequence ?? -1) >= mark.sequence) owed.push(id);
			}
			break;
		case 'securityEventCreatedOrUpdated':
			for (const { id, versions } of ledger.events) {
				const fresh = versions.filter(({ sequence }) => sequence >= mark.sequence);
				const keys = new Set(fresh.map(({ updated_at }) => `${id} ${updated_at}`));
				const newest = [...keys].at(-1);
				if (newest === undefined) continue;
				owed.push(newest);
				keys.delete(newest);
				replaced.push(...keys);
			}
			break;
		case 'auditEntryCreated':
			owed.push(...ledger.audits.slice(mark.audits).map((entry) => JSON.stringify(entry)));
			break;
		case 'anomalyDetected':
			for (const { anomaly } of ledger.anomalies) {
				if (!mark.anomalies.has(String(anomaly.id))) owed.push(String(anomaly.id));
			}
	}
	return { owed, replaced };
}

/** Compares what was delivered with the account. */
export function judge(
	event: TriggerEvent,
	{ owed, replaced }: Account,
	delivered: IDataObject[],
): Comparison {
	const came = delivered.map((record) => keyOf(event, record));
	return compare(owed, came, replaced);
}
