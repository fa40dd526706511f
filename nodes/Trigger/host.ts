/** What the trigger must know of the n8n that it runs in. Each feature is asked for by itself: none tells the version. */
import type { IPollFunctions } from 'n8n-workflow';

/** A host that names no budget polls once a minute at most; a poll ends before the next. */
export const USUAL_BUDGET_MS = 50_000;
/** The budget that n8n names outside of its durable scheduler, at activation above all. */
const ACTIVATION_BUDGET_MS = 300_000;

/** Contexts that have polled: the first poll of a context is the one that activates the workflow. */
const known = new WeakSet<IPollFunctions>();

/** Workflows whose ID is longer: n8n 2 stores no state for them, without a word. */
const LONGEST_ID = 21;
/** n8n 1 stores none for those that are longer than this. */
const LONGEST_ID_EVERYWHERE = 16;
/** Workflows that were warned of that, so that it stands in the log once. */
const warned = new Set<string>();

/** What this machine's clock said when the process loaded the package, less the time it had run by then. */
const processBegan = Date.now() - performance.now();

/**
 * This machine's time as it was when the process began, counted on: nobody sets it while the process runs. In
 * milliseconds since 1970.
 */
export function processNow(): number {
	return processBegan + performance.now();
}

/**
 * Whether this poll is the one with which the host activates the workflow or starts: the first one of
 * its context. Only the durable scheduler makes a context per poll.
 */
export function isActivation(context: IPollFunctions): boolean {
	if (known.has(context) || isDurableTick(context)) return false;
	known.add(context);
	return true;
}

/** Whether the durable scheduler polls: it says "update" each time and names a budget of its own. */
export function isDurableTick(context: IPollFunctions): boolean {
	return context.getActivationMode() === 'update' && hostBudget(context) !== ACTIVATION_BUDGET_MS;
}

/** Milliseconds that the poll may take. A shorter one delivers sooner what it has. */
export function budgetOf(context: IPollFunctions): number {
	return Math.min(hostBudget(context), USUAL_BUDGET_MS);
}

function hostBudget(context: IPollFunctions): number {
	return namesBudget(context) ? context.getPollBudgetMs() : ACTIVATION_BUDGET_MS;
}

/** Absent before n8n 2.36, though the types of today promise it. */
function namesBudget(context: IPollFunctions): boolean {
	return 'getPollBudgetMs' in context;
}

/**
 * Says once that n8n does not keep the state of this workflow. With durable cursors n8n keeps it elsewhere; only its
 * default storage is meant here. A host that names a budget is n8n 2; one that does not may be n8n 1 or 2.
 */
export function warnOfLongId(context: IPollFunctions): void {
	const { id = '' } = context.getWorkflow();
	const { length } = id;
	const certain = length > LONGEST_ID;
	const possible = length > LONGEST_ID_EVERYWHERE && !namesBudget(context);
	if (!(certain || possible) || warned.has(id)) return;
	warned.add(id);
	context.logger.warn(
		certain
			? `Proofpoint Trigger: this n8n stores nothing for workflows whose ID has more than ${LONGEST_ID} characters, as “${id}” has. After each restart the trigger starts afresh from “Start From”. Duplicate the workflow in the editor and use the copy.`
			: `Proofpoint Trigger: n8n 1 stores nothing for workflows whose ID has more than ${LONGEST_ID_EVERYWHERE} characters, as “${id}” has. If this is n8n 1, the trigger starts afresh from “Start From” after each restart. Duplicate the workflow in the editor and use the copy.`,
	);
}
