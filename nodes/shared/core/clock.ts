/**
 * Time as an argument. The core never reads a clock or sets a timer itself, so tests run in scaled
 * time and the host decides how to wait.
 */
export interface Clock {
	/**
	 * Milliseconds since any moment in the past. It only ever runs forward, at the pace of time, so the difference of
	 * two readings is a duration. It is no time of day: where somebody sets the machine's clock, nothing happens here.
	 */
	now(): number;
	/**
	 * Milliseconds since 1970 as this machine believes. It may be wrong, and may step either way at any moment: for
	 * dates of records and headers only, never to measure or to end a wait.
	 */
	timeOfDay(): number;
	/** Resolves to `false` after `ms` milliseconds, or to `true` as soon as the work was cancelled. */
	wait(ms: number): Promise<boolean>;
	/** A number from 0 up to, not including, 1. */
	random(): number;
}
