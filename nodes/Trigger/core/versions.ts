/** The memory of a chain whose records have IDs and come back when they change: security events. */
import { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import type { Verdict } from '../../shared/core/eventFilters';
import { NewestVersions } from '../../shared/core/newestVersions';
import { sortableTime } from '../../shared/core/timestamp';
import type { Collector, Place } from './collector';
import type { Means } from './follower';
import { Mark, markSchema } from './mark';
import { identityOf, Seen } from './seen';
import { Waiting, type StoredWaiting } from './waiting';

const versionsSchema = z.object({
	/** What was dealt with behind the watermark. */
	seen: z.record(z.string(), z.string()),
	/** How far the chain was walked. */
	mark: markSchema,
	/** Events whose filters look at something that is not known yet. */
	waiting: z.record(z.string(), z.string()).optional(),
});
export type StoredVersions = z.infer<typeof versionsSchema>;

/** What is new in such a chain. */
export interface VersionRules {
	/** Identifies what must come once. */
	key(event: ApiRecord): string;
	/** The time by which "before" and "after" are decided, and under which the key is remembered: it never changes. */
	time(event: ApiRecord): unknown;
	/** Whether a key that is not remembered is new although its time lies at or before the watermark. */
	isNewsBehindHorizon(place: Place): boolean;
	/** Whether an event waits while a filter looks at something that is not known yet. */
	waits: boolean;
}

/** A memory without anything in it. */
const noVersions: StoredVersions = {
	seen: {},
	mark: { time: '', at: [], forgottenTo: '' },
};

/** What chains of such records have in common, see `chain`. */
export function versionChain(rules: VersionRules) {
	return {
		memory: versionsSchema,
		none: noVersions,
		open: (memory: StoredVersions, { judge }: Means) => new Versions(memory, rules, judge),
		comeAgain: (memory: StoredVersions) => memory,
		time: rules.time,
	};
}

class Versions implements Collector<StoredVersions> {
	/** Those of them whose newest version passes the filters. */
	private readonly fresh = new NewestVersions();
	/** IDs of events that are new or waited. */
	private readonly newIds = new Set<string>();
	/** Ids of events that waited for longer than they may. */
	private readonly tooLate = new Set<string>();
	private readonly seen: Seen;
	private readonly mark: Mark;
	private readonly waiting: Waiting;

	constructor(
		{ seen, mark, waiting }: StoredVersions,
		private readonly rules: VersionRules,
		private readonly judge: (event: ApiRecord) => Verdict,
	) {
		this.seen = new Seen(seen);
		this.mark = new Mark(mark);
		this.waiting = new Waiting(waiting);
	}

	get count(): number {
		return this.fresh.size;
	}

	get walkedTo(): string {
		return this.mark.time;
	}

	take(event: ApiRecord, place: Place): boolean {
		const key = this.rules.key(event);
		const time = sortableTime(this.rules.time(event));
		const chainTime = sortableTime(event.updated_at);
		const id = identityOf(event);
		const isWaiting = this.rules.waits && this.waiting.has(event, id);
		const isPassed = place.again && this.mark.wasPassed(key, chainTime, time);
		const isNews = !isPassed && this.isNews(key, time, place);
		if (isNews || isWaiting) this.newIds.add(id);
		if (chainTime !== undefined && chainTime <= place.latest) this.mark.pass(key, chainTime);
		// What can never be new needs no memory: room for others.
		const moved =
			!isPassed && !(time !== undefined && time <= place.never) && this.remember(key, time);
		if (!this.newIds.has(id)) return moved;
		this.decide(event, id);
		return true;
	}

	emit(): ApiRecord[] {
		return this.fresh.values();
	}

	/** The chain's own order and the memory tell what comes again. */
	hold(): void {}
	release(): void {}

	forgetUpTo(horizon: string): void {
		this.seen.forgetUpTo(horizon);
	}

	forgetOldestUpTo(latest: string): string | undefined {
		return this.seen.forgetOldestUpTo(latest);
	}

	makeRoom(surelyPassed: number): number {
		this.mark.forgot(this.seen.forgetExcess().upTo);
		return this.waiting.makeRoom(surelyPassed);
	}

	toStored(): StoredVersions {
		const waiting: StoredWaiting | undefined = this.waiting.toStored();
		return {
			seen: this.seen.toStored(),
			mark: this.mark.toStored(),
			...(waiting === undefined ? {} : { waiting }),
		};
	}

	/** An event whose time cannot be read is new: better once too often than never. */
	private isNews(key: string, time: string | undefined, place: Place): boolean {
		if (this.seen.has(key, time ?? '')) return false;
		if (time === undefined) return true;
		if (time <= place.floor) return false;
		if (place.horizon === undefined || time > place.horizon) return true;
		return this.rules.isNewsBehindHorizon(place);
	}

	/** Whether this is anything that was not remembered. */
	private remember(key: string, time = ''): boolean {
		const { size } = this.seen;
		this.seen.add(key, time);
		return this.seen.size !== size;
	}

	/** The newest version decides. */
	private decide(event: ApiRecord, id: string): void {
		const verdict = this.judge(event);
		if (this.rules.waits && this.waiting.isTooLate(event, id)) this.tooLate.add(id);
		const isNewest = this.fresh.take(event, verdict === 'passes' && !this.tooLate.has(id));
		if (!isNewest || !this.rules.waits) return;
		if (verdict === 'unknown') this.waiting.add(event, id);
		else this.waiting.delete(event, id);
	}
}
