/**
 * The trigger's guarantee against random histories. PROPERTY_RUNS raises the number of histories
 * per event.
 */
import { compare, type Comparison } from '@test/endurance/compare.cjs';
import { fc, seed } from '@test/unit/property.cjs';

import { clockHistories, histories, type History } from './history.cjs';
import { isDefender, live, type Life, type LivedEvent } from './life.cjs';
import { chainEvents } from './polling.cjs';
import { microsOf } from './times.cjs';
import { judge } from './verdict.cjs';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
/** Per event: histories, and items that had to come, that came, that were lost, that came twice. */
const totals: string[] = [];

afterAll(() => {
	process.stdout.write(
		`property tests: seed ${seed}\n${totals.map((line) => `  ${line}\n`).join('')}`,
	);
});

function holds(event: LivedEvent, verdictOn: (life: Life, history: History) => Comparison): void {
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
				owed += verdict.expected;
				delivered += verdict.delivered;
				lost += verdict.lost.length;
				doubled += verdict.doubled.length;
				expect(verdict).toMatchObject({ lost: [], doubled: [], replayed: [] });
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
	const came = life.delivered.map(({ id }) => String(id));
	const since = life.since === '' ? -Infinity : microsOf(life.since);
	const isOwed = (id: string, end: unknown) =>
		startFrom === 'now'
			? !life.cameMeanwhile.has(id)
			: startFrom !== 'date' || microsOf(end) > since;
	const owed = [...life.shownInFull].filter(([id, end]) => isOwed(id, end)).map(([id]) => id);
	const others = new Set(came.filter((id) => !owed.includes(id)));
	return {
		...compare(owed, came, others),
		replayed: came.filter((id) => startFrom === 'now' && life.shownFirst.has(id)),
	};
});
