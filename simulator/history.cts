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

/** An event of the history: when it was created, and when each of its versions was written. */
export interface Past {
	created: Micros;
	/** The first version too; none lies in the future. */
	versions: Micros[];
}

/** Spreads the creation of events over the days before now and says when each of them changed. */
export class History {
	private readonly step: number;
	private readonly start: Micros;
	/** When the batches begin, after the full hour. */
	private readonly batchOffset: Micros;

	constructor(
		private readonly seed: number,
		private readonly now: Micros,
		private readonly options: HistoryOptions,
		private readonly campaigns: Campaigns,
	) {
		this.start = now - options.days * day;
		this.step = (options.days * day) / Math.max(options.count, 1);
		this.batchOffset = hash(seed, 0xba7c) % hour;
	}

	/** @returns the past of the event with that index */
	of(index: number, type: string): Past {
		const random = new Random(this.seed, 0x4157, index);
		const exact = Math.floor(this.start + (index + random.next() * 0.9) * this.step);
		const created = random.int(1, wholeSeconds) === 1 ? exact - (exact % second) : exact;
		const first = Math.min(this.firstVersion(random, index, type, created), this.now);
		const later = Math.max(first, created) + Math.floor(1 + random.next() * 2 * day);
		const updated = random.chance(this.options.updated) && later < this.now;
		return { created, versions: updated ? [first, later] : [first] };
	}

	private firstVersion(random: Random, index: number, type: string, created: Micros): Micros {
		const exact = created % second !== 0;
		if (type === 'guardian' && exact) {
			const batch = this.batchTime(created);
			return batch > this.now ? created : batch;
		}
		if (type === 'architect' && exact) return created + architectSkew(random);
		const campaign = type === 'defender' ? this.campaigns.of(index) : undefined;
		if (campaign !== undefined) return this.campaignTime(campaign, created);
		// Some mails are looked at once more after five minutes.
		return type === 'defender' && random.chance(0.3) ? created + 305 * second : created;
	}

	/**
	 * The time at which a Guardian event becomes visible: the platform works through them in batches, about once an
	 * hour, and gives all of a batch the same `updated_at`.
	 */
	private batchTime(created: Micros): Micros {
		const batch = Math.floor((created + shortestWait - this.batchOffset) / hour) + 1;
		return batch * hour + this.batchOffset;
	}

	/** The mails of a campaign were updated together when it was recognized as one. */
	private campaignTime(first: number, created: Micros): Micros {
		const end = this.start + (this.campaigns.lastOf(first) + 1) * this.step;
		const time = Math.floor(end / second) * second + 37 * minute;
		return time > this.now ? created : time;
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
