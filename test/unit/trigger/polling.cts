/**
 * One poll of the trigger as the tests carry it out, and what the host stores of it. Only this file knows how the
 * trigger's core is called.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Verdict } from '@nodes/shared/core/eventFilters';
import type { Fault } from '@nodes/shared/core/fault';
import type { FetchPage } from '@nodes/shared/core/walk';
import {
	newConnections,
	readConnections,
	watchConnections,
} from '@nodes/Trigger/core/connections';
import { drain } from '@nodes/Trigger/core/drain';
import { newState, readState, type TriggerEvent as OldEvent } from '@nodes/Trigger/core/state';

/** Those that follow a chain of the API. */
export const chainEvents = [
	'auditEntryCreated',
	'securityEventCreated',
	'securityEventCreatedOrUpdated',
] as const;
export type ChainEvent = (typeof chainEvents)[number];
export type TriggerEvent = ChainEvent | 'anomalyDetected' | 'userConnectionChanged';

export interface Start {
	fingerprint: string;
	event: TriggerEvent;
	startFrom: 'beginning' | 'date' | 'now';
	startDate?: string;
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

export interface Polled {
	emit: ApiRecord[];
	/** The state as n8n stores it. */
	stored: string;
	progressed: boolean;
	caughtUp: boolean;
	fault?: Fault | undefined;
	notices: string[];
	skewMs?: number | undefined;
	behindMs?: number | undefined;
}

/**
 * Carries out one poll.
 * @param stored what the host gives back; `undefined` for a trigger that has not polled yet
 */
export async function poll(start: Start, stored: string | undefined, hand: Hand): Promise<Polled> {
	const { pageSize = { min: 2, max: 100 }, judge = () => 'passes', processNow = hand.now } = hand;
	const before: unknown = stored === undefined ? undefined : JSON.parse(stored);
	const means = {
		fetchPage: hand.fetchPage,
		pageSize,
		maxItems: hand.maxItems ?? 1000,
		matches: (record: ApiRecord) => judge(record) === 'passes',
		outOfTime: hand.outOfTime ?? (() => false),
		now: hand.now,
		processNow,
	};
	if (start.event === 'userConnectionChanged') {
		const { state = newConnections(start.fingerprint), discarded } = readConnections(
			before,
			start.fingerprint,
		);
		if (discarded !== 'none') throw new Error(`the trigger refused its own state: ${discarded}`);
		return polled(await watchConnections({ state, ...means }));
	}
	const event: OldEvent = start.event;
	const { state = newState({ ...start, event }), discarded } = readState(before, start.fingerprint);
	if (discarded !== 'none') throw new Error(`the trigger refused its own state: ${discarded}`);
	return polled(await drain({ state, ...means }));
}

function polled({
	notice,
	state,
	...result
}: Omit<Polled, 'notices' | 'stored'> & { notice?: string; state: unknown }): Polled {
	const notices = notice === undefined ? [] : [notice];
	return { ...result, notices, stored: JSON.stringify(state) };
}

export const phases = ['starting', 'catchingUp', 'following', 'walkingAgain'] as const;
export type Phase = (typeof phases)[number];

/** In which phase a stored state is. */
export function phaseOf(stored: string): Phase {
	if (stored.includes('"rewalking":true')) return 'walkingAgain';
	if (stored.includes('"caughtUp":true')) return 'following';
	return stored.includes('"startFrom":"now"') ? 'starting' : 'catchingUp';
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
