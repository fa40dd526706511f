/**
 * The trigger's guarantee against random histories. PROPERTY_RUNS raises the number of histories
 * per event.
 */
import { fc, seed } from '@test/unit/property.cjs';

import type { ApiRecord } from '@nodes/shared/api/contract';
import type { TriggerEvent } from '@nodes/Trigger/core/state';
import {
	clockHistories,
	histories,
	isDefender,
	live,
	type History,
	type Life,
} from './history.cjs';
import { microsOf, type Entry } from './modelPortal.cjs';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
/** Per event: histories, and items that had to come, that came, that were lost, that came twice. */
const totals: string[] = [];

afterAll(() => {
	process.stdout.write(
		`property tests: seed ${seed}\n${totals.map((line) => `  ${line}\n`).join('')}`,
	);
});

interface Verdict {
	owed: number;
	delivered: number;
	lost: string[];
	doubled: string[];
	/** Delivered although it was there before the trigger began. */
	replayed: string[];
}

function holds(event: TriggerEvent, judge: (life: Life, history: History) => Verdict): void {
	it.each([
		['', histories],
		[' with clocks that jump and dates that lie', clockHistories],
	])(
		`${event}%s: nothing lost, nothing doubled, nothing replayed`,
		async (how, arbitrary) => {
			let [owed, delivered, lost, doubled] = [0, 0, 0, 0];
			const check = fc.asyncProperty(arbitrary, async (history) => {
				const life = await live(event, history);
				const verdict = judge(life, history);
				owed += verdict.owed;
				delivered += verdict.delivered;
				lost += verdict.lost.length;
				doubled += verdict.doubled.length;
				expect({ ...verdict, owed: 0, delivered: 0 }).toEqual({
					owed: 0,
					delivered: 0,
					lost: [],
					doubled: [],
					replayed: [],
				});
				expect(life.largestState).toBeLessThanOrEqual(100_000);
			});
			try {
				await fc.assert(check, { numRuns, seed });
			} finally {
				totals.push(
					`${event}${how}: ${numRuns} histories, ${owed} owed, ${delivered} delivered, ${lost} lost, ${doubled} doubled`,
				);
			}
		},
		3_600_000,
	);
}

/** Whether an entry has to come, may come, or must not come, judged by its own time and the start. */
function dueness(life: Life, { startFrom }: History, time: unknown, { visibleAt }: Entry) {
	const since = life.since === '' ? -Infinity : microsOf(life.since);
	const later = microsOf(time) > since;
	if (startFrom !== 'now') return later ? 'must' : 'mustNot';
	const afterStart = visibleAt >= life.firstAnswerAt;
	if (microsOf(time) > microsOf(life.owedSince) && afterStart) return 'must';
	return later || afterStart ? 'may' : 'mustNot';
}

function judgeVersions(
	life: Life,
	history: History,
	{
		keyOf,
		timeOf,
		entries,
	}: {
		keyOf: (record: ApiRecord) => string;
		timeOf: (record: ApiRecord) => unknown;
		/** What has to come in the end. */
		entries: Entry[];
	},
): Verdict {
	const times = new Map<string, number>();
	for (const record of life.delivered)
		times.set(keyOf(record), (times.get(keyOf(record)) ?? 0) + 1);
	const wanted = (record: ApiRecord) => !history.onlyType || isDefender(record);
	const owed = entries.filter(
		(entry) =>
			wanted(entry.record) && dueness(life, history, timeOf(entry.record), entry) === 'must',
	);
	const first = new Map<string, Entry>();
	for (const entry of life.portal.versions) {
		const key = keyOf(entry.record);
		if (!first.has(key)) first.set(key, entry);
	}
	return {
		owed: owed.length,
		delivered: life.delivered.length,
		lost: owed.map(({ record }) => keyOf(record)).filter((key) => !times.has(key)),
		doubled: [...times].filter(([, count]) => count > 1).map(([key]) => key),
		replayed: [...times.keys()].filter((key) => {
			const entry = first.get(key);
			return !entry || dueness(life, history, timeOf(entry.record), entry) === 'mustNot';
		}),
	};
}

function expectOrderOfTheChain({ batches, portal }: Life): void {
	const places = new Map(
		portal.versions.map(({ record, sequence }) => [JSON.stringify(record), sequence]),
	);
	for (const batch of batches) {
		const sequence = batch.map((record) => places.get(JSON.stringify(record)) ?? -1);
		// A record that is not in the ledger was changed on the way.
		expect(sequence).not.toContain(-1);
		expect(sequence).toEqual([...sequence].sort((a, b) => a - b));
	}
}

holds('securityEventCreated', (life, history) => {
	expectOrderOfTheChain(life);
	const first = new Map<string, Entry>();
	for (const entry of life.portal.versions) {
		if (entry.record.revision === 0) first.set(String(entry.record.id), entry);
	}
	return judgeVersions(life, history, {
		keyOf: ({ id }) => String(id),
		timeOf: ({ created_at }) => created_at,
		entries: [...first.values()],
	});
});

holds('securityEventCreatedOrUpdated', (life, history) => {
	expectOrderOfTheChain(life);
	const { versions, newest } = life.portal;
	return judgeVersions(life, history, {
		keyOf: ({ id, updated_at }) => `${String(id)} ${String(updated_at)}`,
		timeOf: ({ updated_at }) => updated_at,
		entries: versions.filter(({ record, sequence }) => newest.get(String(record.id)) === sequence),
	});
});

holds('auditEntryCreated', (life, history) => {
	const countsOf = (records: ApiRecord[]) => {
		const counts = new Map<string, number>();
		for (const record of records) {
			const key = JSON.stringify(record);
			counts.set(key, (counts.get(key) ?? 0) + 1);
		}
		return counts;
	};
	const delivered = countsOf(life.delivered);
	const due = (entry: Entry) => dueness(life, history, entry.record.timestamp, entry);
	const { audits } = life.portal;
	const must = countsOf(
		audits.filter((entry) => due(entry) === 'must').map(({ record }) => record),
	);
	const may = countsOf(
		audits.filter((entry) => due(entry) !== 'mustNot').map(({ record }) => record),
	);
	return {
		owed: [...must.values()].reduce((sum, count) => sum + count, 0),
		delivered: life.delivered.length,
		lost: [...must].filter(([key, count]) => (delivered.get(key) ?? 0) < count).map(([key]) => key),
		doubled: [...delivered]
			.filter(([key, count]) => count > (may.get(key) ?? 0))
			.map(([key]) => key),
		replayed: [],
	};
});

holds('anomalyDetected', (life, { startFrom }) => {
	const times = new Map<string, number>();
	for (const { id } of life.delivered) times.set(String(id), (times.get(String(id)) ?? 0) + 1);
	const since = life.since === '' ? -Infinity : microsOf(life.since);
	const isOwed = (id: string, end: unknown) =>
		startFrom === 'now'
			? !life.cameMeanwhile.has(id)
			: startFrom !== 'date' || microsOf(end) > since;
	const owed = [...life.shownInFull].filter(([id, end]) => isOwed(id, end)).map(([id]) => id);
	return {
		owed: owed.length,
		delivered: life.delivered.length,
		lost: owed.filter((id) => !times.has(id)),
		doubled: [...times].filter(([, count]) => count > 1).map(([id]) => id),
		replayed: [...times.keys()].filter((id) => startFrom === 'now' && life.shownFirst.has(id)),
	};
});
