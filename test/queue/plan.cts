/** When which process of a run is killed: two lists, one for the main and one for the workers, that the seed decides. */
import { Random } from '@simulator/random.cjs';

/** One planned kill of the main. */
export type MainKill =
	/** So many milliseconds after a poll's request reached the API. */
	| { kind: 'poll'; afterMs: number }
	/** So many milliseconds after its last start, when it has long been ready. */
	| { kind: 'time'; afterMs: number }
	/** So many milliseconds after its last start, ready or not. */
	| { kind: 'start'; afterMs: number };

/** One planned kill of a worker. */
export type WorkerKill =
	/** So many milliseconds after it took an execution with events: that worker is killed which has taken it. */
	| { kind: 'execution'; afterMs: number }
	/** So many milliseconds after the kill before. */
	| { kind: 'time'; afterMs: number; worker: number };

/** Within this time after its request a poll of thousands of events has read them and n8n has stored them. */
const POLL_MS = 4000;
/** About as long as an execution with thousands of events takes. */
const EXECUTION_MS = 2500;
const START_MS = 8000;

/**
 * Kills of the main, without end: in turn after a poll's request, at any time, after a poll's request, while it starts.
 * @param seed whole number; the same one gives the same list
 */
export function* mainKills(seed: number): Generator<MainKill> {
	const random = new Random(seed, 0x3a1);
	for (let at = 0; ; at++) {
		if (at % 2 === 0) yield { kind: 'poll', afterMs: random.int(0, POLL_MS) };
		else if (at % 4 === 1) yield { kind: 'time', afterMs: random.int(15_000, 45_000) };
		else yield { kind: 'start', afterMs: random.int(0, START_MS) };
	}
}

/**
 * Kills of workers, without end: in turn in the middle of an execution and at any time.
 * @param workers how many there are; they are numbered from 0
 */
export function* workerKills(seed: number, workers: number): Generator<WorkerKill> {
	const random = new Random(seed, 0x7b2);
	for (let at = 0; ; at++) {
		yield at % 2 === 0
			? { kind: 'execution', afterMs: random.int(0, EXECUTION_MS) }
			: { kind: 'time', afterMs: random.int(8_000, 20_000), worker: random.int(0, workers - 1) };
	}
}
