import type { Spread } from '../statistics.cjs';
import type { RowName, Unit, Verdict } from '../targets.cjs';

/** One row of the table. */
export interface Row {
	name: RowName;
	title: string;
	unit: Unit;
	reach: number;
	dream: number;
	measured: Spread;
	verdict: Verdict;
}

/** One case as it was measured. */
export interface CaseReport {
	name: string;
	rounds: number;
	/** Runs until the machine was quiet enough; none of the others is in here. */
	attempts: number;
	seconds: number;
	/** Load average of the machine over the last minute, before and after. */
	load: { before: number; after: number };
	rows: Row[];
	series: Record<string, Spread>;
	/** Set when nothing is reported: how far the yardstick varied. */
	refused?: string;
}

/** A whole run. */
export interface Report {
	at: string;
	machine: { cpus: number; model: string; memoryGB: number; node: string; n8n: string };
	bytesPerEvent: number;
	seconds: number;
	cases: CaseReport[];
}
