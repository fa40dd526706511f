/**
 * One poll of the trigger: pages -> what is new -> what to emit -> the next state. Nothing here knows
 * n8n, HTTP or a clock; a poll that is killed at any point leaves the old state valid.
 */
import { isRefusedBy, type Fault } from '../../shared/core/fault';
import type { Words } from '../../shared/words/words';
import { triggerLog } from '../words';
import type { Follower, Means, Opened, Walk, Walked } from './follower';
import type { StoredState } from './state';

/** What came of a poll. */
export interface Drained extends Omit<Walked<unknown>, 'body' | 'notices'> {
	state: StoredState;
	notices: Words[];
	/** What ended the poll early. Everything in `emit` and `state` is valid all the same. */
	fault?: Fault;
}

type Result = Walked<unknown> & { fault?: Fault };

/** Carries out one poll. */
export async function drain(
	follower: Follower,
	state: StoredState,
	means: Means,
): Promise<Drained> {
	const opened = follower.open(state);
	const { body, notices = [], ...result } = await walkAndRetry(opened, means);
	return {
		...result,
		notices: [...(opened.wasUnreadable ? [triggerLog.unreadableState()] : []), ...notices],
		state: { ...state, body },
	};
}

/** One walk, and one more where the API refuses the checkpoint of the first. */
async function walkAndRetry(opened: Opened, means: Means): Promise<Result> {
	const first = await readPages(opened.walk(means), means);
	if (first.progressed || !first.fault || !isRefusedBy(first.fault, [400, 404, 410, 422])) {
		return first;
	}
	const again = opened.walkAgain(means);
	if (!again) return first;
	const second = await readPages(again, means);
	// If that is refused too, the checkpoint was not the reason and the old state stays.
	if (second.fault && !second.progressed) return { ...first, fault: second.fault };
	return {
		...second,
		progressed: true,
		notices: [triggerLog.checkpointRefused(), ...(second.notices ?? [])],
	};
}

/** The page loop. */
async function readPages(walk: Walk<unknown>, means: Means): Promise<Result> {
	for await (const step of walk.steps()) {
		if (step.kind === 'fault') return { ...walk.stop(step.fault), fault: step.fault };
		walk.take(step);
		if (step.end) return walk.isWhole(step) ? walk.end() : walk.stop();
		if (walk.isFull || means.outOfTime()) return walk.stop();
	}
	return walk.stop();
}
