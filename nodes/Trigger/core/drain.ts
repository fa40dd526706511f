/**
 * One poll of the trigger: pages -> what is new -> what to emit -> the next state. Nothing here knows
 * n8n, HTTP or a clock; a poll that is killed at any point leaves the old state valid.
 */
import type { ApiRecord } from '../../shared/api/contract';
import type { Fault } from '../../shared/core/fault';
import { NewestVersions } from '../../shared/core/newestVersions';
import { fromMillis, sortableTime, toMillis } from '../../shared/core/timestamp';
import {
	pageSizeFor,
	walk,
	type FetchPage,
	type Position,
	type Step,
} from '../../shared/core/walk';
import { isNew, rules } from './rules';
import { Seen } from './seen';
import type { Scope, TriggerState } from './state';

const HOUR_MS = 3_600_000;
/**
 * How long an event may take between its `created_at` and its becoming visible in the API without being
 * missed: a day, or less (at least an hour) when more than 5,000 events fit between.
 */
const LONGEST_DELAY_MS = 24 * HOUR_MS;
const SHORTEST_DELAY_MS = HOUR_MS;
/** How far "now" looks back for what is already there; more than the shortest delay, for clocks that differ. */
const LOOK_BACK_MS = SHORTEST_DELAY_MS + HOUR_MS / 6;
/** How far back a place in the chain is looked for, nearest first, before the whole platform is walked. */
const SEEK_BACK_MS = [1, 24, 7 * 24, 30 * 24, 365 * 24].map((hours) => hours * HOUR_MS);
const END_OF_TIME = '9999-12-31T23:59:59.999999';
/** A clock that differs more than this from the API's is not used for "now". */
const CLOCK_TOLERANCE_MS = 60_000;

export interface Drain {
	scope: Scope;
	state: TriggerState;
	fetchPage: FetchPage;
	pageSize: { min: number; max: number };
	/** About how many records to emit at most; a page is always finished. */
	maxItems: number;
	/** The user's filters. */
	matches(record: ApiRecord): boolean;
	/** True when there is no time for another page. */
	outOfTime(): boolean;
	/** This machine's time in milliseconds, where the API does not say its own. */
	now(): number;
}

export interface Drained {
	/** What to emit: for events the newest version of each, in the order of the API. */
	emit: ApiRecord[];
	state: TriggerState;
	/** Whether the state moved on, so that keeping it is worth it. */
	progressed: boolean;
	/** Whether the end of the listing was reached. */
	caughtUp: boolean;
	/** What ended the poll early. Everything in `emit` and `state` is valid all the same. */
	fault?: Fault;
	/** Something that the person should find in the log. */
	notice?: string;
}

/** Carries out one poll. */
export async function drain(poll: Drain): Promise<Drained> {
	const first = await drainFrom(poll, poll.state);
	if (!isRefusedCheckpoint(first, poll.state)) return first;
	// The API does not know the checkpoint any more. Go on from the last time up to which everything was
	// dealt with; if that is refused too, the checkpoint was not the reason and the old state stays.
	const second = await drainFrom(poll, afterRefusal(poll));
	if (second.fault && !second.progressed) return { ...first, fault: second.fault };
	return {
		...second,
		progressed: true,
		notice:
			'Proofpoint refused the stored checkpoint. The trigger went on from the last time up to which everything had been delivered and left out what it remembers.',
	};
}

async function drainFrom(poll: Drain, start: TriggerState): Promise<Drained> {
	const run = new Run(poll, start);
	for await (const step of run.steps()) {
		if (step.kind === 'fault') return run.result(step.fault);
		if (!run.usable(step)) return run.result({ kind: 'stuck', why: 'missing' });
		run.take(step);
		if (step.end)
			return run.isWhole(step) ? run.atEnd(step.serverTime ?? poll.now()) : run.result();
		if (run.full || poll.outOfTime()) return run.result();
	}
	return run.result();
}

/** One walk of a poll: collects what is new and keeps the state that belongs to the last finished page. */
class Run {
	private readonly fresh = new NewestVersions();
	private readonly entries: ApiRecord[] = [];
	private readonly seen: Seen;
	/** Ids that are news in this poll: a newer version on a later page takes the older one's place. */
	private readonly news = new Set<string>();
	/** Those of them whose newest version passes the filters. */
	private readonly matched = new Set<string>();
	private state: TriggerState;
	/** Whether anything changed that is worth storing. */
	private moved = false;
	/** How many records the last request asked for. */
	private asked = 0;

