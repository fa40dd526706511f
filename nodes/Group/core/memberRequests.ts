/**
 * The members of many input items in as few requests as possible. Each request is full (the API takes 100 members),
 * carries the members of several items, and tells each of these items what became of its own.
 */
import type { Member } from '../../shared/api/contract';
import { memberKey } from '../../shared/core/memberDifference';
import { MEMBERS_PER_REQUEST } from '../../shared/core/members';

/** How many requests more than one a refused batch may cost, to find out which of its members is refused. */
const MOST_EXTRA = 14;

/** How far an item has come. */
export interface Progress {
	/** How many members it gives, each once. */
	requested: number;
	/** How many of them were accepted. */
	sent: number;
	/** How many accepted requests carried members of it. */
	requests: number;
}

/** Why a request was not accepted. */
export interface Refused<Why> {
	why: Why;
	/** Whether what is in the request may be to blame: then a part of it may be accepted. */
	content: boolean;
}

/** How an item ended: without `refused` all of its members were accepted. */
export interface Ended<Why> {
	progress: Progress;
	refused?: { why: Why; members: Member[]; items: number };
}

/** What the requests of one group are sent with. */
export interface Sending<Why> {
	/** Sends one request. @returns `undefined` when it was accepted */
	send(members: Member[]): Promise<Refused<Why> | undefined>;
	/** Whether items that have nothing to do with a refused request go on: then its good members are looked for. */
	goesOn: boolean;
	/** Called once for each item as soon as it is known how it ended. */
	ended(item: number, how: Ended<Why>): void;
	/** Called for each item that is left when the requests end early. */
	leftOver(item: number, progress: Progress): void;
}

interface Row extends Progress {
	index: number;
	isOver: boolean;
	/** The last accepted request that it was counted for. */
	counted: number;
}

/** A member and the items that give it: it is sent once. */
interface Wanted {
	member: Member;
	rows: Row[];
}

interface Piece<Why> {
	wanted: Wanted[];
	why: Why;
}

/** Sends the members of items that may share requests, one request after the other, in the order of the items. */
export async function sendMembers<Why>(
	items: Array<{ index: number; members: Member[] }>,
	sending: Sending<Why>,
): Promise<void> {
	await new MemberRequests(items, sending).run();
}

class MemberRequests<Why> {
	private readonly rows: Row[];
	/** In the order of the items. */
	private readonly wanted: Wanted[];
	private accepted = 0;
	private hasStopped = false;

	constructor(
		items: Array<{ index: number; members: Member[] }>,
		private readonly sending: Sending<Why>,
	) {
		const byKey = new Map<string, Wanted>();
		this.rows = items.map(({ index, members }) => {
			const row = { index, requested: 0, sent: 0, requests: 0, isOver: false, counted: 0 };
			for (const member of members) {
				const key = memberKey(member);
				const wanted = byKey.get(key) ?? { member, rows: [] };
				byKey.set(key, wanted);
				if (wanted.rows.at(-1) === row) continue;
				wanted.rows.push(row);
				row.requested++;
			}
			return row;
		});
		this.wanted = [...byKey.values()];
	}

	async run(): Promise<void> {
		for (const row of this.rows) if (row.requested === 0) this.end(row);
		for (let at = 0; at < this.wanted.length && !this.hasStopped; ) {
			const batch: Wanted[] = [];
			while (at < this.wanted.length && batch.length < MEMBERS_PER_REQUEST) {
				const next = this.wanted[at++];
				if (next && isOpen(next)) batch.push(next);
			}
			await this.sendBatch(batch);
		}
		for (const row of this.rows) {
			if (!row.isOver) this.sending.leftOver(row.index, progressOf(row));
		}
	}

	/** Sends a batch; a refused one in ever smaller pieces, the largest first, as long as that can still tell items apart. */
	private async sendBatch(batch: Wanted[]): Promise<void> {
		const { goesOn } = this.sending;
		const refused = await this.sendPiece(batch);
		const pieces: Array<Piece<Why>> = refused ? [refused] : [];
		for (let extra = 0; goesOn && extra + 2 <= MOST_EXTRA; ) {
			const at = largest(pieces);
			const [piece] = at === undefined ? [] : pieces.splice(at, 1);
			if (!piece) break;
			const middle = Math.ceil(piece.wanted.length / 2);
			for (const half of [piece.wanted.slice(0, middle), piece.wanted.slice(middle)]) {
				const open = half.filter(isOpen);
				if (open.length === 0) continue;
				extra++;
				const again = await this.sendPiece(open);
				if (again && areTogether(again.wanted)) this.fail(again);
				else if (again) pieces.push(again);
			}
		}
		for (const piece of pieces) this.fail(piece);
	}

	/** @returns the piece when its content was refused; any other refusal ends its items */
	private async sendPiece(wanted: Wanted[]): Promise<Piece<Why> | undefined> {
		if (wanted.length === 0) return undefined;
		const refused = await this.sending.send(wanted.map(({ member }) => member));
		if (refused?.content === true) return { wanted, why: refused.why };
		if (refused) this.fail({ wanted, why: refused.why });
		else this.accept(wanted);
		return undefined;
	}

	private accept(wanted: Wanted[]): void {
		this.accepted++;
		for (const row of wanted.flatMap(({ rows }) => rows)) {
			row.sent++;
			if (row.counted !== this.accepted) row.requests++;
			row.counted = this.accepted;
			if (row.sent === row.requested && !row.isOver) this.end(row);
		}
	}

	private fail({ wanted, why }: Piece<Why>): void {
		this.hasStopped ||= !this.sending.goesOn;
		const rows = new Set(wanted.flatMap((one) => one.rows.filter(({ isOver }) => !isOver)));
		const members = wanted.map(({ member }) => member);
		for (const row of [...rows].sort((one, other) => one.index - other.index)) {
			this.end(row, { why, members, items: rows.size });
		}
	}

	private end(row: Row, refused?: Ended<Why>['refused']): void {
		row.isOver = true;
		this.sending.ended(row.index, { progress: progressOf(row), ...(refused ? { refused } : {}) });
	}
}

function progressOf({ requested, sent, requests }: Row): Progress {
	return { requested, sent, requests };
}

/** Whether an item still waits for the member. */
function isOpen({ rows }: Wanted): boolean {
	return rows.some(({ isOver }) => !isOver);
}

/** Whether all members belong to the same items: they end alike, whichever of the members is to blame. */
function areTogether([first, ...others]: Wanted[]): boolean {
	const of = ({ rows }: Wanted) => rows.filter(({ isOver }) => !isOver);
	const wanted = first ? of(first) : [];
	return others.every((other) => {
		const rows = of(other);
		return rows.length === wanted.length && rows.every((row, at) => row === wanted[at]);
	});
}

/** The largest piece that is worth halving. */
function largest<Why>(pieces: Array<Piece<Why>>): number | undefined {
	let found: number | undefined;
	for (const [at, { wanted }] of pieces.entries()) {
		if (areTogether(wanted)) continue;
		if (found === undefined || wanted.length > (pieces[found]?.wanted.length ?? 0)) found = at;
	}
	return found;
}
