/**
 * Looking for events that are known by their ID or by a link. The API has no such endpoint, so the list of events
 * is read; all events that are wanted at about the same time share one walk.
 */
import { idOf, textOf } from './eventRecord';
import type { ApiRecord } from '../api/contract';
import type { Clock } from './clock';
import { linkOfEvent, type EventLink, type EventReference } from './eventReference';
import type { Fault } from './fault';
import { walk, type FetchPage, type Position } from './walk';

/** The items of a run come within milliseconds of each other; the walk begins when no further one has come for so long. */
const QUIET_MS = 20;

export interface SearchSettings {
	/**
	 * Where to begin, nearest first, as the API takes a time. Each later one is tried only for what was not found
	 * before: an event that is acted on is mostly young, and the list is in the order of updates, so that reading 30 days
	 * takes a busy portal hundreds of pages.
	 */
	starts: readonly string[];
	fetchPage: FetchPage;
	clock: Clock;
	pageSize: number;
	/** Ends a walk as soon as it has found all IDs. Without it each one is read to the end of the list. */
	endsEarly?: boolean;
	/** The longest that one walk may be. */
	limits?: { ms: number; pages: number };
	/** Sees every event that comes by. */
	look?(event: ApiRecord): void;
	/** Told where the list ended, and which start led there. */
	ended?(end: Position, start: string): void;
}

export type Found =
	| { kind: 'found'; event: ApiRecord }
	/** A link whose number fits several events. */
	| { kind: 'several'; ids: string[] }
	/** There is no such event among the `looked` events since `from`. */
	| { kind: 'missing'; looked: number; from: string }
	/** The limits of the search came first. */
	| { kind: 'cut'; looked: number; from: string; afterMs: number; lastSeen: string }
	| { kind: 'fault'; fault: Fault };

/** Someone who waits for an event. */
interface Seeker {
	wanted: EventReference;
	/** The newest version of each event that fits; an ID fits one. */
	events: Map<string, ApiRecord>;
	done: boolean;
	answer(found: Found): void;
}

export class EventSearch {
	private waiting: Seeker[] = [];
	private busy = false;

	constructor(private readonly settings: SearchSettings) {}

	/** Looks for an event. Never throws: what went wrong is in the answer. */
	async find(wanted: EventReference): Promise<Found> {
		return await new Promise((resolve) => {
			const seeker: Seeker = {
				wanted,
				events: new Map(),
				done: false,
				answer(found) {
					seeker.done = true;
					resolve(found);
				},
			};
			this.waiting.push(seeker);
			if (!this.busy) void this.work();
		});
	}

	private async work(): Promise<void> {
		this.busy = true;
		while (this.waiting.length > 0) {
			await this.untilQuiet();
			await this.search(this.waiting.splice(0));
		}
		this.busy = false;
	}

	private async untilQuiet(): Promise<void> {
		for (let known = 0; known !== this.waiting.length; ) {
			known = this.waiting.length;
			if (await this.settings.clock.wait(QUIET_MS)) return;
		}
	}

	private async search(seekers: Seeker[]): Promise<void> {
		// A link must fit one event only, so what could fit it is looked through as a whole.
		const whole = seekers.some(({ wanted }) => wanted.kind === 'link');
		const starts = whole ? this.settings.starts.slice(-1) : this.settings.starts;
		let left = seekers;
		for (const [at, start] of starts.entries()) {
			const missing = await this.walk(left, start);
			left = left.filter(({ done }) => !done);
			for (const seeker of left) {
				const found = foundIn(seeker, at === starts.length - 1 ? missing : undefined);
				if (found) seeker.answer(found);
			}
			left = left.filter(({ done }) => !done);
			if (left.length === 0) return;
		}
	}

	/**
	 * Reads the list from one start.
	 * @returns what to say of those that were not found; a fault was told to all of them already
	 */
	private async walk(seekers: Seeker[], start: string): Promise<Found> {
		const { fetchPage, clock, pageSize, endsEarly, limits, look, ended } = this.settings;
		const startedAt = clock.now();
		const wanted = new Wanted(seekers);
		let looked = 0;
		let lastSeen = '';
		let pages = 0;
		for await (const step of walk(fetchPage, { at: 'createdAfter', time: start }, () => pageSize)) {
			if (step.kind === 'fault') {
				for (const seeker of seekers) {
					if (!seeker.done) seeker.answer(step);
				}
				return step;
			}
			for (const event of step.records) {
				look?.(event);
				wanted.note(event);
			}
			if (endsEarly) {
				for (const seeker of seekers) {
					if (seeker.wanted.kind === 'link' || seeker.done) continue;
					const found = foundIn(seeker, undefined);
					if (found) seeker.answer(found);
				}
				if (seekers.every(({ done }) => done)) break;
			}
			pages++;
			looked += step.records.length;
			lastSeen = textOf(step.records.at(-1)?.updated_at) ?? lastSeen;
			if (step.end) ended?.(step.next, start);
			else if (limits && (pages >= limits.pages || clock.now() - startedAt > limits.ms)) {
				const afterMs = clock.now() - startedAt;
				const cut: Found = { kind: 'cut', looked, from: start, afterMs, lastSeen };
				// Whether another event fits the link as well is not known, and a longer walk would end as early.
				for (const seeker of seekers) {
					if (!seeker.done && seeker.events.size === 0) seeker.answer(cut);
					else if (!seeker.done && seeker.wanted.kind === 'link') seeker.answer(cut);
				}
				return cut;
			}
		}
		return { kind: 'missing', looked, from: start };
	}
}

/** Who looks for what. */
class Wanted {
	private readonly byId = new Map<string, Seeker[]>();
	private readonly byLink = new Map<string, Seeker[]>();

	constructor(seekers: readonly Seeker[]) {
		for (const seeker of seekers) {
			const { wanted } = seeker;
			const [seekersOf, key] =
				wanted.kind === 'link' ? [this.byLink, keyOf(wanted)] : [this.byId, wanted.id];
			seekersOf.set(key, [...(seekersOf.get(key) ?? []), seeker]);
		}
	}

	/** Keeps an event for those who look for it. Of several versions the one that is returned last counts. */
	note(event: ApiRecord): void {
		const id = idOf(event);
		// Without an ID nothing could be done with it.
		if (id === '') return;
		for (const { events } of this.byId.get(id) ?? []) events.set(id, event);
		// Links are read only where somebody looks for one.
		const link = this.byLink.size > 0 ? linkOfEvent(event) : undefined;
		const seekers = link && this.byLink.get(keyOf(link));
		for (const { events } of seekers ?? []) events.set(id, event);
	}
}

function keyOf({ page, number }: EventLink): string {
	return `${page} ${number}`;
}

function foundIn({ events }: Seeker, missing: Found | undefined): Found | undefined {
	const [event, ...others] = events.values();
	if (!event) return missing;
	return others.length === 0
		? { kind: 'found', event }
		: { kind: 'several', ids: [...events.keys()] };
}
