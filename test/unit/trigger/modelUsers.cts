/**
 * The monitored users of the portal in memory, page by page, and which differences a trigger that was given these pages
 * has to deliver. A part of the model beside the simulator, see `modelPortal.cts`.
 */
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Fault } from '@nodes/shared/core/fault';
import type { FetchPage, Page, PageQuery } from '@nodes/shared/core/walk';

export type UsersPageScript =
	| 'duplicate'
	| 'emptyTrue'
	| 'missingCheckpoint'
	| 'plain'
	| 'short'
	| 'trueAtEnd'
	| Fault;

export interface User {
	id: number | string;
	/** `null` where the portal does not know it just now. */
	status: string | null;
	/** Place in the list; users that are added early have one between those of others. */
	place: number;
}

/** What a trigger knows that was given these pages. */
export interface Known {
	statuses: ReadonlyMap<string, string>;
	/** Who was listed in the round that is under way. */
	listed: ReadonlySet<string>;
}

export const nobody: Known = { statuses: new Map(), listed: new Set() };

export class ModelUsers {
	users: User[] = [];
	script: UsersPageScript[] = [];
	between: Array<() => void> = [];
	requests: PageQuery[] = [];
	/** When each user was listed last, as the number of the poll. */
	readonly listedIn = new Map<string, number>();
	poll = 0;
	/** What the trigger knows by now, and what it has to deliver of the poll that is under way. */
	known: Known = nobody;
	owed: ApiRecord[] = [];
	private generation = 0;
	/** Counts checkpoints and whatever else needs a number of its own. */
	serial = 0;

	constructor(public now: number) {}

	add(id: number | string, status: string, place = this.users.length): void {
		const before = this.users[place - 1]?.place ?? 0;
		const after = this.users[place]?.place ?? before + 2;
		this.users.splice(place, 0, { id, status, place: (before + after) / 2 });
	}

	expireCheckpoints(): void {
		this.generation++;
	}

	/** A poll begins, with what the host gave back. */
	begin(known: Known): void {
		this.poll++;
		this.known = known;
		this.owed = [];
	}

	readonly fetchPage: FetchPage = async (query) => {
		this.requests.push(query);
		this.now += 1_600;
		this.between.shift()?.();
		const script = this.script.shift() ?? 'plain';
		if (typeof script === 'object') return { ok: false, fault: script };
		const { after_checkpoint: after } = query;
		const [, generation, place = '0'] = after?.split('|') ?? [];
		if (generation !== undefined && Number(generation) !== this.generation) {
			return { ok: false, fault: { kind: 'status', status: 400 } };
		}
		const limit = script === 'emptyTrue' ? 0 : script === 'short' ? 1 : query.limit;
		const ahead = this.users.filter((user) => user.place > Number(place));
		const listed = ahead.slice(0, limit);
		const records = listed.map(({ id, status }) => ({ id, status, address: `${id}@example.com` }));
		const more = script === 'emptyTrue' || script === 'trueAtEnd' || ahead.length > listed.length;
		const checkpoint = `c|${this.generation}|${listed.at(-1)?.place ?? place}|${this.serial++}`;
		const page: Page = { records, more };
		if (script !== 'missingCheckpoint') page.checkpoint = checkpoint;
		// A page that promises more and leads nowhere is not taken.
		if (script !== 'missingCheckpoint' || !more) this.see(records, after === undefined, more);
		if (script === 'duplicate' && records[0]) records.push(records[0]);
		return { ok: true, value: page, serverTime: this.now };
	};

	/** A page was given to the trigger: each user on it, met for the first time in the round, whose status is not the known one is a difference. */
	private see(records: ApiRecord[], isFirst: boolean, more: boolean): void {
		const statuses = new Map(this.known.statuses);
		const listed = new Set(isFirst ? [] : this.known.listed);
		for (const user of records) {
			const id = String(user.id);
			this.listedIn.set(id, this.poll);
			// Whoever is listed again in a round has had their turn.
			if (listed.has(id) && statuses.has(id)) continue;
			listed.add(id);
			const previous = statuses.get(id);
			if (typeof user.status !== 'string') continue;
			statuses.set(id, user.status);
			if (previous === undefined || previous === user.status) continue;
			this.owed.push({ ...user, previous_status: previous });
		}
		if (!more) {
			for (const id of statuses.keys()) if (!listed.has(id)) statuses.delete(id);
		}
		this.known = { statuses, listed };
	}
}
