/**
 * How a list is followed that has no chain of what is new: it is listed anew, poll for poll, and what is remembered is
 * left out. Anomalies: the list holds the latest day that has any, each with an ID. A listing that a poll did not end is
 * gone on with by the next one. Whatever is listed is remembered, however long the list is.
 */
import { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import type { Fault } from '../../shared/core/fault';
import { sortableTime } from '../../shared/core/timestamp';
import type { Step } from '../../shared/core/walk';
import {
	relistedPages,
	type FollowerOf,
	type Means,
	type PageStep,
	type Walk,
	type Walked,
} from './follower';
import { identityOf, MOST_REMEMBERED, Seen } from './seen';
import type { Start } from './state';

const bodySchema = z.object({
	/** `starting`: until the first complete listing everything counts as old. */
	phase: z.enum(['starting', 'following']),
	/** Checkpoint of the page behind which a listing goes on that a poll did not end. */
	position: z.string().optional(),
	/** When that listing began (this machine's clock, ms). */
	listedSince: z.number().optional(),
	/** How many records that listing has brought so far. */
	listed: z.number().optional(),
	seen: z.record(z.string(), z.string()),
});

type Body = z.infer<typeof bodySchema>;

/**
 * Follows such a list.
 * @param time the time of a record that *Start Date* is compared with
 */
export function listFollower(time: (record: ApiRecord) => unknown): FollowerOf<Body> {
	return {
		read: (stored) => bodySchema.safeParse(stored).data,
		begin: ({ startFrom }) => ({ phase: startFrom === 'now' ? 'starting' : 'following', seen: {} }),
		walk: (body, start, means) => new ListWalk(body, start, means, time),
		afterRefusal: (body) =>
			body.position === undefined ? undefined : { ...body, ...fromTheStart },
	};
}

const fromTheStart = { position: undefined, listedSince: undefined, listed: undefined };

class ListWalk implements Walk<Body> {
	private readonly seen: Seen;
	private readonly floor: string;
	private readonly emitted: ApiRecord[] = [];
	private position: string | undefined;
	private readonly listedSince: number;
	private listed: number;
	private learned = false;

	constructor(
		private readonly body: Body,
		{ startFrom, startDate }: Start,
		private readonly means: Means,
		private readonly time: (record: ApiRecord) => unknown,
	) {
		this.seen = new Seen(body.seen);
		this.floor = startFrom === 'date' ? (sortableTime(startDate) ?? '') : '';
		this.position = body.position;
		this.listedSince = body.listedSince ?? means.now();
		this.listed = body.listed ?? 0;
	}

	get isFull(): boolean {
		return this.emitted.length >= this.means.maxItems;
	}

	steps(): AsyncGenerator<Step, void, undefined> {
		return relistedPages(this.body.position, this.means);
	}

	take({ records, next }: PageStep): void {
		this.listed += records.length;
		for (const record of records) this.takeRecord(record);
		if (next.at === 'checkpoint') this.position = next.checkpoint;
	}

	isWhole({ more }: PageStep): boolean {
		return !more;
	}

	stop(fault?: Fault): Walked<Body> {
		// A checkpoint that leads nowhere would keep the list from ever being listed anew.
		const isStuck = fault?.kind === 'stuck';
		const place = isStuck
			? fromTheStart
			: { position: this.position, listedSince: this.listedSince, listed: this.listed };
		return {
			...this.walked({ ...this.body, ...place }),
			progressed: this.learned || place.position !== this.body.position,
			caughtUp: false,
			behindMs: Math.max(1, this.means.now() - this.listedSince),
		};
	}

	end(): Walked<Body> {
		const isFirst = this.body.phase === 'starting';
		const wasUnderWay = this.body.position !== undefined;
		// Not before the end: what the listing has still to bring is remembered from the one before.
		this.seen.forgetExcess(Math.max(MOST_REMEMBERED, this.listed));
		return {
			...this.walked({ ...this.body, phase: 'following', ...fromTheStart }),
			progressed: isFirst || wasUnderWay || this.learned,
			// What a listing that was under way had passed may have changed since.
			caughtUp: !wasUnderWay,
			behindMs: 0,
		};
	}

	private walked(body: Body): Pick<Walked<Body>, 'body' | 'emit'> {
		return { emit: this.emitted, body: { ...body, seen: this.seen.toStored() } };
	}

	private takeRecord(record: ApiRecord): void {
		const id = identityOf(record);
		const at = sortableTime(this.time(record));
		// Not remembered: the period of an anomaly may continue, and then it is new again.
		if (at !== undefined && at <= this.floor) return;
		const isNews = this.body.phase === 'following' && !this.seen.has(id, '');
		if (isNews && this.means.judge(record) === 'passes') this.emitted.push(record);
		const { size } = this.seen;
		this.seen.add(id, '');
		if (this.seen.size !== size) this.learned = true;
	}
}
