/**
 * Waiting until actions have really happened: one walk along the events' chain for all events that are
 * waited for. The API says what it queued; that it happened shows in the counts of the event's later versions.
 */
import { idOf } from '../../shared/core/eventRecord';
import type { ApiRecord } from '../../shared/api/contract';
import type { Clock } from '../../shared/core/clock';
import type { EventReference } from '../../shared/core/eventReference';
import { EventSearch, type Found } from '../../shared/core/eventSearch';
import { isRefusedBy, type Fault } from '../../shared/core/fault';
import { confirmationMessages } from '../words';
import { judge, type Judgement, type Queued } from './mailState';
import { walk, type FetchPage, type Position } from '../../shared/core/walk';

/** Polls of the chain begin this far apart and grow by half each time, in milliseconds. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** How long a page may hang beyond the time of those who wait for it. */
const GRACE_MS = 10_000;
/** How often a hanging page is looked after: a wait for it cannot be ended, so it is short. */
const LOOK_UP_MS = 1_000;

export interface Chain {
	/** Where to look for the present versions, nearest first, as the API takes a time. */
	starts: readonly string[];
	/** Asks for a page before the actions: a fault means that nothing is sent. */
	fetchPage: FetchPage;
	/** Asks for a page while actions are waited for: whatever it answers, there is a next time. */
	followPage: FetchPage;
	clock: Clock;
	pageSize: number;
}

/** How the waiting for an action ended. */
export type Confirmation = {
	confirmation:
		| 'confirmed'
		| 'notDone'
		| 'notQueued'
		| 'notVerifiable'
		| 'pending'
		| 'timedOut'
		| 'unreadable';
	/** Why, in words. */
	detail: string;
	/** The version of the event that was returned last. */
	event: ApiRecord | undefined;
	/** Why the list could not be read. */
	fault?: Fault;
};

interface Waiter {
	deadline: number;
	judge(): Judgement;
	end(judgement: Judgement, fault?: Fault): void;
}

/** One action on one event: what was returned before the request, and what after it. */
export interface Watch {
	/** To be called right before the request is sent, each time that it is. */
	begin(): void;
	/** Waits until the versions returned since then decide, or until time is over. */
	outcome(queued: Queued, timeoutMs: number): Promise<Confirmation>;
}

export class Confirmations {
	private readonly search: EventSearch;
	/** The version of each watched event that was returned last. */
	private readonly latest = new Map<string, ApiRecord>();
	private readonly wanted = new Set<string>();
	private readonly onVersion = new Map<string, Set<(event: ApiRecord) => void>>();
	private readonly waiters = new Set<Waiter>();
	/** Where the chain is followed from, and where to begin again should that be refused. */
	private position: Position | undefined;
	private start: string | undefined;
	private reading: Promise<Fault | undefined> | undefined;
	private following = false;

	constructor(private readonly chain: Chain) {
		const { starts, fetchPage, clock, pageSize } = chain;
		this.search = new EventSearch({
			starts,
			fetchPage,
			clock,
			pageSize,
			look: (event) => this.see(event),
			ended: (end, start) => this.startFrom(end, start),
		});
	}

	/** Whether anything is still waited for: a page that nobody waits for need not be asked for. */
	get isWaiting(): boolean {
		return this.waiters.size > 0;
	}

	/**
	 * Must be awaited before the action: finds the present version of the event and the end of the chain.
	 * All events that are announced at about the same time share one walk.
	 */
	async find(reference: EventReference): Promise<Found> {
		if (reference.kind === 'id') this.wanted.add(reference.id);
		const found = await this.search.find(reference);
		if (found.kind === 'found') {
			const id = idOf(found.event);
			this.wanted.add(id);
			if (!this.latest.has(id)) this.latest.set(id, found.event);
		}
		return found;
	}

