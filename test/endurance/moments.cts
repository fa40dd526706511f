/** When which process is killed: lists that the seed alone decides. */
import { Random } from '@simulator/random.cjs';

/** One planned kill. */
export type Moment =
	/** So many milliseconds after a poll's request reached the API, in the given poll since n8n's start (from 1). */
	| { kind: 'poll'; poll: number; afterMs: number }
	/** So many milliseconds after the process was started, ready or not. */
	| { kind: 'start'; afterMs: number }
	/** So many milliseconds after the kill before, when the process has long been ready; which worker, from 0. */
	| { kind: 'time'; afterMs: number; worker?: number }
	/** So many milliseconds after a worker took an execution with events. */
	| { kind: 'execution'; afterMs: number };

/** Within this time after its request a poll hands over its items and n8n stores them. */
const SAVING_MS = 300;
const LATEST_AFTER_POLL_MS = 2000;
/** About as long as n8n takes to start. */
const LATEST_AFTER_START_MS = 8000;
/** From one poll of the schedule to the next. */
const POLL_EVERY_MS = 10_000;
/** Within this time after its request a poll of thousands of events has read them and n8n has stored them. */
const LARGE_POLL_MS = 4000;
/** About as long as an execution with thousands of events takes. */
const EXECUTION_MS = 2500;

/**
 * `kills` kills of one n8n in random order, half of them (rounded up) tied to a poll. Of these every other one comes
 * within the first 300 ms, the rest up to 2,000 ms after the request, both spread evenly. One in four waits for n8n's
 * second poll, because the first one after a start takes another way through n8n. The other half comes at random times:
 * every other one while n8n starts, the rest between two polls.
 */
export function planKills(kills: number, seed: number): Moment[] {
	const random = new Random(seed, 0x6b11);
	const afterPoll = Math.ceil(kills / 2);
	const early = Math.ceil(afterPoll / 2);
	const plan = Array.from({ length: kills }, (_, at): Moment => {
		if (at < afterPoll) {
			const [from, to, of, place] =
				at < early
					? [0, SAVING_MS, early, at]
					: [SAVING_MS, LATEST_AFTER_POLL_MS, afterPoll - early, at - early];
			const afterMs = Math.round(from + ((to - from) * (place + random.next())) / of);
			return { kind: 'poll', poll: at % 4 === 3 ? 2 : 1, afterMs };
		}
		return at % 2 === 0
			? { kind: 'start', afterMs: random.int(0, LATEST_AFTER_START_MS) }
			: { kind: 'poll', poll: 1, afterMs: random.int(0, POLL_EVERY_MS) };
	});
	return plan
		.map((moment) => ({ moment, place: random.next() }))
		.sort((one, other) => one.place - other.place)
		.map(({ moment }) => moment);
}

/** Kills of the main in queue mode, without end: after a poll's request, at any time, after a poll's request, while it starts. */
export function* mainKills(seed: number): Generator<Moment> {
	const random = new Random(seed, 0x3a1);
	for (let at = 0; ; at++) {
		if (at % 2 === 0) yield { kind: 'poll', poll: 1, afterMs: random.int(0, LARGE_POLL_MS) };
		else if (at % 4 === 1) yield { kind: 'time', afterMs: random.int(15_000, 45_000) };
		else yield { kind: 'start', afterMs: random.int(0, LATEST_AFTER_START_MS) };
	}
}

/** Kills of workers, without end: in turn in the middle of an execution and at any time. */
export function* workerKills(seed: number, workers: number): Generator<Moment> {
	const random = new Random(seed, 0x7b2);
	for (let at = 0; ; at++) {
		yield at % 2 === 0
			? { kind: 'execution', afterMs: random.int(0, EXECUTION_MS) }
			: { kind: 'time', afterMs: random.int(8_000, 20_000), worker: random.int(0, workers - 1) };
	}
}
