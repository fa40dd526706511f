import { Campaigns } from './campaigns.cjs';
import { Chain, type Version } from './chain.cjs';
import { EventIds } from './eventIds.cjs';
import { makeEvent } from './eventRecords.cjs';
import { Numbers } from './growable.cjs';
import { architectSkew, History, Timeline, type HistoryOptions } from './history.cjs';
import type { JsonObject } from './json.cjs';
import type { Slice } from './list.cjs';
import { OwnRecords } from './own.cjs';
import { Random, hash } from './random.cjs';
import { formatTimestamp, parseTimestamp, type Clock, type Micros } from './time.cjs';

/** What a new event may be told; everything else is made up. */
export interface NewEvent {
	type?: string | undefined;
	releasable?: boolean | undefined;
	createdAt?: Micros | undefined;
	updatedAt?: Micros | undefined;
	/** Merged over the made-up record, deeply; unknown fields are fine. */
	fields?: JsonObject | undefined;
	/** Paths of fields that the record lacks. */
	without?: readonly string[] | undefined;
	/** Whether it may belong to a campaign, as those of the history do. */
	campaigns?: boolean | undefined;
}

/** An event with all versions that it had. */
export interface EventHistory {
	id: string;
	type: string;
	created_at: string;
	versions: Array<{ updated_at: string; sequence: number }>;
}

const cacheSize = 20_000;
const kindOf = { type: 1000, releasable: 1000, campaign: 2000 };

/**
 * All events of the platform. Of each only a few numbers are stored and its record is made when
 * someone asks for it, so a history of a million events fits into little memory.
 */
export class Events {
	private readonly chain = new Chain();
	private readonly ids: EventIds;
	private readonly ownIds = new Map<string, number>();
	private readonly ownIdOf = new Map<number, string>();
	private readonly created = new Numbers();
	private readonly versions = new Numbers();
	/** Index into `types`, and more for a releasable one and for one that may belong to a campaign. */
	private readonly kinds = new Numbers();
	private readonly types = ['defender', 'guardian', 'architect'];
	private readonly own = new OwnRecords();
	private readonly cache = new Map<number, string>();
	private readonly random: Random;
	private readonly campaigns: Campaigns;
	private portal = '';
	/** Sequence number of the first entry after the initial history. */
	readonly startSequence: number;

	constructor(
		private readonly seed: number,
		private readonly clock: Clock,
		history: HistoryOptions,
	) {
		this.ids = new EventIds(seed);
		this.campaigns = new Campaigns(seed);
		this.random = new Random(seed, 0xc4a1);
		this.makeHistory(history);
		this.startSequence = this.chain.end;
	}

	/** Number of events. */
	get count(): number {
		return this.created.length;
	}

	/** Position of the end of the chain. */
	get end(): number {
		return this.chain.end;
	}

	/** Where the portal is that the links lead to. */
	setPortal(portal: string): void {
		this.portal = portal;
		this.cache.clear();
	}

	/** @returns the index behind an id, or undefined when there is no such event */
	find(id: string): number | undefined {
		const index = this.ownIds.get(id) ?? this.ids.indexOf(id);
		return index !== undefined && index < this.count && this.id(index) === id ? index : undefined;
	}

	/** @returns the id of the event with that index */
	id(index: number): string {
		return this.ownIdOf.get(index) ?? this.ids.of(index, this.type(index));
	}

	/** @returns the type of the event with that index */
	type(index: number): string {
		return this.types[this.kinds.at(index) % kindOf.type] ?? 'unknown';
	}

	/** @returns the newest version of an event */
	record(index: number): JsonObject {
		return this.own.record(index, () => this.make(index));
	}

	/**
	 * Creates an event now; it appears at the end of the chain.
	 * @returns its index
	 */
	create(event: NewEvent = {}): number {
		const index = this.count;
		const kind = this.kindFor(index, event);
		const createdAt = event.createdAt ?? this.clock.stamp();
		this.add(createdAt, kind.type, kind.releasable, event.campaigns === true);
		this.chain.append(index, event.updatedAt ?? this.firstTime(index, kind.type, event));
		this.own.lay(index, event.fields, event.without);
		return index;
	}

	/**
	 * Updates an event: it moves to the end of the chain.
	 * @param fields merged over the record, and kept by later updates
	 * @param without paths of fields that it lacks from now on
	 * @returns the new version
	 */
	update(
		index: number,
		{ fields, without, updatedAt }: Pick<NewEvent, 'fields' | 'without' | 'updatedAt'> = {},
	): Version {
		this.versions.set(index, this.versions.at(index) + 1);
		const time = updatedAt ?? this.nextTime();
		this.amend(index, fields, without);
		// A record from outside is not made anew: its time has to be told.
		if (this.own.isVerbatim(index)) this.own.lay(index, { updated_at: formatTimestamp(time) });
		return { updated_at: time, sequence: this.chain.append(index, time) };
	}

	/** Changes the newest version of an event without making another one. */
	amend(index: number, fields?: JsonObject, without?: readonly string[]): void {
		this.own.lay(index, fields, without);
		this.cache.delete(index);
	}

