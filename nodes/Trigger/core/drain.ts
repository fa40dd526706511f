/**
 * One poll of the trigger: pages -> what is new -> what to emit -> the next state. Nothing here knows
 * n8n, HTTP or a clock; a poll that is killed at any point leaves the old state valid.
 */
import type { ApiRecord } from '../../shared/api/contract';
import { isRefusedBy, type Fault } from '../../shared/core/fault';
import { NewestVersions } from '../../shared/core/newestVersions';
import { sortableTime } from '../../shared/core/timestamp';
import {
	pageSizeFor,
	walk,
	type FetchPage,
	type Position,
	type Step,
} from '../../shared/core/walk';
import { agree, millisAt, moveHorizon, skewOf, withBegin, type Clocks } from './clocks';
import { ListedAgain } from './listedAgain';
import { afterRefusal, lookBack, seek, type Search } from './place';
import { isNew, rules } from './rules';
import { Seen } from './seen';
import type { TriggerState } from './state';
import { Trail } from './trail';

const END_OF_TIME = '9999-12-31T23:59:59.999999';

export interface Drain {
	state: TriggerState;
	fetchPage: FetchPage;
	pageSize: { min: number; max: number };
	/** About how many records to emit at most; a page is always finished. */
	maxItems: number;
	/** The user's filters. */
	matches(record: ApiRecord): boolean;
	/** True when there is no time for another page. */
	outOfTime(): boolean;
	/** This machine's time in milliseconds; it may be set at any moment. */
	now(): number;
	/** This machine's time as it was when the process began, counted on without being set, in milliseconds. */
	processNow(): number;
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
	/** The API's clock minus this machine's, in milliseconds, where they disagreed; 0 where they agreed. */
	skewMs?: number;
}

/** Carries out one poll. */
export async function drain(poll: Drain): Promise<Drained> {
	const first = await drainFrom(poll, poll.state);
	if (!isRefusedCheckpoint(first, poll.state)) return first;
	// The API does not know the checkpoint any more. Go on from the last time up to which everything was
	// dealt with; if that is refused too, the checkpoint was not the reason and the old state stays.
	const second = await drainFrom(poll, afterRefusal(poll.state));
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
		run.take(step);
		if (step.end) return run.isWhole(step) ? run.atEnd() : run.result();
		if (run.full || poll.outOfTime()) return run.result();
	}
	return run.result();
}

/** One walk of a poll: collects what is new and keeps the state that belongs to the last finished page. */
class Run implements Search {
	private readonly fresh = new NewestVersions();
	private readonly entries: ApiRecord[] = [];
	private readonly seen: Seen;
	private readonly trail: Trail;
	private readonly listedAgain: ListedAgain;
	/** Ids that are news in this poll: a newer version on a later page takes the older one's place. */
	private readonly news = new Set<string>();
	/** Those of them whose newest version passes the filters. */
	private readonly matched = new Set<string>();
	/** Whether the trigger began with this poll. */
	private readonly begins: boolean;
	/** Whether the last page has to be listed again, because nothing leads on from it. */
	private held = false;
	/** Whether anything changed that is worth storing. */
	private moved = false;
	private skewMs: number | undefined;
	state: TriggerState;
	asked = 0;
	clocks: Clocks | undefined;

	constructor(
		private readonly poll: Drain,
		private readonly start: TriggerState,
	) {
		this.begins =
			!start.caughtUp &&
			start.startFrom === 'now' &&
			start.since === '' &&
			start.begunAt === undefined;
		this.state = this.begins ? { ...start, begunAt: poll.processNow() } : start;
		this.seen = new Seen(start.seen);
		this.trail = new Trail(start.trail);
		this.listedAgain = new ListedAgain(start.listedAgain);
	}

	get full(): boolean {
		return this.count >= this.poll.maxItems;
	}

	private get count(): number {
		return this.isAudit ? this.entries.length : this.matched.size;
	}

	private get isAudit(): boolean {
		return this.start.event === 'auditEntryCreated';
	}

	private get isAnomaly(): boolean {
		return this.start.event === 'anomalyDetected';
	}

	/** The pages from where the state stands, or from a starting point that is looked for first. */
	steps(): AsyncGenerator<Step, void, undefined> {
		const { position, event } = this.state;
		if (position) return this.walkFrom(position);
		return event === 'securityEventCreatedOrUpdated' ? seek(this) : lookBack(this);
	}

	async *walkFrom(
		position: Position,
		least: () => boolean = () => false,
	): AsyncGenerator<Step, void, undefined> {
		const { fetchPage, maxItems, pageSize } = this.poll;
		const size = () => {
			this.asked = least() ? pageSize.min : pageSizeFor(maxItems - this.count, pageSize);
			return this.asked;
		};
		for await (const step of walk(fetchPage, position, size, (at) => this.trail.has(at))) {
			if (step.kind === 'page') this.readClocks(step);
			yield step;
		}
	}

	earliestBegin(): number {
		const { now, processNow } = this.poll;
		const passed = processNow() - (this.state.begunAt ?? processNow());
		return Math.min(now(), processNow()) - Math.max(0, passed);
	}

