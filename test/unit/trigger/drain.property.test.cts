/**
 * The trigger's guarantee against random histories. PROPERTY_RUNS raises the number of histories
 * per event.
 */
import { fc, seed } from '@test/unit/property.cjs';

import { clockHistories, histories, type History } from './history.cjs';
import { isDefender, live, type Life, type LivedEvent } from './life.cjs';
import { chainEvents } from './polling.cjs';
import { microsOf } from './times.cjs';
import { judge, type Verdict } from './verdict.cjs';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
/** Per event: histories, and items that had to come, that came, that were lost, that came twice. */
const totals: string[] = [];

afterAll(() => {
	process.stdout.write(
		`property tests: seed ${seed}\n${totals.map((line) => `  ${line}\n`).join('')}`,
	);
});

function holds(event: LivedEvent, verdictOn: (life: Life, history: History) => Verdict): void {
	it.each([
		['', histories],
		[' with clocks that jump and dates that lie', clockHistories],
	])(
		`${event}%s: nothing lost, nothing doubled, nothing replayed`,
		async (how, arbitrary) => {
			let [owed, delivered, lost, doubled] = [0, 0, 0, 0];
			const check = fc.asyncProperty(arbitrary, async (history) => {
				const life = await live(event, history);
				const verdict = verdictOn(life, history);
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

for (const event of chainEvents) {
	holds(event, (life, { onlyType, startFrom }) => {
		if (event !== 'auditEntryCreated') expectOrderOfTheChain(life);
		return judge(event, { ...life, startFrom, ...(onlyType ? { wanted: isDefender } : {}) });
	});
}

holds('anomalyDetected', (life, { startFrom }) => {
	// Pages do not shrink with what is wanted: what a poll cannot take is listed again.
	expect(life.portal.requests.filter(({ limit }) => limit !== 5)).toEqual([]);
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
