/**
 * One poll of the trigger as the tests carry it out, and what the host stores of it. Only this file knows how the
 * trigger's core is called.
 */
import { z } from 'zod';

import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Verdict } from '@nodes/shared/core/eventFilters';
import type { FetchPage } from '@nodes/shared/core/walk';
import { drain, type Drained } from '@nodes/Trigger/core/drain';
import { newState, readState, type Start as CoreStart } from '@nodes/Trigger/core/state';
import { triggerEvents, type TriggerEvent } from '@nodes/Trigger/events/all';

export type { TriggerEvent } from '@nodes/Trigger/events/all';

/** Those that follow a chain of the API. */
export const chainEvents = [
	'auditEntryCreated',
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
] as const;
export type ChainEvent = (typeof chainEvents)[number];
export interface Start extends CoreStart {
	event: TriggerEvent;
}

/** What a trigger begins with. */
export function startOf(
	event: TriggerEvent,
	startFrom: Start['startFrom'] = 'now',
	startDate?: string,
): Start {
	const start = { fingerprint: 'this configuration', event, startFrom };
	return startDate === undefined ? start : { ...start, startDate };
}

/** What a poll has at hand; what is absent sets no limit. */
export interface Hand {
	fetchPage: FetchPage;
	now(): number;
	processNow?(): number;
	pageSize?: { min: number; max: number };
	maxItems?: number;
	judge?(record: ApiRecord): Verdict;
	outOfTime?(): boolean;
}

export interface Polled extends Omit<Drained, 'state'> {
	/** The state as n8n stores it. */
	stored: string;
}

/**
 * Carries out one poll.
 * @param stored what the host gives back; `undefined` for a trigger that has not polled yet
 */
export async function poll(start: Start, stored: string | undefined, hand: Hand): Promise<Polled> {
	const { judge = () => 'passes', maxItems = 1000, outOfTime = () => false } = hand;
	const { now, pageSize = { min: 2, max: 100 }, processNow = now } = hand;
	const before: unknown = stored === undefined ? undefined : JSON.parse(stored);
	const { state = newState(start), discarded } = readState(before, start.fingerprint);
	if (discarded !== 'none') throw new Error(`the trigger refused its own state: ${discarded}`);
	const means = { ...hand, judge, maxItems, outOfTime, pageSize, processNow };
	const { state: after, ...result } = await drain(triggerEvents[start.event].follower, state, means);
	return { ...result, stored: JSON.stringify(after) };
}

export const phases = ['starting', 'catchingUp', 'following', 'walkingAgain'] as const;
export type Phase = (typeof phases)[number];

const storedSchema = z.object({
	body: z.object({
		phase: z.union([z.enum(phases), z.object({ phase: z.enum(phases) })]),
	}),
});

/** In which phase a stored state is. */
export function phaseOf(stored: string): Phase {
	const { phase } = storedSchema.parse(JSON.parse(stored)).body;
	return typeof phase === 'string' ? phase : phase.phase;
}

/** What is kept of a poll: the state, and notes of the test's own that belong to it. */
interface Kept<Notes> {
	stored: string;
	notes: Notes;
}

/**
 * What the host stores when. Items and state are stored together; of a poll without items durable cursors keep the
 * state but for that of an activation, and the default keeps just that.
 */
export class Store<Notes = undefined> {
	memory: Kept<Notes> | undefined;
	private saved: Kept<Notes> | undefined;
	private isActivating = true;

	constructor(private readonly durable: boolean) {}

	/** The host takes what came of a poll. */
	keep({ emit, fault, progressed, stored }: Polled, notes: Notes): void {
		const isActivating = this.isActivating;
		this.isActivating = false;
		if (emit.length > 0 && !progressed) throw new Error('items without progress');
		if (fault && !progressed) return;
		if (progressed) this.memory = { stored, notes };
		if (emit.length > 0 || this.durable !== isActivating) this.saved = this.memory;
	}

	/** n8n starts anew with what it stored. */
	restart(): void {
		this.memory = this.saved;
		this.isActivating = true;
	}
}
