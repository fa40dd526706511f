import type { Rig } from '../rig.cjs';
import type { Spread } from '../statistics.cjs';
import type { RowName } from '../targets.cjs';

/** What a case found: its rows of the table, and the series behind them. */
export interface Findings {
	rows: Partial<Record<RowName, Spread>>;
	/** What was really measured, by name with its unit (`ours ms`), for the JSON and the picture. */
	series: Record<string, Spread>;
}

/** One measurement of the benchmark. */
export interface Case {
	name: string;
	/** Rounds of a run where the command line says nothing. */
	rounds: number;
	/** Measures. Throws NotQuietError when the machine was too busy to say anything. */
	measure(rig: Rig, rounds: number): Promise<Findings>;
	/** Work of our node alone, to be profiled: the piece of this case that {@link measure} times. */
	profile?(rig: Rig): Promise<() => Promise<unknown>>;
}
