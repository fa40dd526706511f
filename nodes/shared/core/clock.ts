/**
 * Time as an argument. The core never reads a clock or sets a timer itself, so tests run in scaled
 * time and the host decides how to wait.
 */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves to `false` after `ms` milliseconds, or to `true` as soon as the work was cancelled. */
	wait(ms: number): Promise<boolean>;
	/** A number from 0 up to, not including, 1. */
	random(): number;
}