	constructor(
		private readonly poll: Drain,
		private readonly start: TriggerState,
	) {
		const begins =
			poll.scope.startFrom === 'now' && start.since === '' && start.begunAt === undefined;
		this.state = begins ? { ...start, begunAt: poll.now() } : start;
		this.seen = new Seen(start.seen);
	}

	get full(): boolean {
		return this.count >= this.poll.maxItems;
	}

	private get count(): number {
		return this.isAudit ? this.entries.length : this.matched.size;
	}

	private get isAudit(): boolean {
		return this.poll.scope.event === 'auditEntryCreated';
	}

	private get isAnomaly(): boolean {
		return this.poll.scope.event === 'anomalyDetected';
	}

	/** The pages from where the state stands, or from a starting point that is looked for first. */
	async *steps(): AsyncGenerator<Step, void, undefined> {
		const { position } = this.state;
		if (position) {
			for await (const step of this.walkFrom(position)) {
				if (step.kind === 'page') this.beginAt(step.serverTime ?? this.poll.now());
				yield step;
			}
		} else if (this.poll.scope.event === 'securityEventCreatedOrUpdated') {
			yield* this.seek();
		} else {
			yield* this.lookBack();
		}
	}

	/**
	 * Whether a page can be used: one with records must say where to go on, else the next poll would
	 * deliver it again. Such a page is left alone and asked for again by the next poll.
	 */
	usable(step: Extract<Step, { kind: 'page' }>): boolean {
		if (this.isAnomaly || step.records.length === 0) return true;
		return step.next !== this.state.position && step.next.at === 'checkpoint';
	}

	/**
	 * Whether the last page really was the end. An empty answer to `created_after` that promises more is
	 * not, and a full page that promises nothing is believed only when the next poll finds nothing behind it:
	 * the end decides what counts as old.
	 */
	isWhole({ more, records }: Extract<Step, { kind: 'page' }>): boolean {
		return !more && (this.isAnomaly || records.length < this.asked);
	}

	take(step: Extract<Step, { kind: 'page' }>): void {
		for (const record of step.records) {
			if (this.isAudit) this.takeAudit(record);
			else this.takeVersion(record);
		}
		if (this.isAnomaly) return;
		if (step.next !== this.state.position) {
			this.state = { ...this.state, position: step.next };
			this.moved = true;
		}
	}

	result(fault?: Fault): Drained {
		const emit = this.isAudit ? this.entries : this.newest();
		this.seen.forgetExcess();
		const state = { ...this.state, seen: this.seen.toStored() };
		return {
			emit,
			state,
			progressed: this.moved,
			caughtUp: false,
			...(fault === undefined ? {} : { fault }),
		};
	}

	/** The API says that there is no more: everything visible up to `atMs` has been dealt with. */
	atEnd(atMs: number): Drained {
		this.state = { ...this.state, caughtUp: true, rewalking: false, skip: undefined };
		if (!this.isAnomaly) this.moveHorizon(atMs);
		const { start } = this;
		// Nothing new: the old state says as much, and storing it again would only cost the host a write.
		if (start.caughtUp && !start.rewalking && !this.moved) {
			return { emit: [], state: start, progressed: false, caughtUp: true };
		}
		return { ...this.result(), progressed: true, caughtUp: true };
	}

	/** Forgets what no longer needs to be remembered. (Anomalies are listed again each time, whatever their date.) */
	private moveHorizon(atMs: number): void {
		const horizon = this.horizonAt(atMs);
		this.seen.forgetUpTo(horizon);
		// With too many events for a day's memory the horizon moves up, but never closer than an hour.
		const forgotten = this.seen.forgetOldestUpTo(timeAt(atMs - SHORTEST_DELAY_MS));
		this.state = {
			...this.state,
			horizon: forgotten !== undefined && forgotten > horizon ? forgotten : horizon,
		};
	}

