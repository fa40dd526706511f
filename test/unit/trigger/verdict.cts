/** What has to come, may come and must not come of a chain, and what did. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Entry, ModelPortal } from './modelPortal.cjs';
import type { ChainEvent, Start } from './polling.cjs';
import { microsOf } from './times.cjs';

export interface Verdict {
	owed: number;
	delivered: number;
	lost: string[];
	doubled: string[];
	/** Delivered although it was there before the trigger began. */
	replayed: string[];
}

/** What is known of a trigger's life. */
export interface Lived {
	portal: ModelPortal;
	delivered: ApiRecord[];
	startFrom: Start['startFrom'];
	/** What happened up to here is no news: when the trigger began, the start date, or an empty text. */
	since: string;
	/** What happened after this has to come: later than `since` only where a wrong clock is all that the trigger has. */
	owedSince: string;
	/** When the portal answered the trigger's first page, in milliseconds. */
	firstAnswerAt: number;
	/** The filter. */
	wanted?(record: ApiRecord): boolean;
	/** Whether an entry need not come, for a reason of the history's own. */
	excused?(entry: Entry): boolean;
}

/** Whether an entry has to come, may come, or must not come, judged by its own time and the start. */
export function dueness(
	{ since, owedSince, firstAnswerAt, startFrom, excused }: Lived,
	time: unknown,
	entry: Entry,
): 'may' | 'must' | 'mustNot' {
	const later = since === '' || microsOf(time) > microsOf(since);
	const must = excused?.(entry) === true ? 'may' : 'must';
	if (startFrom !== 'now') return later ? must : 'mustNot';
	const afterStart = entry.visibleAt >= firstAnswerAt;
	if (microsOf(time) > microsOf(owedSince) && afterStart) return must;
	return later || afterStart ? 'may' : 'mustNot';
}

/** Judges what came of a chain. */
export function judge(event: ChainEvent, lived: Lived): Verdict {
	const { versions, newest } = lived.portal;
	switch (event) {
		case 'auditEntryCreated':
			return judgeAudits(lived);
		case 'securityEventCreated':
			return judgeVersions(
				lived,
				versions.filter(({ record }) => record.revision === 0),
				({ id }) => String(id),
				({ created_at }) => created_at,
			);
		case 'securityEventCreatedOrUpdated':
			return judgeVersions(
				lived,
				versions.filter(({ record, sequence }) => newest.get(String(record.id)) === sequence),
				({ id, updated_at }) => `${String(id)} ${String(updated_at)}`,
				({ updated_at }) => updated_at,
			);
	}
}

/** @param entries what has to come in the end */
function judgeVersions(
	lived: Lived,
	entries: Entry[],
	keyOf: (record: ApiRecord) => string,
	timeOf: (record: ApiRecord) => unknown,
): Verdict {
	const { portal, delivered, wanted = () => true } = lived;
	const times = countsOf(delivered, keyOf);
	const owed = entries.filter(
		(entry) => wanted(entry.record) && dueness(lived, timeOf(entry.record), entry) === 'must',
	);
	const first = new Map<string, Entry>();
	for (const entry of portal.versions) {
		const key = keyOf(entry.record);
		if (!first.has(key)) first.set(key, entry);
	}
	return {
		owed: owed.length,
		delivered: delivered.length,
		lost: owed.map(({ record }) => keyOf(record)).filter((key) => !times.has(key)),
		doubled: [...times].filter(([, count]) => count > 1).map(([key]) => key),
		replayed: [...times.keys()].filter((key) => {
			const entry = first.get(key);
			return !entry || dueness(lived, timeOf(entry.record), entry) === 'mustNot';
		}),
	};
}

/** Entries have no ID: equal ones are counted. */
function judgeAudits(lived: Lived): Verdict {
	const keyOf = (record: ApiRecord) => JSON.stringify(record);
	const due = (entry: Entry) => dueness(lived, entry.record.timestamp, entry);
	const delivered = countsOf(lived.delivered, keyOf);
	const { audits } = lived.portal;
	const must = countsOf(recordsOf(audits.filter((entry) => due(entry) === 'must')), keyOf);
	const may = countsOf(recordsOf(audits.filter((entry) => due(entry) !== 'mustNot')), keyOf);
	return {
		owed: [...must.values()].reduce((sum, count) => sum + count, 0),
		delivered: lived.delivered.length,
		lost: [...must].filter(([key, count]) => (delivered.get(key) ?? 0) < count).map(([key]) => key),
		doubled: [...delivered]
			.filter(([key, count]) => count > (may.get(key) ?? 0))
			.map(([key]) => key),
		replayed: [],
	};
}

function recordsOf(entries: Entry[]): ApiRecord[] {
	return entries.map(({ record }) => record);
}

function countsOf(records: ApiRecord[], keyOf: (record: ApiRecord) => string) {
	const counts = new Map<string, number>();
	for (const record of records) {
		const key = keyOf(record);
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	return counts;
}