	lookFrom(horizon: string): void {
		this.state = { ...this.state, horizon };
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
		this.held = !step.advanced && step.records.length > 0;
		if (this.held) this.listedAgain.keep(step.records);
		if (step.advanced && step.next.at === 'checkpoint') this.trail.add(step.next.checkpoint);
		if (step.next !== this.state.position) {
			this.state = { ...this.state, position: step.next };
			this.moved = true;
		}
	}

	result(fault?: Fault): Drained {
		const emit = this.isAudit ? this.entries : this.newest();
		this.seen.forgetExcess();
		const listedAgain = this.isAudit ? this.listedAgain.toStored() : undefined;
		const state = {
			...this.state,
			rewalking: this.state.rewalking || this.held,
			seen: this.seen.toStored(),
			trail: this.trail.toStored(),
			listedAgain,
		};
		return {
			emit: emit.filter((record) => this.isAfterBegin(record)),
			state,
			progressed: this.moved,
			caughtUp: false,
			...(fault === undefined ? {} : { fault }),
			...this.skew(),
		};
	}

	/** The API says that there is no more: everything that is visible has been dealt with. */
	atEnd(): Drained {
		const { start, held } = this;
		if (!held) this.listedAgain.clear();
		this.state = {
			...this.state,
			caughtUp: true,
			rewalking: held,
			skip: undefined,
			begins: undefined,
			apiBegin: undefined,
			begunAt: undefined,
		};
		if (!this.isAnomaly && this.clocks) {
			const disagree = this.skewMs !== undefined && this.skewMs !== 0;
			this.state = moveHorizon(this.state, this.seen, this.clocks, disagree);
		}
		// Nothing new: the old state says as much, and storing it again would only cost the host a write.
		if (start.caughtUp && start.rewalking === held && !this.moved) {
			return { emit: [], state: start, progressed: false, caughtUp: true, ...this.skew() };
		}
		return { ...this.result(), progressed: true, caughtUp: true };
	}

	private skew(): { skewMs?: number } {
		return this.skewMs === undefined ? {} : { skewMs: this.skewMs };
	}

	/** Learns from the clocks and the records of a page when the trigger began, and whether the clocks disagree. */
	private readClocks({ records, serverTime }: Extract<Step, { kind: 'page' }>): void {
		const clocks: Clocks = {
			machine: this.poll.now(),
			process: this.poll.processNow(),
			...(serverTime === undefined ? {} : { api: serverTime }),
		};
		this.clocks = clocks;
		const skew = skewOf(clocks);
		if (skew !== undefined) {
			this.skewMs = agree(clocks) ? (this.skewMs ?? 0) : skew;
		}
		if (this.isAnomaly) return;
		let newest = '';
		for (const record of records) {
			const time = this.timeOf(record);
			if (time !== undefined && time > newest) newest = time;
		}
		if (newest > this.state.newest) this.state = { ...this.state, newest };
		const { since } = this.state;
		const stamped = newest === '' ? undefined : millisAt(newest);
		this.state = withBegin(this.state, clocks, stamped, this.begins);
		if (this.state.since !== since) this.moved = true;
	}

	private timeOf(record: ApiRecord): string | undefined {
		return sortableTime(rules[this.start.event].time(record));
	}

	private takeVersion(record: ApiRecord): void {
		const { event } = this.start;
		const { key, rememberedAt } = rules[event];
		const id = String(record.id);
		if (isNew(event, record, { state: this.state, seen: this.seen, floor: this.floor() })) {
			this.news.add(id);
		}
		if (!this.isBeforeStartDate(record)) this.remember(key(record), rememberedAt(record));
		if (!this.news.has(id)) return;
		if (this.poll.matches(record)) {
			this.matched.add(id);
			this.fresh.add([record]);
		} else {
			this.matched.delete(id);
		}
		this.moved = true;
	}

	/** Never news, so nothing to remember: room for others, and an anomaly that goes on may be news yet. */
	private isBeforeStartDate(record: ApiRecord): boolean {
		const at = this.timeOf(record);
		return this.start.startFrom === 'date' && at !== undefined && at <= this.floor();
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
		if (this.listedAgain.take(record)) return;
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
		const { caughtUp, since, startFrom } = this.state;
		if (caughtUp && startFrom !== 'date') return '';
		// The period of an anomaly may end in the future, so its time cannot tell what was there before.
		if (this.isAnomaly && startFrom === 'now') return END_OF_TIME;
		return sortableTime(since) ?? '';
	}

	/** A later page may have shown that the trigger began later than a wrong clock had said. */
	private isAfterBegin(record: ApiRecord): boolean {
		if (this.start.caughtUp || this.isAnomaly || this.start.startFrom !== 'now') return true;
		const at = this.timeOf(record);
		return at === undefined || at > (sortableTime(this.state.since) ?? '');
	}
}

function isRefusedCheckpoint({ fault, progressed }: Drained, { position }: TriggerState): boolean {
	return (
		fault !== undefined &&
		isRefusedBy(fault, [400, 404, 410, 422]) &&
		position?.at === 'checkpoint' &&
		!progressed
	);
}
