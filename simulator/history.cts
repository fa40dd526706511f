import type { Campaigns } from './campaigns.cjs';
import { Numbers } from './growable.cjs';
import { hash, Random } from './random.cjs';
import { day, second, type Micros } from './time.cjs';

/** How the events that exist at the start came about. */
export interface HistoryOptions {
	count: number;
	/** How far back the history reaches. */
	days: number;
	/** Chance of each event to have been updated since (0..1). */
	updated: number;
}

const minute = 60 * second;
const hour = 60 * minute;
/** Of the history, one in so many timestamps has no microseconds. */
const wholeSeconds = 3;
/** The platform needs so long to look at a Guardian event at all; then it waits for the next batch. */
const shortestWait = 2 * minute;

/** @returns by how much the first version of an Architect event is stamped before or after its creation */
export function architectSkew(random: Random): Micros {
	const before = random.chance(0.5);
	const early = random.int(70_000, 92_000);
	const late = random.int(198_000, 340_000);
	return before ? -early : late;
}

/**
 * The time at which a Guardian event becomes visible: the platform works through them in batches, about once an
 * hour, and gives all of a batch the same `updated_at`.
 */
export function batchTime(seed: number, created: Micros): Micros {
	const offset = hash(seed, 0xba7c) % hour;
	const batch = Math.floor((created + shortestWait - offset) / hour) + 1;
	return batch * hour + offset;
}

/** One event of the history, as it is made. */
interface Made {
	index: number;
	type: string;
	created: Micros;
}

/** Spreads the creation of events over the days before now and says when each of them changed. */
export class History {
	private readonly step: number;

	constructor(
		private readonly seed: number,
		private readonly now: Micros,
		private readonly options: HistoryOptions,
		private readonly campaigns: Campaigns,
	) {
		this.step = (options.days * day) / Math.max(options.count, 1);
	}

	/** @returns when the event with that index was created */
	created(index: number): Micros {
		const random = this.random(index);
		const exact = Math.floor(this.start + (index + random.next() * 0.9) * this.step);
		return random.int(1, wholeSeconds) === 1 ? exact - (exact % second) : exact;
	}

	/** @returns the times of the versions of an event, the first one too; none lies in the future */
	versions({ index, type, created }: Made): Micros[] {
		const random = this.random(index, 1);
		const first = Math.min(this.firstVersion(random, index, type, created), this.now);
		const later = Math.max(first, created) + Math.floor(1 + random.next() * 2 * day);
		const updated = random.chance(this.options.updated) && later < this.now;
		return updated ? [first, later] : [first];
	}

	private firstVersion(random: Random, index: number, type: string, created: Micros): Micros {
		const exact = created % second !== 0;
		if (type === 'guardian' && exact) {
			const batch = batchTime(this.seed, created);
			return batch > this.now ? created : batch;
		}
		if (type === 'architect' && exact) return created + architectSkew(random);
		const campaign = type === 'defender' ? this.campaigns.of(index) : undefined;
		if (campaign !== undefined) return this.campaignTime(campaign, created);
		// Some mails are looked at once more after five minutes.
		return type === 'defender' && random.chance(0.3) ? created + 305 * second : created;
	}

	/** The mails of a campaign were updated together when it was recognized as one. */
	private campaignTime(first: number, created: Micros): Micros {
		const last = this.campaigns.lastOf(first);
		const end = this.start + (last + 1) * this.step;
		const time = Math.floor(end / second) * second + 37 * minute;
		return time > this.now ? created : time;
	}

	private get start(): Micros {
		return this.now - this.options.days * day;
	}

	private random(index: number, ...more: number[]): Random {
		return new Random(this.seed, 0x4157, index, ...more);
	}
}

/** Versions of many events, to be put into the order of their times. */
export class Timeline {
	private readonly times = new Numbers();
	private readonly events = new Numbers();

	add(event: number, time: Micros): void {
		this.times.push(time);
		this.events.push(event);
	}

	/** Visits all versions in the order of their times; those of one time in the order of being added. */
	visit(visit: (event: number, time: Micros) => void): void {
		const { times, events } = this;
		const order = Uint32Array.from({ length: times.length }, (_, at) => at);
		order.sort((a, b) => times.at(a) - times.at(b) || a - b);
		for (const at of order) visit(events.at(at), times.at(at));
	}
}
