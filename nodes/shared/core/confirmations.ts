/**
 * Waiting until actions have really happened: one walk along the events' chain for all events that are
 * waited for. The API says what it queued; that it happened shows in the event coming back updated
 * (API.md, "Remediation").
 */
import type { ApiRecord } from '../api/contract';
import type { Clock } from './clock';
import { isPassing, type Fault } from './fault';
import { sortableTime } from './timestamp';
import { walk, type FetchPage, type Position } from './walk';

/** Polls of the chain begin this far apart and grow by half each time, in milliseconds. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
/** The API's clocks may differ a little: an update this much before the action's answer still counts. */
const TOLERANCE_MS = 5_000;

export interface Chain {
	/** Where to look for the present versions: a time before the events were created. */
	start: Position;
	fetchPage: FetchPage;
	clock: Clock;
	pageSize: number;
}

interface Waiter {
	/** Milliseconds since 1970. */
	deadline: number;
	/** Sortable time: only a version after this counts. */
	after: string;
	resolve(event: ApiRecord | undefined): void;
}

export class Confirmations {
	/** The present version of each event that an action is planned for. */
	private readonly versions = new Map<string, string>();
	private readonly waiters = new Map<string, Waiter[]>();
	private position: Position;
	private ready: Promise<Fault | undefined> | undefined;
	private following = false;

	constructor(private readonly chain: Chain) {
		this.position = chain.start;
	}

	/**
	 * Must be awaited before the action: finds the present version of the event and the end of the
	 * chain. All events that are announced in the same turn share one walk.
	 * @returns the fault that kept it from doing so; then nothing should be sent
	 */
	async prepare(id: string): Promise<Fault | undefined> {
		if (!this.versions.has(id)) this.versions.set(id, '');
		this.ready ??= this.readToTheEnd();
		return await this.ready;
	}

	/**
	 * Waits until the event comes back newer.
	 * @param answeredAtMs when the API answered the action, by its own clock
	 * @returns the new version, or `undefined` after `timeoutMs`, when it was cancelled, or when the chain cannot be read
	 */
	async wait(
		id: string,
		{ timeoutMs, answeredAtMs }: { timeoutMs: number; answeredAtMs?: number },
	): Promise<ApiRecord | undefined> {
		const floor = this.versions.get(id) ?? '';
		const answered =
			answeredAtMs === undefined
				? ''
				: (sortableTime(new Date(answeredAtMs - TOLERANCE_MS).toISOString()) ?? '');
		return await new Promise((resolve) => {
			const waiter: Waiter = {
				deadline: this.chain.clock.now() + timeoutMs,
				after: answered > floor ? answered : floor,
				resolve,
			};
			this.waiters.set(id, [...(this.waiters.get(id) ?? []), waiter]);
			if (!this.following) void this.follow();
		});
	}

	private async readToTheEnd(): Promise<Fault | undefined> {
		// Lets the other items of the run announce their events first.
		await this.chain.clock.wait(1);
		return await this.read(({ id, updated_at }) => {
			const key = String(id);
			if (this.versions.has(key)) this.versions.set(key, sortableTime(updated_at) ?? '');
		});
	}

	/** Reads what the chain holds behind the last position. */
	private async read(look: (record: ApiRecord) => void): Promise<Fault | undefined> {
		const { fetchPage, pageSize } = this.chain;
		for await (const step of walk(fetchPage, this.position, () => pageSize)) {
			if (step.kind === 'fault') return step.fault;
			for (const record of step.records) look(record);
			this.position = step.next;
		}
		return undefined;
	}

	private async follow(): Promise<void> {
		const { clock, start } = this.chain;
		this.following = true;
		for (let pause = FIRST_PAUSE_MS; this.waiters.size > 0; ) {
			const nearest = Math.min(
				...[...this.waiters.values()].flat().map(({ deadline }) => deadline),
			);
			if (await clock.wait(Math.max(0, Math.min(pause, nearest - clock.now())))) break;
			pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
			const fault = await this.read((record) => this.confirm(record));
			this.giveUpOverdue();
			if (!fault || isPassing(fault)) continue;
			// A checkpoint that the API does not know any more: look again from where it all began.
			if (fault.kind !== 'status' || fault.status !== 400 || this.position === start) break;
			this.position = start;
		}
		for (const waiters of this.waiters.values()) {
			for (const { resolve } of waiters) resolve(undefined);
		}
		this.waiters.clear();
		this.following = false;
	}

	private confirm(record: ApiRecord): void {
		const id = String(record.id);
		const updated = sortableTime(record.updated_at) ?? '';
		this.keep(id, ({ after, resolve }) => {
			if (updated <= after) return true;
			resolve(record);
			return false;
		});
	}

	private giveUpOverdue(): void {
		const now = this.chain.clock.now();
		for (const id of [...this.waiters.keys()]) {
			this.keep(id, ({ deadline, resolve }) => {
				if (deadline > now) return true;
				resolve(undefined);
				return false;
			});
		}
	}

	private keep(id: string, stays: (waiter: Waiter) => boolean): void {
		const left = (this.waiters.get(id) ?? []).filter(stays);
		if (left.length > 0) this.waiters.set(id, left);
		else this.waiters.delete(id);
	}
}
