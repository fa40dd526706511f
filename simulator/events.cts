import type { SecurityEvent } from '@nodes/shared/api/contract';
import { Chain, type Version } from './chain.cjs';
import { EventIds } from './eventIds.cjs';
import { Numbers } from './growable.cjs';
import type { Slice } from './list.cjs';
import { Random, hash } from './random.cjs';
import { makeEvent } from './records.cjs';
import { day, formatTimestamp, type Clock, type Micros } from './time.cjs';
import { isJsonObject, type JsonObject } from './json.cjs';

/** How the events that exist at the start came about. */
export interface HistoryOptions {
	count: number;
	/** How far back the history reaches. */
	days: number;
	/** Chance of each event to have been updated since (0..1). */
	updated: number;
}

/** What a new event may be told; everything else is made up. */
export interface NewEvent {
	type?: string | undefined;
	releasable?: boolean | undefined;
	createdAt?: Micros | undefined;
	updatedAt?: Micros | undefined;
	/** Merged over the made-up record, deeply; unknown fields are fine. */
	fields?: JsonObject | undefined;
}

/** An event with all versions that it had. */
export interface EventHistory {
	id: string;
	type: string;
	created_at: string;
	versions: Array<{ updated_at: string; sequence: number }>;
}

const cacheSize = 20_000;
/** Of the history, one in so many timestamps has no microseconds. */
const wholeSeconds = 8;
const second = 1_000_000;

/** @returns `base` with `over` laid over it: objects are merged, everything else replaced */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
	const merged = { ...base };
	for (const [key, value] of Object.entries(over)) {
		const below = merged[key];
		merged[key] = isJsonObject(below) && isJsonObject(value) ? merge(below, value) : value;
	}
	return merged;
}

/**
 * All events of the platform. Of each only a few numbers are stored and its record is made when
 * someone asks for it, so a history of a million events fits into little memory.
 */
export class Events {
	private readonly chain = new Chain();
	private readonly ids: EventIds;
	private readonly created = new Numbers();
	private readonly versions = new Numbers();
	/** Index into `types`, and 1000 more for a releasable one. */
	private readonly kinds = new Numbers();
	private readonly types = ['defender', 'guardian', 'architect'];
	private readonly fields = new Map<number, JsonObject>();
	private readonly cache = new Map<number, string>();
	private readonly random: Random;
	/** Sequence number of the first entry after the initial history. */
	readonly startSequence: number;

	constructor(
		private readonly seed: number,
		private readonly clock: Clock,
		history: HistoryOptions,
	) {
		this.ids = new EventIds(seed);
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

	/** @returns the index behind an id, or undefined when there is no such event */
	find(id: string): number | undefined {
		const index = this.ids.indexOf(id);
		return index !== undefined && index < this.count ? index : undefined;
	}

	/** @returns the id of the event with that index */
	id(index: number): string {
		return this.ids.of(index);
	}

	/** @returns the newest version of an event */
	record(index: number): JsonObject {
		const kind = this.kinds.at(index);
		const made: SecurityEvent = makeEvent({
			seed: this.seed,
			index,
			id: this.id(index),
			type: this.types[kind % 1000] ?? 'unknown',
			releasable: kind >= 1000,
			createdAt: this.created.at(index),
			updatedAt: this.chain.updatedAt(index),
			version: this.versions.at(index),
		});
		const over = this.fields.get(index);
		return over ? merge(made, over) : made;
	}

	/**
	 * Creates an event now; it appears at the end of the chain.
	 * @returns its index
	 */
	create(event: NewEvent = {}): number {
		const index = this.count;
		const { type, releasable } = this.kindFor(index, event);
		const createdAt = event.createdAt ?? this.clock.stamp();
		this.add(createdAt, type, releasable);
		this.chain.append(index, event.updatedAt ?? createdAt);
		if (event.fields) this.fields.set(index, event.fields);
		return index;
	}

	/**
	 * Updates an event: it moves to the end of the chain.
	 * @param fields merged over the record, and kept by later updates
	 * @returns the new version
	 */
	update(index: number, fields?: JsonObject, updatedAt?: Micros): Version {
		this.versions.set(index, this.versions.at(index) + 1);
		if (fields) this.fields.set(index, merge(this.fields.get(index) ?? {}, fields));
		this.cache.delete(index);
		const time = updatedAt ?? this.clock.stamp();
		return { updated_at: time, sequence: this.chain.append(index, time) };
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
				type: this.types[this.kinds.at(index) % 1000] ?? 'unknown',
				created_at: this.createdText(index),
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

	private createdText(index: number): string {
		return formatTimestamp(this.created.at(index));
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
		return { type, releasable: event.releasable ?? (type === 'defender' && dice < 0.15) };
	}

	private add(createdAt: Micros, type: string, releasable: boolean): void {
		if (!this.types.includes(type)) this.types.push(type);
		this.created.push(createdAt);
		this.versions.push(0);
		this.kinds.push(this.types.indexOf(type) + (releasable ? 1000 : 0));
	}

	/** Spreads creations over the days before now, updates some, and writes all in order of time. */
	private makeHistory({ count, days, updated }: HistoryOptions): void {
		const now = this.clock.now();
		const step = (days * day) / Math.max(count, 1);
		const times = new Numbers();
		const events = new Numbers();
		for (let index = 0; index < count; index++) {
			const random = new Random(this.seed, 0x4157, index);
			const exact = Math.floor(now - days * day + (index + random.next() * 0.9) * step);
			const created = random.int(1, wholeSeconds) === 1 ? exact - (exact % second) : exact;
			const { type, releasable } = this.kindFor(index, {});
			this.add(created, type, releasable);
			times.push(created);
			events.push(index);
			const later = created + Math.floor(1 + random.next() * 2 * day);
			if (!random.chance(updated) || later >= now) continue;
			times.push(later);
			events.push(index);
			this.versions.set(index, 1);
		}
		const order = Uint32Array.from({ length: times.length }, (_, at) => at);
		order.sort((a, b) => times.at(a) - times.at(b) || a - b);
		for (const at of order) this.chain.append(events.at(at), times.at(at));
	}
}