	/**
	 * Puts a record at the end of the chain exactly as it is: a new event, or the next version of one.
	 * @returns its index
	 */
	publish(id: string, record: JsonObject): number {
		const index = this.find(id) ?? this.addOwn(id, record);
		this.own.replace(index, record);
		this.cache.delete(index);
		this.chain.append(index, timeIn(record, 'updated_at') ?? this.nextTime());
		return index;
	}

	/** @returns an event picked at random among the newest `recent` ones, or undefined without any */
	pick(recent = this.count): number | undefined {
		if (this.count === 0) return undefined;
		return this.random.int(Math.max(0, this.count - recent), this.count - 1);
	}

	/**
	 * A run along the chain.
	 * @param after only events created later than this, to the microsecond
	 */
	slice(from: number, limit: number, after?: Micros): Slice & { events: number[] } {
		const wanted =
			after === undefined ? undefined : (event: number) => this.created.at(event) > after;
		const found = this.chain.read(from, limit, wanted);
		return { ...found, items: found.events.map((index) => this.json(index)) };
	}

	/**
	 * @param from lowest sequence number of interest
	 * @returns the events with a version from there on, each with those versions
	 */
	histories(from: number): EventHistory[] {
		const found = new Map<number, EventHistory>();
		this.chain.visit(from, (index, version) => {
			const history = found.get(index) ?? {
				id: this.id(index),
				type: this.type(index),
				created_at: formatTimestamp(this.created.at(index)),
				versions: [],
			};
			found.set(index, history);
			history.versions.push({
				updated_at: formatTimestamp(version.updated_at),
				sequence: version.sequence,
			});
		});
		return [...found.values()];
	}

	private make(index: number): JsonObject {
		const kind = this.kinds.at(index);
		const type = this.type(index);
		const campaign =
			type === 'defender' && kind >= kindOf.campaign ? this.campaigns.of(index) : undefined;
		return makeEvent({
			seed: this.seed,
			index,
			id: this.id(index),
			type,
			number: this.ids.number(index),
			portal: this.portal,
			releasable: kind % kindOf.campaign >= kindOf.releasable,
			burst: this.ids.burst(campaign ?? index, campaign !== undefined),
			campaign,
			createdAt: this.created.at(index),
			updatedAt: this.chain.updatedAt(index),
			version: this.versions.at(index),
		});
	}

	private json(index: number): string {
		const known = this.cache.get(index);
		if (known !== undefined) return known;
		const text = JSON.stringify(this.record(index));
		if (this.cache.size >= cacheSize) {
			const oldest = this.cache.keys().next();
			if (!oldest.done) this.cache.delete(oldest.value);
		}
		this.cache.set(index, text);
		return text;
	}

	private kindFor(index: number, event: NewEvent) {
		const dice = hash(this.seed, 0x717e, index) / 4294967296;
		const type = event.type ?? (dice < 0.5 ? 'defender' : dice < 0.8 ? 'guardian' : 'architect');
		return { type, releasable: event.releasable ?? (type === 'defender' && dice < 0.04) };
	}

	/** The chain is in the order of `updated_at`: what appears now was not updated before what is there. */
	private firstTime(index: number, type: string, { createdAt }: NewEvent): Micros {
		const created = this.created.at(index);
		const skewed = type === 'architect' && createdAt === undefined;
		const skew = skewed ? Math.min(0, architectSkew(new Random(this.seed, 0x5e3, index))) : 0;
		return Math.max(created + skew, this.chain.lastTime);
	}

	private nextTime(): Micros {
		return Math.max(this.clock.stamp(), this.chain.lastTime + 1);
	}

	private add(createdAt: Micros, type: string, releasable: boolean, campaigns: boolean): void {
		if (!this.types.includes(type)) this.types.push(type);
		this.created.push(createdAt);
		this.versions.push(0);
		this.kinds.push(
			this.types.indexOf(type) +
				(releasable ? kindOf.releasable : 0) +
				(campaigns && !releasable ? kindOf.campaign : 0),
		);
	}

	private addOwn(id: string, record: JsonObject): number {
		const index = this.count;
		const type = typeof record['type'] === 'string' ? record['type'] : 'unknown';
		this.add(timeIn(record, 'created_at') ?? this.clock.now(), type, false, false);
		this.ownIds.set(id, index);
		this.ownIdOf.set(index, id);
		return index;
	}

	/** Spreads creations over the days before now, and writes all versions in the order of time. */
	private makeHistory(options: HistoryOptions): void {
		const history = new History(this.seed, this.clock.now(), options, this.campaigns);
		const timeline = new Timeline();
		for (let index = 0; index < options.count; index++) {
			const { type, releasable } = this.kindFor(index, {});
			const { created, versions } = history.of(index, type);
			this.add(created, type, releasable, true);
			for (const time of versions) timeline.add(index, time);
			this.versions.set(index, versions.length - 1);
		}
		timeline.visit((event, time) => this.chain.append(event, time));
	}
}

function timeIn(record: JsonObject, field: string): Micros | undefined {
	const text = record[field];
	return typeof text === 'string' ? parseTimestamp(text) : undefined;
}