	/** Watches an event that was looked for before. */
	watch(id: string): Watch {
		let before: ApiRecord | undefined;
		let now: ApiRecord[] = [];
		let check = () => {};
		const listeners = this.onVersion.get(id) ?? new Set();
		this.onVersion.set(id, listeners);
		const listen = (event: ApiRecord) => {
			now.push(event);
			check();
		};
		return {
			begin: () => {
				before = this.latest.get(id);
				now = [];
				listeners.add(listen);
			},
			outcome: async (queued, timeoutMs) => {
				const ended = (confirmation: Confirmation['confirmation'], detail: string) => {
					listeners.delete(listen);
					return { confirmation, detail, event: now.at(-1) ?? this.latest.get(id) };
				};
				if (queued.recipients === 0) {
					return ended('notQueued', confirmationMessages.notQueued().message);
				}
				return await new Promise<Confirmation>((resolve) => {
					const waiter: Waiter = {
						deadline: this.chain.clock.now() + timeoutMs,
						judge: () => judge(queued, before, now),
						end: ({ state, detail }, fault) => {
							this.waiters.delete(waiter);
							const confirmation = fault ? 'unreadable' : stateAtEnd(state);
							resolve({ ...ended(confirmation, detail), ...(fault ? { fault } : {}) });
						},
					};
					check = () => {
						const judgement = waiter.judge();
						if (isFinal(judgement)) waiter.end(judgement);
					};
					this.waiters.add(waiter);
					check();
					if (this.waiters.has(waiter) && !this.following) void this.follow();
				});
			},
		};
	}

	private startFrom(end: Position, start: string): void {
		if (this.start === undefined || start < this.start) this.start = start;
		// The chain is one and the same from wherever it was entered; only a start that gave no checkpoint is no place in it.
		if (this.position === undefined || this.position.at !== 'checkpoint') this.position = end;
	}

	private see(event: ApiRecord): void {
		const id = idOf(event);
		if (!this.wanted.has(id)) return;
		this.latest.set(id, event);
		for (const listener of [...(this.onVersion.get(id) ?? [])]) listener(event);
	}

	/** Reads the chain now and then, until nobody waits any more. */
	private async follow(): Promise<void> {
		const { clock } = this.chain;
		this.following = true;
		let fault: Fault | undefined;
		for (
			let pause = FIRST_PAUSE_MS;
			this.isWaiting;
			pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)
		) {
			if (await clock.wait(Math.max(0, Math.min(pause, this.nearest() - clock.now())))) {
				fault = { kind: 'cancelled' };
				break;
			}
			fault = await this.readInTime();
			if (fault?.kind === 'cancelled') break;
			this.giveUp(fault, ({ deadline }) => deadline <= clock.now());
		}
		this.following = false;
		this.giveUp(fault, () => true);
	}

	private nearest(): number {
		return Math.min(...[...this.waiters].map(({ deadline }) => deadline));
	}

	/** Reads the chain, but makes nobody wait much longer than was asked for if a page hangs. */
	private async readInTime(): Promise<Fault | undefined> {
		const { clock } = this.chain;
		this.reading ??= this.read().finally(() => (this.reading = undefined));
		const result = this.reading.then((fault) => ({ fault }));
		const until = Math.max(clock.now(), this.nearest()) + GRACE_MS;
		while (clock.now() < until) {
			const ended = await Promise.race([result, clock.wait(LOOK_UP_MS)]);
			if (typeof ended === 'object') return ended.fault;
			if (ended) return { kind: 'cancelled' };
		}
		return { kind: 'network', code: 'ETIMEDOUT', sent: true };
	}

	/** Reads what the chain holds behind the last position; from the start again if that position is refused. */
	private async read(): Promise<Fault | undefined> {
		const { start } = this;
		if (start === undefined) return undefined;
		const first: Position = { at: 'createdAfter', time: start };
		const fault = await this.readFrom(this.position ?? first);
		if (!fault || !mayBeThePlace(fault) || this.position?.at !== 'checkpoint') return fault;
		this.position = first;
		return await this.readFrom(first);
	}

	private async readFrom(position: Position): Promise<Fault | undefined> {
		const { followPage, pageSize } = this.chain;
		for await (const step of walk(followPage, position, () => pageSize)) {
			if (step.kind === 'fault') return step.fault;
			for (const record of step.records) this.see(record);
			this.position = step.next;
			if (!this.isWaiting) break;
		}
		return undefined;
	}

	private giveUp(fault: Fault | undefined, whom: (waiter: Waiter) => boolean): void {
		for (const waiter of [...this.waiters].filter(whom)) waiter.end(waiter.judge(), fault);
	}
}

function isFinal({ state }: Judgement): boolean {
	return state === 'confirmed' || state === 'notDone' || state === 'notVerifiable';
}

function stateAtEnd(state: Judgement['state']): Confirmation['confirmation'] {
	if (state === 'started') return 'pending';
	return state === 'unchanged' ? 'timedOut' : state;
}

/** Whether another place in the chain may be answered: a checkpoint that the API does not know any more, or that leads nowhere. */
function mayBeThePlace(fault: Fault): boolean {
	if (fault.kind === 'stuck') return true;
	return isRefusedBy(fault, [400, 404, 410, 422]);
}
