/**
 * Clocks that may lie. The API says its time in the `Date` header, if at all; this machine's clock can be set at any
 * time; the process's counts on from when the process began. And whatever a record was stamped with has passed.
 * Nothing here reads a clock.
 */
import { fromMillis, sortableTime, toMillis } from '../../shared/core/timestamp';
import type { Starting } from './chainState';

const HOUR_MS = 3_600_000;
/** Clocks that differ by more than this disagree. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** So much may a record be stamped later than an honest clock says: the header has whole seconds. */
const STAMP_TOLERANCE_MS = 5_000;
/**
 * How long an event may take between its `created_at` and its becoming visible in the API without being
 * missed: a day, or less (at least two hours) when more than 5,000 events fit between.
 */
export const LONGEST_DELAY_MS = 24 * HOUR_MS;
export const SHORTEST_DELAY_MS = 2 * HOUR_MS;

/** What the clocks said when a page came, in milliseconds since 1970. */
export interface Clocks {
	/** The API's, from the `Date` header; absent where there is none. */
	api?: number;
	/** This machine's. */
	machine: number;
	/** This machine's as it was when the process began, counted on without being set. */
	process: number;
}

/** The API's clock minus this machine's; `undefined` where the API does not say its time. */
export function skewOf({ api, machine }: Clocks): number | undefined {
	return api === undefined ? undefined : api - machine;
}

/** Whether the API's clock and this machine's bear each other out. */
export function agree(clocks: Clocks): boolean {
	const skew = skewOf(clocks);
	return skew !== undefined && Math.abs(skew) <= CLOCK_TOLERANCE_MS;
}

/**
 * The time, if two clocks bear each other out: the API's and this machine's, by its clock or else by the process's; or
 * those two, if a jump of this machine's clock is all that they disagreed about before.
 */
function reliableTime({ api = NaN, machine, process }: Clocks, told: number[]): number | undefined {
	if (isSame(api, machine) || isSame(api, process)) return api;
	const [first, second, third] = told;
	const wasJump =
		first !== undefined && second !== undefined && third === undefined && !isSame(first, second);
	return wasJump && isSame(machine, process) ? machine : undefined;
}

/**
 * Fixes what "now" means: the first poll, answered or not, in the API's time. Clocks that bear each other out settle
 * it. Else it is the earliest of what the clocks say, so that nothing is lost, as long as no record proves that one
 * wrong: a record that is listed now was stamped before. The other times are kept until the end of the listing was
 * reached.
 * @param newest the newest time of the records on a page, in milliseconds
 * @param begins whether the trigger began with this very poll: all of its first page was there before
 */
export function withBegin(
	phase: Starting,
	clocks: Clocks,
	newest: number | undefined,
	begins: boolean,
): Starting {
	const isFirst = phase.since === '';
	if (!isFirst && phase.begins === undefined) return phase;
	const passed = Math.max(0, clocks.process - (phase.begunAt ?? clocks.process));
	const settled = { ...phase, begins: undefined, apiBegin: undefined };
	const told = isFirst ? toldBy(clocks, passed) : stillTold(phase, clocks, passed);
	const sure = reliableTime(clocks, isFirst ? [] : told);
	if (sure !== undefined) return { ...settled, since: apiTimeAt(sure - passed) };
	const proven = newest === undefined ? -Infinity : newest - passed;
	const left = told.filter((time) => time + STAMP_TOLERANCE_MS >= proven);
	// With no clock left that can be right, the records are all there is to go by.
	const last = isFirst && begins && newest !== undefined ? newest + 1 : proven;
	const since = left[0] ?? Math.max(toMillis(phase.since) ?? -Infinity, last);
	const api = isFirst && clocks.api !== undefined ? apiTimeAt(clocks.api - passed) : undefined;
	return {
		...settled,
		since: apiTimeAt(since),
		begins: left.map(apiTimeAt),
		apiBegin: phase.apiBegin ?? api,
	};
}

function toldBy({ api, machine, process }: Clocks, passed: number): number[] {
	const told = api === undefined ? [machine, process] : [api, machine, process];
	return told.map((time) => time - passed).sort((a, b) => a - b);
}

/** What may still be right of what was told before: an API that contradicts itself does not count. */
function stillTold({ apiBegin, begins = [] }: Starting, { api }: Clocks, passed: number): number[] {
	const told = begins.map((time) => toMillis(time) ?? 0);
	const before = toMillis(apiBegin);
	if (before === undefined || api === undefined || isSame(before, api - passed)) return told;
	const others = told.filter((time) => time !== before);
	return others.length === 0 ? told : others;
}

function isSame(one: number, other: number): boolean {
	return Math.abs(one - other) <= CLOCK_TOLERANCE_MS;
}

/** The memory, as far as the watermark needs it. */
interface Memory {
	forgetUpTo(horizon: string): void;
	forgetOldestUpTo(latest: string): string | undefined;
}

/** The earliest of what the clocks say and the newest record that was ever seen, in milliseconds: a wrong clock alone leads nowhere. */
export function surelyPassed(newest: string, { api, machine }: Clocks): number {
	const clocks = api === undefined ? [machine] : [api, machine];
	return Math.min(millisAt(newest), ...clocks);
}

/** Nothing that has happened can be stamped later, whichever of the clocks is right (sortable time). */
export function latestPossible({ api, machine, process }: Clocks): string {
	return timeAt(Math.max(api ?? machine, machine, process) + LONGEST_DELAY_MS);
}

/**
 * Moves the watermark up behind the end of the listing and forgets what lies below. It stays the delay behind what has
 * surely passed. While clocks disagree it moves only as far as a full memory makes it.
 * @param newest the newest time that a record ever had (sortable time)
 * @returns the watermark (sortable time)
 */
export function movedHorizon(
	before: string,
	newest: string,
	{ memory, clocks, disagree }: { memory: Memory; clocks: Clocks; disagree: boolean },
): string {
	if (newest === '') return before;
	const bound = surelyPassed(newest, clocks);
	let horizon = before;
	const moveTo = (time: string) => {
		if (time > horizon) horizon = time;
	};
	if (!disagree) {
		moveTo(timeAt(bound - LONGEST_DELAY_MS));
		memory.forgetUpTo(horizon);
	}
	// With too many events for a day's memory the watermark comes closer, but never closer than the shortest delay.
	moveTo(memory.forgetOldestUpTo(timeAt(bound - SHORTEST_DELAY_MS)) ?? '');
	return horizon;
}

/** Milliseconds since 1970 of a sortable time. */
export function millisAt(time: string): number {
	return toMillis(`${time}Z`) ?? 0;
}

/** Milliseconds since 1970 as the API writes a time. */
export function apiTimeAt(millis: number): string {
	return fromMillis(millis) ?? '';
}

/** Milliseconds since 1970 as a sortable time. */
export function timeAt(millis: number): string {
	return sortableTime(apiTimeAt(millis)) ?? '';
}
