/**
 * What the trigger must know of the n8n that it runs in, above all what n8n stores when. Each feature is asked for by
 * itself: none tells the version.
 */
import { randomBytes } from 'crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { z } from 'zod';

import {
	digestOfState,
	emittedOf,
	isStaticDataStored,
	noteStored,
	passEmissions,
	STORING_AT_ONCE_MS,
	STORING_MS,
	takeBack,
} from './emissions';
import { logLine } from './log';
import { rememberSibling, sharePositions } from './siblings';
import { watchTaking } from './taking';
import { triggerLog } from './words';

/** A host that names no budget polls once a minute at most; a poll ends before the next. */
export const USUAL_BUDGET_MS = 50_000;
/** The budget that n8n names outside of its durable scheduler, at activation above all. */
const ACTIVATION_BUDGET_MS = 300_000;

/** Contexts that have polled: the first poll of a context is the one that activates the workflow. */
const known = new WeakSet<IPollFunctions>();

/** Polls of one node are not serialised by the host: a second one that starts meanwhile ends at once. */
const polling = new Set<string>();

/**
 * Polls that run while their workflow is published again. It has been given the state of before the poll, and n8n before
 * 2.36 would emit the poll's items all the same: the next poll would emit them a second time.
 */
const superseded = new Set<string>();

/** A state that stands in for the host's own, for as long as that is what it was when this was written. */
interface StandIn {
	/** Digest of what the host's own store held. */
	instead: string;
	state: unknown;
}

/**
 * The state after a poll without items, for as long as the host has stored none. With durable cursors it drops what the
 * activation's own poll stored when that returned nothing, and what a poll stored that failed. Without them it stores
 * only what comes with items; where its scheduler polls, the next poll begins at that again.
 */
const unstored = new Map<string, StandIn>();

/** Workflows whose ID is longer: n8n 2 silently stores no state for them. */
const LONGEST_ID = 21;
/** n8n 1 stores none for those that are longer than this. */
const LONGEST_ID_EVERYWHERE = 16;
/** What was said already, so that it stands in the log once. */
const said = new Set<string>();

/** What this machine's clock said when the process loaded the package, less the time it had run by then. */
const processBegan = Date.now() - performance.now();

/**
 * This machine's time as it was when the process began, counted on: nobody sets it while the process runs. In
 * milliseconds since 1970.
 */
export function processNow(): number {
	return processBegan + performance.now();
}

/** Milliseconds that the poll may take. A shorter one delivers sooner what it has. */
export function budgetOf(context: IPollFunctions): number {
	return Math.min(hostBudget(context), USUAL_BUDGET_MS);
}

export interface PossibleState {
	state: unknown;
	/** It is what the host stored. */
	isStored: boolean;
}

/** How a poll went, as far as it decides what is stored. */
export interface Outcome {
	/** The poll began at what the host stored. */
	isStored: boolean;
	/** The state is another one than the poll began at. */
	progressed: boolean;
	/** The poll returns items. */
	emits: boolean;
}

/** One poll of one trigger; no other one of that trigger runs until it is released. */
export interface ClaimedPoll {
	/** Tells triggers apart in what the process remembers. */
	key: string;
	/** With this poll the host activates the workflow or starts. A throw in it would end the trigger for good. */
	isActivation: boolean;
	/**
	 * What may be known of where the trigger stands: what came after what the host stored for the node, then that, then what
	 * stands in for it. The first one that is of the present configuration counts.
	 */
	states: readonly PossibleState[];
	/** Whether the workflow was published again since the poll began: what the host has stored is polled again. */
	isSuperseded(): boolean;
	/** Has the state stored, in each place where this host keeps it. To be called before the poll throws or returns. */
	store(state: object, outcome: Outcome): void;
	/** Lets the next poll of this trigger begin. */
	release(): void;
}

/**
 * Begins a poll.
 * @returns undefined when there is nothing to do: another poll of this trigger runs, or what one took is being stored
 */