	private horizonAt(atMs: number): string {
		if (this.state.horizon !== '') {
			const later = timeAt(atMs - LONGEST_DELAY_MS);
			return later > this.state.horizon ? later : this.state.horizon;
		}
		const { event, startFrom } = this.poll.scope;
		if (startFrom !== 'now') return timeAt(atMs - LONGEST_DELAY_MS);
		// The first time: "now" has looked back this far and remembers what it saw there. A version from
		// before "now" is never news, remembered or not.
		const since = sortableTime(this.state.since) ?? '';
		const shortest = timeAt(atMs - SHORTEST_DELAY_MS);
		return since < shortest || event === 'securityEventCreatedOrUpdated' ? since : shortest;
	}

	private walkFrom(position: Position): AsyncGenerator<Step, void, undefined> {
		const { fetchPage, maxItems, pageSize } = this.poll;
		return walk(fetchPage, position, () => {
			this.asked = pageSizeFor(maxItems - this.count, pageSize);
			return this.asked;
		});
	}

	/** "New events from now on": what was created within the hour before is there already and only remembered. */
	private async *lookBack(): AsyncGenerator<Step, void, undefined> {
		const known = toMillis(this.state.since);
		for (let base = known ?? this.begunAt(), tries = 0; ; tries++) {
			const time = apiTimeAt(base - LOOK_BACK_MS);
			let restart: number | undefined;
			for await (const step of this.walkFrom({ at: 'createdAfter', time })) {
				if (step.kind === 'page') {
					const now = this.poll.now();
					const skew = (step.serverTime ?? now) - now;
					if (known === undefined && tries === 0 && Math.abs(skew) > CLOCK_TOLERANCE_MS) {
						restart = base + skew;
						break;
					}
					this.beginAt(now + skew);
				}
				yield step;
			}
			if (restart === undefined) return;
			base = restart;
		}
	}

	/**
	 * Finds a place in the chain that lies before everything that was updated after a time. The chain is
	 * ordered by update and `created_after` filters the first page only, so a place is right when that page is
	 * full (its checkpoint stands behind its last record) and all of it was updated before that time.
	 */
	private async *seek(): AsyncGenerator<Step, void, undefined> {
		const { fetchPage, pageSize } = this.poll;
		for (const back of [...SEEK_BACK_MS, undefined]) {
			const position: Position =
				back === undefined
					? { at: 'beginning' }
					: { at: 'createdAfter', time: apiTimeAt(this.seekBefore() - back) };
			let found = back === undefined;
			const steps = walk(fetchPage, position, () => {
				this.asked = found ? pageSizeFor(this.poll.maxItems - this.count, pageSize) : pageSize.min;
				return this.asked;
			});
			for await (const step of steps) {
				if (step.kind === 'page') this.beginAt(step.serverTime ?? this.poll.now());
				if (step.kind === 'page' && !found) {
					found = this.liesBefore(step.records);
					if (!found) break;
				}
				yield step;
			}
			if (found) return;
		}
	}

	/** Whether a first page is full and everything on it was updated before what {@link seek} looks for. */
	private liesBefore(records: ApiRecord[]): boolean {
		const ids = new Set(records.map(({ id }) => id));
		const limit = this.seekBefore();
		return (
			ids.size >= this.asked &&
			records.every(({ updated_at }) => (toMillis(updated_at) ?? Infinity) < limit)
		);
	}

	/** The time that {@link seek} looks for: an hour early, for events that become visible late. */
	private seekBefore(): number {
		const { horizon, since } = this.state;
		return (toMillis(horizon === '' ? since : `${horizon}Z`) ?? this.begunAt()) - SHORTEST_DELAY_MS;
	}

	/** When the trigger polled for the first time, answered or not, by this machine's clock. */
	private begunAt(): number {
		return this.state.begunAt ?? this.poll.now();
	}

	/**
	 * Fixes what "now" means: the first poll, answered or not, told by the API's own clock. Only the time
	 * that has passed since is measured with this machine's.
	 */
	private beginAt(serverMs: number): void {
		if (this.poll.scope.startFrom !== 'now' || this.state.since !== '') return;
		const passed = Math.max(0, this.poll.now() - this.begunAt());
		this.state = { ...this.state, since: apiTimeAt(serverMs - passed) };
		this.moved = true;
	}

