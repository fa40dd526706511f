import type { Anomaly } from '@nodes/shared/api/contract';
import type { Slice } from './list.cjs';
import { makeAnomaly } from './records.cjs';
import { day, type Clock, type Micros } from './time.cjs';
import type { JsonObject } from './json.cjs';

/** Number of days with findings that exist at the start. */
const startDays = 3;

/** The anomalies, kept by day: a listing shows one day and its checkpoints stay within that day. */
export class Anomalies {
	private readonly days = new Map<number, JsonObject[]>();

	constructor(
		private readonly seed: number,
		clock: Clock,
		perDay: number,
	) {
		const today = this.dayOf(clock.now());
		for (let back = startDays - 1; back >= 0 && perDay > 0; back--) {
			for (let count = 0; count < perDay; count++) this.add(today - back);
		}
	}

	/** @returns the number of the day (days since 1970) of a moment */
	dayOf(moment: Micros): number {
		return Math.floor(moment / day);
	}

	/** @returns the latest day that has findings, or undefined without any */
	latestDay(): number | undefined {
		return this.days.size === 0 ? undefined : Math.max(...this.days.keys());
	}

	/**
	 * Adds a finding to a day.
	 * @param fields laid over the made-up record
	 * @returns the finding without its checkpoint
	 */
	add(dayNumber: number, fields: JsonObject = {}): Omit<Anomaly, 'checkpoint'> {
		const findings = this.days.get(dayNumber) ?? [];
		this.days.set(dayNumber, findings);
		const anomaly = { ...makeAnomaly(this.seed, dayNumber, findings.length), ...fields };
		findings.push(anomaly);
		return anomaly;
	}

	/**
	 * A run of one day's findings.
	 * @param checkpointAt makes the checkpoint that goes on behind a position
	 * @param leader the item whose checkpoint leads to the next page; those of the others repeat some of this one
	 */
	slice(
		dayNumber: number,
		from: number,
		limit: number,
		checkpointAt: (position: number) => string,
		leader: 'first' | 'last',
	): Slice {
		const findings = this.days.get(dayNumber) ?? [];
		const run = findings.slice(from, from + limit);
		const next = from + run.length;
		return {
			items: run.map((finding, at) =>
				JSON.stringify({
					...finding,
					checkpoint: checkpointAt(leader === 'last' ? from + at + 1 : next - at),
				}),
			),
			next,
			more: next < findings.length,
		};
	}

	/** @returns all findings, each with its day (days since 1970) */
	all(): Array<{ day: number; anomaly: JsonObject }> {
		return [...this.days].flatMap(([dayNumber, findings]) =>
			findings.map((anomaly) => ({ day: dayNumber, anomaly })),
		);
	}
}
