/**
 * Whether n8n takes what a poll returns. It throws that away where the trigger was deactivated, deleted or renewed while it
 * polled, and keeps the position all the same: another trigger of the workflow stores it with its own
 * (docs/trigger.md, "What depends on n8n").
 */
import type { IPollFunctions } from 'n8n-workflow';

/** n8n takes the items a moment after the poll has ended. In milliseconds. */
const TAKING_MS = 1_000;

/** How often n8n has taken what the polls of a context returned. */
const counters = new WeakMap<IPollFunctions, { taken: number }>();
/** Whether this host has ever taken items in the way that is watched here; another one may have a way of its own. */
let isSeen = false;

/**
 * Watches the end of the poll that runs now.
 * @returns tells whether n8n has thrown away what the poll returned; false while that is not known
 */
export function watchTaking(context: IPollFunctions): () => boolean {
	const counter = counterOf(context);
	const before = counter.taken;
	const since = performance.now();
	return () => isSeen && counter.taken === before && performance.now() - since >= TAKING_MS;
}

function counterOf(context: IPollFunctions): { taken: number } {
	const known = counters.get(context);
	if (known) return known;
	const counter = { taken: 0 };
	counters.set(context, counter);
	const emit = context.__emit;
	const counted: typeof emit = (...items) => {
		counter.taken++;
		isSeen = true;
		emit.apply(context, items);
	};
	if (typeof emit === 'function') Reflect.set(context, '__emit', counted);
	return counter;
}