	private takeVersion(record: ApiRecord): void {
		const { scope, matches } = this.poll;
		const { key, rememberedAt } = rules[scope.event];
		const id = String(record.id);
		if (isNew(scope.event, record, { state: this.state, seen: this.seen, floor: this.floor() })) {
			this.news.add(id);
		}
		if (!this.isBeforeStartDate(record)) this.remember(key(record), rememberedAt(record));
		if (!this.news.has(id)) return;
		if (matches(record)) {
			this.matched.add(id);
			this.fresh.add([record]);
		} else {
			this.matched.delete(id);
		}
		this.moved = true;
	}

	/** Never news, so nothing to remember: room for others, and an anomaly that goes on may be news yet. */
	private isBeforeStartDate(record: ApiRecord): boolean {
		const { startFrom, event } = this.poll.scope;
		const at = sortableTime(rules[event].time(record));
		return startFrom === 'date' && at !== undefined && at <= this.floor();
	}

	private remember(key: string | undefined, time: string): void {
		if (key === undefined) return;
		const { size } = this.seen;
		this.seen.add(key, time);
		if (this.seen.size !== size) this.moved = true;
	}

	private newest(): ApiRecord[] {
		return this.fresh.values().filter(({ id }) => this.matched.has(String(id)));
	}

	private takeAudit(record: ApiRecord): void {
		const time = sortableTime(record.timestamp);
		if (time !== undefined && this.wasPassed(time)) return;
		const last = this.state.lastAudit;
		if (time !== undefined && (last === undefined || time >= last.time)) {
			const count = last?.time === time ? last.count + 1 : 1;
			this.state = { ...this.state, lastAudit: { time, count } };
		}
		this.moved = true;
		const context = { state: this.state, seen: this.seen, floor: this.floor() };
		if (isNew('auditEntryCreated', record, context) && this.poll.matches(record)) {
			this.entries.push(record);
		}
	}

	/** In a second walk after a refused checkpoint: whether the entry was passed before. Audits are chronological. */
	private wasPassed(time: string): boolean {
		const { skip } = this.state;
		if (!skip || time > skip.time) return false;
		if (time < skip.time) return true;
		if (skip.count === 0) return false;
		this.state = { ...this.state, skip: { ...skip, count: skip.count - 1 } };
		return true;
	}

	/** Nothing up to here is ever news: the start date for good, "now" until the end was reached once. */
	private floor(): string {
		const { startFrom } = this.poll.scope;
		const { caughtUp, since } = this.state;
		if (caughtUp && startFrom !== 'date') return '';
		// The period of an anomaly may end in the future, so its time cannot tell what was there before.
		if (this.isAnomaly && startFrom === 'now') return END_OF_TIME;
		return sortableTime(since) ?? '';
	}
}

function isRefusedCheckpoint({ fault, progressed }: Drained, { position }: TriggerState): boolean {
	return (
		fault?.kind === 'status' &&
		[400, 404, 410, 422].includes(fault.status) &&
		position?.at === 'checkpoint' &&
		!progressed
	);
}

/** The state from which to go on when the checkpoint is lost. */
function afterRefusal({ scope, state }: Drain): TriggerState {
	if (scope.event === 'auditEntryCreated') {
		const { lastAudit: skip } = state;
		return { ...state, position: { at: 'beginning' }, rewalking: true, ...(skip ? { skip } : {}) };
	}
	const dealtWith = state.horizon !== '' ? state.horizon : (sortableTime(state.since) ?? '');
	const isFirstLook = scope.startFrom === 'now' && state.horizon === '';
	if (isFirstLook || (scope.event === 'securityEventCreatedOrUpdated' && dealtWith !== '')) {
		// Without a position the place in the chain is looked for, as at the very start.
		return { ...state, position: undefined, rewalking: true };
	}
	return {
		...state,
		rewalking: true,
		position:
			dealtWith === '' ? { at: 'beginning' } : { at: 'createdAfter', time: `${dealtWith}Z` },
	};
}

function apiTimeAt(millis: number): string {
	return fromMillis(millis) ?? '';
}

function timeAt(millis: number): string {
	return sortableTime(apiTimeAt(millis)) ?? '';
}