export function claimPoll(context: IPollFunctions): ClaimedPoll | undefined {
	const isTick = isDurableTick(context);
	const isActivation = !isTick && !known.has(context);
	known.add(context);
	const own = context.getWorkflowStaticData('node');
	const isCursor = !isPartOfWorkflow(own);
	if (isActivation && !isCursor) tellOfDefaultStorage(context);
	if (!isActivation && !isTick) warnOfLongId(context);
	const keepsCopy = !isCursor && !isTick;
	if (keepsCopy) rememberSibling(context, own);

	const key = `${context.getWorkflow().id ?? ''}:${context.getNode().id}`;
	if (polling.has(key)) {
		if (isActivation) superseded.add(key);
		return undefined;
	}
	noteStored();
	const emitted = emittedOf(key);
	takeBack(own, emitted);
	// Without any state a person has made the trigger begin anew.
	const isNew = own.state === undefined && !isTick && !isCursor;
	const patienceMs = isTick || isCursor ? STORING_MS : STORING_AT_ONCE_MS;
	if (!isNew && !passEmissions(own, emitted, patienceMs)) return undefined;
	const instead = digestOfState(own);
	const before = own.state;
	polling.add(key);

	const standsIn = (standIn?: StandIn) =>
		standIn?.instead === instead ? standIn.state : undefined;
	const published = isCursor ? standsIn(readPublished(context)) : undefined;
	return {
		key,
		isActivation,
		states: [
			{ state: standsIn(unstored.get(key)), isStored: false },
			{ state: own.state, isStored: true },
			{ state: published, isStored: false },
		],
		isSuperseded: () => superseded.has(key),
		store(reached, { isStored, progressed, emits }) {
			// No two states are the same: an older one that comes back is known by that.
			const state = { ...reached, poll: randomBytes(6).toString('base64url') };
			if (progressed || !isStored) own.state = state;
			if (!emits && (!isStored || (progressed && !isCursor))) {
				unstored.set(key, { instead, state });
			} else if (isStored) {
				unstored.delete(key);
			}
			if (emits) {
				let isKept = false;
				const workflow: unknown = isCursor ? undefined : Reflect.get(context, 'workflow');
				const { name } = context.getNode();
				const note = () => (isKept ||= isStaticDataStored(workflow, name, instead));
				const isThrownAway = keepsCopy ? watchTaking(context) : () => false;
				const at = performance.now();
				emitted.set(instead, { at, own, before, state, isStored: note, isThrownAway });
			}
			if (keepsCopy) sharePositions(context, !isActivation);
			if (!isCursor) return;
			if (isActivation && !isStored && !emits) writePublished(context, { instead, state });
			// Outside of an activation the host saves only when there are items. The cursor holds an older state then
			// already, so nothing is lost if n8n dies before it has stored the next one.
			else if (isStored && (isActivation || emits)) dropPublished(context);
		},
		release() {
			polling.delete(key);
			superseded.delete(key);
		},
	};
}

/** Whether the durable scheduler polls: it says "update" each time and names a budget of its own. */
function isDurableTick(context: IPollFunctions): boolean {
	return context.getActivationMode() === 'update' && hostBudget(context) !== ACTIVATION_BUDGET_MS;
}

function hostBudget(context: IPollFunctions): number {
	return namesBudget(context) ? context.getPollBudgetMs() : ACTIVATION_BUDGET_MS;
}

/** Absent before n8n 2.36, though the types of today promise it. Durable cursors came with it. */
function namesBudget(context: IPollFunctions): boolean {
	return 'getPollBudgetMs' in context;
}

/**
 * Whether the node's static data is a part of the workflow's, n8n's default: n8n watches that for changes. A durable
 * cursor is a plain copy.
 */
function isPartOfWorkflow(own: IDataObject): boolean {
	return '__dataChanged' in own;
}

/*
 * The state of the activation. With durable cursors the host drops it when the activation's poll returned nothing, which
 * it does with "Now"; should the process die before the next poll, "Now" would begin again. But the host saves the
 * workflow's global static data after each activation, so the state is kept there too, until the cursor holds one.
 *
 * That must never bring back an old position. It counts only while the cursor is exactly what it was at the activation
 * (any later poll that stored something makes it void), only in the workflow it was written in (a copy, or an import
 * under another ID, starts over), and each later activation writes it anew or removes it.
 */
const publishedSchema = z.object({
	workflow: z.string(),
	instead: z.string(),
	state: z.record(z.string(), z.unknown()),
});

function publishedName(context: IPollFunctions): string {
	return `proofpointTrigger:${context.getNode().id}`;
}

function readPublished(context: IPollFunctions): StandIn | undefined {
	const data = context.getWorkflowStaticData('global')[publishedName(context)];
	const published = publishedSchema.safeParse(data).data;
	return published?.workflow === context.getWorkflow().id ? published : undefined;
}

function writePublished(context: IPollFunctions, standIn: StandIn): void {
	const workflow = context.getWorkflow().id ?? '';
	context.getWorkflowStaticData('global')[publishedName(context)] = { workflow, ...standIn };
}

function dropPublished(context: IPollFunctions): void {
	const data = context.getWorkflowStaticData('global');
	const name = publishedName(context);
	if (name in data) delete data[name];
}

/** Says once where n8n keeps the position, where it could keep it more safely. */
function tellOfDefaultStorage(context: IPollFunctions): void {
	if (!namesBudget(context) || said.has('storage')) return;
	said.add('storage');
	context.logger.info(logLine(triggerLog.defaultStorage()));
}

/**
 * Says once that n8n does not keep the state of this workflow. With durable cursors n8n keeps it elsewhere; only its
 * default storage is meant here. A host that names a budget is n8n 2; one that does not may be n8n 1 or 2.
 */
function warnOfLongId(context: IPollFunctions): void {
	const { id = '' } = context.getWorkflow();
	const { length } = id;
	const certain = length > LONGEST_ID;
	const possible = length > LONGEST_ID_EVERYWHERE && !namesBudget(context);
	if (!(certain || possible) || said.has(id)) return;
	said.add(id);
	context.logger.warn(
		certain
			? logLine(triggerLog.longId(LONGEST_ID, id))
			: logLine(triggerLog.longIdInN8n1(LONGEST_ID_EVERYWHERE, id)),
	);
}
