/**
 * Which monitored users' connections changed. The API has no chain of changes for users, so they are listed round after
 * round and compared with what was stored. A round goes on where a poll ended, so every user has its turn, whatever the
 * others do.
 */
import { z } from 'zod';

import type { ApiRecord } from '../../shared/api/contract';
import type { Fault } from '../../shared/core/fault';
import type { Step } from '../../shared/core/walk';
import {
	relistedPages,
	type FollowerOf,
	type Means,
	type PageStep,
	type Unwatched,
	type Walk,
	type Walked,
} from './follower';
import { hasRoom, keyOfUser, UserStatuses, userStatusesSchema } from './userStatuses';

const bodySchema = z.object({
	/** Users whose turn is still to come in this round; between two rounds all. */
	due: userStatusesSchema,
	/** Users that this round has listed. */
	met: userStatusesSchema.optional(),
	/** Checkpoint of the page behind which the round goes on. */
	position: z.string().optional(),
	/** When the round began (this machine's clock, ms). */
	listedSince: z.number().optional(),
	/** Users that this round has listed and that are not watched. */
	unwatched: z.object({ tooMany: z.number(), withoutId: z.number() }).optional(),
});

type Body = z.infer<typeof bodySchema>;

/** Follows the connections of all monitored users. */
export const connectionFollower: FollowerOf<Body> = {
	read: (stored) => bodySchema.safeParse(stored).data,
	begin: () => ({ due: { numbers: {} } }),
	walk: (body, _start, means) => new Round(body, means),
	afterRefusal: (body) => (body.position === undefined ? undefined : newRound(body)),
};

/** The round begins again; whoever was listed is known. */
function newRound({ due, met }: Body): Body {
	const all = new UserStatuses(met);
	all.addAll(new UserStatuses(due));
	return { due: all.toStored() };
}

class Round implements Walk<Body> {
	private readonly due: UserStatuses;
	private readonly met: UserStatuses;
	private readonly changed: ApiRecord[] = [];
	private position: string | undefined;
	private readonly listedSince: number;
	private readonly unwatched: Unwatched;

	constructor(
		private readonly body: Body,
		private readonly means: Means,
	) {
		this.due = new UserStatuses(body.due);
		this.met = new UserStatuses(body.met);
		this.position = body.position;
		this.listedSince = body.listedSince ?? means.now();
		this.unwatched = { tooMany: 0, withoutId: 0, ...body.unwatched };
	}

	get isFull(): boolean {
		return this.changed.length >= this.means.maxItems;
	}

	steps(): AsyncGenerator<Step, void, undefined> {
		return relistedPages(this.body.position, this.means);
	}

	take({ records, next }: PageStep): void {
		for (const user of records) this.takeUser(user);
		if (next.at === 'checkpoint') this.position = next.checkpoint;
	}

	isWhole({ more }: PageStep): boolean {
		return !more;
	}

	stop(fault?: Fault): Walked<Body> {
		const { due, listedSince, met, position, unwatched } = this;
		const some = unwatched.tooMany + unwatched.withoutId > 0 ? { unwatched } : {};
		const body = { due: due.toStored(), met: met.toStored(), position, listedSince, ...some };
		// A checkpoint that leads nowhere would keep the users before it from ever being listed again.
		const isStuck = fault?.kind === 'stuck' && position !== undefined;
		const behindMs = Math.max(1, this.means.now() - listedSince);
		return { ...this.walked(isStuck ? newRound(body) : body), caughtUp: false, behindMs };
	}

	/** Who was not listed in a whole round is no longer there. */
	end(): Walked<Body> {
		// What a round that was under way had passed may have changed since.
		const caughtUp = this.body.position === undefined;
		const { unwatched } = this;
		return { ...this.walked({ due: this.met.toStored() }), caughtUp, behindMs: 0, unwatched };
	}

	private walked(body: Body): Pick<Walked<Body>, 'body' | 'emit' | 'progressed'> {
		const { body: before, changed: emit } = this;
		const progressed =
			emit.length > 0 ||
			body.position !== before.position ||
			JSON.stringify([body.due, body.met]) !== JSON.stringify([before.due, before.met]);
		return {
			emit,
			body: progressed ? body : before,
			progressed,
		};
	}

	private takeUser(user: ApiRecord): void {
		const { due, met } = this;
		const { id, status } = user;
		const key = keyOfUser(id);
		if (key === undefined) {
			this.unwatched.withoutId++;
			return;
		}
		const previous = due.take(key);
		// Of a user whom a round lists twice the first status counts: two that stay would be two changes in each round.
		if (previous === undefined && met.get(key) !== undefined) return;
		if (typeof status !== 'string') {
			// Still there, and what was known of it stays.
			if (previous !== undefined) met.set(key, previous);
			return;
		}
		if (previous === undefined && !hasRoom(due, met)) {
			this.unwatched.tooMany++;
			return;
		}
		met.set(key, status);
		if (previous === undefined || previous === status) return;
		const change = { ...user, previous_status: previous };
		if (this.means.judge(change) === 'passes') this.changed.push(change);
	}
}
