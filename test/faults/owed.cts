/** What the simulator's ledger says that the trigger owes, per event mode, and the comparison with what came. */
import type { Ledger } from '@simulator/client.cjs';
import type { IDataObject } from 'n8n-workflow';

import type { TriggerEvent } from './stage.cjs';

/** Where the ledger stood when the trigger began. */
export interface Mark {
	/** First sequence number that is news. */
	sequence: number;
	/** Number of audit entries that are no news. */
	audits: number;
	/** Ids of the anomalies that are no news. */
	anomalies: ReadonlySet<string>;
}

/** How often each key has to come at least, and may come at most. Keys: see {@link keyOf}. */
export interface Account {
	owed: Map<string, number>;
	allowed: Map<string, number>;
}

/** What became of the items, by key. */
export interface Verdict {
	expected: number;
	delivered: number;
	lost: string[];
	/** Came more often than it should. */
	doubled: string[];
	/** Came although it was there before the trigger began. */
	replayed: string[];
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
	/** Versions that a newer one has replaced by now: right while they were the newest. */
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
	return { owed: countsOf(owed), allowed: countsOf([...owed, ...replaced]) };
}

/** Compares what was delivered with the account. */
export function judge(event: TriggerEvent, account: Account, delivered: IDataObject[]): Verdict {
	const came = countsOf(delivered.map((record) => keyOf(event, record)));
	const { owed, allowed } = account;
	return {
		expected: sum(owed),
		delivered: delivered.length,
		lost: [...owed].flatMap(([key, count]) => copies(key, count - (came.get(key) ?? 0))),
		doubled: [...came].flatMap(([key, count]) =>
			copies(key, allowed.has(key) ? count - (allowed.get(key) ?? 0) : count - 1),
		),
		replayed: [...came.keys()].filter((key) => !allowed.has(key)),
	};
}

function countsOf(keys: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
}

function copies(key: string, count: number): string[] {
	return Array.from({ length: Math.max(0, count) }, () => key);
}

function sum(counts: Map<string, number>): number {
	return [...counts.values()].reduce((total, count) => total + count, 0);
}
