/** What has to come, may come and must not come of a chain, and what did. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { compare, type Comparison } from '@test/endurance/compare.cjs';
import type { Entry, ModelPortal } from './modelPortal.cjs';
import type { ChainEvent, Start } from './polling.cjs';
import { microsOf } from './times.cjs';

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
export function judge(event: ChainEvent, lived: Lived): Comparison {
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
): Comparison {
	const { portal, delivered, wanted = () => true } = lived;
	const dueOf = (entry: Entry) => dueness(lived, timeOf(entry.record), entry);
	const owed = entries.filter((entry) => wanted(entry.record) && dueOf(entry) === 'must');
	const keys = new Set(owed.map(({ record }) => keyOf(record)));
	const first = new Map<string, Entry>();
	for (const entry of portal.versions) {
		const key = keyOf(entry.record);
		if (!first.has(key)) first.set(key, entry);
	}
	// The other versions were right while they were the newest.
	const spare = [...first].filter(([key, entry]) => !keys.has(key) && dueOf(entry) !== 'mustNot');
	return compare(
		keys,
		delivered.map(keyOf),
		spare.map(([key]) => key),
	);
}

/** Entries have no ID: equal ones are counted. */
function judgeAudits(lived: Lived): Comparison {
	const due = (wanted: ReturnType<typeof dueness>) =>
		lived.portal.audits
			.filter((entry) => dueness(lived, entry.record.timestamp, entry) === wanted)
			.map(({ record }) => JSON.stringify(record));
	const came = lived.delivered.map((record) => JSON.stringify(record));
	return compare(due('must'), came, due('may'));
}
