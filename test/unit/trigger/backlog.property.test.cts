/** The guarantee in long backlogs, above all where checkpoints are refused on the way. */
import { fc, seed } from '@test/unit/property.cjs';

import type { ApiRecord } from '@nodes/shared/api/contract';
import { backlogs, workOff, type WorkedOff } from './backlog.cjs';
import { chainEvents } from './polling.cjs';
import { judge } from './verdict.cjs';

const numRuns = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 250) / 36);

/**
 * *Created* may deliver an event twice that was updated between, if so many others came between that the memory has let
 * it go.
 */
function excusedTwice({ delivered, remembered }: WorkedOff): Set<string> {
	const last = new Map<string, { at: number; record: ApiRecord }>();
	const excused = new Set<string>();
	delivered.forEach((record, at) => {
		const id = String(record.id);
		const before = last.get(id);
		const wasUpdated = Number(record.revision) > Number(before?.record.revision ?? Infinity);
		if (before && wasUpdated && at - before.at > remembered) excused.add(id);
		else if (before) excused.delete(id);
		last.set(id, { at, record });
	});
	return excused;
}

it.each(chainEvents)(
	'%s: each once, however long the backlog and wherever a checkpoint is refused',
	async (event) => {
		const check = fc.asyncProperty(backlogs, async (backlog) => {
			const worked = await workOff(event, backlog);
			const { doubled, lost, replayed } = judge(event, worked);
			const excused = event === 'securityEventCreated' ? excusedTwice(worked) : new Set();
			const twice = doubled.filter((key) => !excused.has(key));
			// The first few tell as much as thousands.
			const shown = (keys: string[]) => ({ count: keys.length, first: keys.slice(0, 3) });
			const none = { count: 0, first: [] };
			expect({ lost: shown(lost), twice: shown(twice), replayed: shown(replayed) }).toEqual({
				lost: none,
				twice: none,
				replayed: none,
			});
			expect(worked.largestState).toBeLessThanOrEqual(100_000);
			// Each refusal costs at most one walk through all of it.
			expect(worked.requests).toBeLessThan(10_000);
		});
		await fc.assert(check, { numRuns, seed });
	},
	3_600_000,
);
