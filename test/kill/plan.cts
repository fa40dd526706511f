/** When the n8n of a run is killed: a list that the seed alone decides. */
import { Random } from '@simulator/random.cjs';

/** One planned kill. */
export type PlannedKill =
	/** So many milliseconds after a poll's request reached the API, in the given poll since n8n's start (from 1). */
	| { kind: 'poll'; poll: number; afterMs: number }
	/** So many milliseconds after n8n was started, ready or not. */
	| { kind: 'start'; afterMs: number };

/** Within this time after its request a poll hands over its items and n8n stores them. */
const SAVING_MS = 300;
const LATEST_AFTER_POLL_MS = 2000;
/** About as long as n8n takes to start. */
const LATEST_AFTER_START_MS = 8000;
/** From one poll of the schedule to the next. */
const POLL_EVERY_MS = 10_000;

/**
 * `kills` kills in random order, half of them (rounded up) tied to a poll. Of these every other one comes within the
 * first 300 ms, the rest up to 2,000 ms after the request, both spread evenly. One in four waits for n8n's second poll,
 * because the first one after a start takes another way through n8n. The other half comes at random times: every other
 * one while n8n starts, the rest between two polls.
 * @param seed whole number; the same one gives the same list
 */
export function planKills(kills: number, seed: number): PlannedKill[] {
	const random = new Random(seed, 0x6b11);
	const afterPoll = Math.ceil(kills / 2);
	const early = Math.ceil(afterPoll / 2);
	const plan: PlannedKill[] = [];
	for (let at = 0; at < afterPoll; at++) {
		const isEarly = at < early;
		const [from, to, of, place] = isEarly
			? [0, SAVING_MS, early, at]
			: [SAVING_MS, LATEST_AFTER_POLL_MS, afterPoll - early, at - early];
		const afterMs = Math.round(from + ((to - from) * (place + random.next())) / of);
		plan.push({ kind: 'poll', poll: at % 4 === 3 ? 2 : 1, afterMs });
	}
	for (let at = afterPoll; at < kills; at++) {
		plan.push(
			at % 2 === 0
				? { kind: 'start', afterMs: random.int(0, LATEST_AFTER_START_MS) }
				: { kind: 'poll', poll: 1, afterMs: random.int(0, POLL_EVERY_MS) },
		);
	}
	return shuffled(plan, random);
}

function shuffled<Value>(values: Value[], random: Random): Value[] {
	return values
		.map((value) => ({ value, place: random.next() }))
		.sort((one, other) => one.place - other.place)
		.map(({ value }) => value);
}
