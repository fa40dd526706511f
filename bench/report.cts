import type { Spread } from './statistics.cjs';
import type { RowName, Target } from './targets.cjs';

/** One row of the table. */
export interface Row extends Target {
	name: RowName;
	measured: Spread;
	reached: boolean;
}

/** One case as it was measured. */
export interface CaseReport {
	name: string;
	rounds: number;
	seconds: number;
	/** Load average of the machine over the last minute, before and after. */
	load: { before: number; after: number };
	rows: Row[];
	/** What was really measured, by name with its unit. */
	series: Record<string, Spread>;
}

/** A whole run. */
export interface Report {
	at: string;
	machine: { cpus: number; node: string; n8n: string };
	cases: CaseReport[];
}
