/**
 * What the versions of an event say about an action that was queued. A Defender event counts the recipients whose mail
 * is in quarantine, released or deleted; only these counts decide. A version that is merely newer says nothing: a
 * user's click makes one too. Nor can the counts say who acted.
 */
import type { ApiRecord } from '../../shared/api/contract';
import type { RemediationAction } from '../../shared/api/endpoints';
import { countOf, fieldsIn, sumOf } from '../../shared/core/eventRecord';
import type { Words } from '../../shared/words/words';
import { confirmationMessages as say } from '../words';

/** What was queued. */
export interface Queued {
	action: RemediationAction;
	/** For how many recipients; `undefined` where the answer did not say. */
	recipients: number | undefined;
	/** Whether it was queued for every recipient. */
	all: boolean;
}

/**
 * `notDone`: it was under way and is back, or the opposite was done. `started` and `unchanged`: nothing is decided yet.
 * `notVerifiable`: there are no counts to compare.
 */
export type Judgement = {
	state: 'confirmed' | 'notDone' | 'notVerifiable' | 'started' | 'unchanged';
	/** Why, in words. */
	detail: string;
};

/** Numbers of recipients: those in the admin's and in the users' quarantine together. */
interface Counts {
	quarantined: number;
	pending_release: number;
	released: number;
	deleted: number;
}
/** Of the deletion from inboxes. */
interface Deletion {
	deleted: number;
	deletion_pending: number;
	not_deleted: number;
}

/** One kind of action: which counts it reads, and what they say. `now` is compared with `before`. */
interface Rule<T> {
	read(event: ApiRecord): T | undefined;
	isDone(before: T, now: T, queued: Needed): boolean;
	/** Whether the action shows to be under way. */
	isUnderWay(before: T, now: T, queued: Needed): boolean;
	/** Whether the mail is back, once it was seen under way; `low` is the least that was left of it then. */
	isBack(before: T, now: T, queued: Needed, low: number): boolean;
	/** How many mails are where the action takes them away from. */
	left(counts: T): number;
	/** Whether there is a sign of this action: none is that the opposite is under way or done. */
	hasMoved(before: T, now: T): boolean;
	/** For how many recipients the opposite was done since. */
	lost(before: T, now: T): number;
	/** For how many recipients it is done since, or may still be. */
	reachable(before: T, now: T): number;
}

interface Needed {
	recipients: number;
	all: boolean;
}

const release: Rule<Counts> = {
	read: quarantineCounts,
	isDone: (before, now, { recipients, all }) =>
		now.released - before.released >= recipients &&
		held(before) - held(now) >= recipients &&
		now.pending_release === 0 &&
		(!all || now.quarantined === 0),
	// Where others were pending before, ours are among the pending ones only if more are, or if too few were left.
	isUnderWay: (before, now, { recipients }) =>
		now.pending_release > before.pending_release ||
		(now.pending_release > 0 && before.quarantined < recipients),
	isBack: (before, now, { recipients }, low) =>
		now.pending_release === 0 &&
		(now.quarantined > low ||
			(held(before) - held(now) < recipients && now.released - before.released < recipients)),
	left: ({ quarantined }) => quarantined,
	hasMoved: (before, now) =>
		now.released > before.released ||
		nowhere(before, now) > 0 ||
		now.pending_release > before.pending_release,
	lost: (before, now) => now.deleted - before.deleted,
	reachable: (before, now) => now.released - before.released + held(now) + nowhere(before, now),
};

const deleteFromQuarantine: Rule<Counts & { deletion_pending: number }> = {
	read: (event) => {
		const counts = quarantineCounts(event);
		return counts && { ...counts, deletion_pending: deletionCounts(event)?.deletion_pending ?? 0 };
	},
	isDone: (before, now, { recipients }) =>
		now.deleted - before.deleted >= recipients &&
		before.quarantined - now.quarantined >= recipients,
	// It may be counted as pending, or in no place at all for a while.
	isUnderWay: (before, now) =>
		now.deletion_pending > before.deletion_pending || nowhere(before, now) > 0,
	isBack: (before, now, { recipients }, low) =>
		now.deletion_pending === 0 &&
		now.deleted - before.deleted < recipients &&
		(now.quarantined > low || before.quarantined - now.quarantined < recipients),
	left: ({ quarantined }) => quarantined,
	hasMoved: (before, now) =>
		now.deleted > before.deleted ||
		nowhere(before, now) > 0 ||
		now.deletion_pending > before.deletion_pending,
	lost: (before, now) => now.released - before.released,
	reachable: (before, now) =>
		now.deleted - before.deleted + held(now) + nowhere(before, now) + now.deletion_pending,
};

const deleteFromInbox: Rule<Deletion> = {
	read: deletionCounts,
	isDone: (before, now, { recipients }) =>
		now.deleted - before.deleted >= recipients && now.deletion_pending === 0,
	isUnderWay: (before, now, { recipients }) =>
		now.deletion_pending > before.deletion_pending ||
		(now.deletion_pending > 0 && before.not_deleted < recipients),
	isBack: (before, now, { recipients }, low) =>
		now.deletion_pending === 0 &&
		now.deleted - before.deleted < recipients &&
		(now.not_deleted > low || before.not_deleted === now.not_deleted),
	left: ({ not_deleted }) => not_deleted,
	hasMoved: (before, now) =>
		now.deleted > before.deleted ||
		now.deletion_pending > before.deletion_pending ||
		now.not_deleted < before.not_deleted,
	// Nothing that is counted takes a mail out of reach.
	lost: () => 0,
	reachable: () => Infinity,
};

/**
 * Judges an action.
 * @param before the last version of the event that was returned before the request
 * @param now every version that was returned after it, in this order and whatever its `updated_at`
 */
export function judge(
	queued: Queued,
	before: ApiRecord | undefined,
	now: readonly ApiRecord[],
): Judgement {
	switch (queued.action) {
		case 'releaseFromQuarantine':
			return judgeBy(release, queued, before, now);
		case 'deleteFromQuarantine':
			return judgeBy(deleteFromQuarantine, queued, before, now);
		case 'deleteFromInbox':
			return judgeBy(deleteFromInbox, queued, before, now);
	}
}

function judgeBy<T extends object>(
	rule: Rule<T>,
	{ recipients, all }: Queued,
	before: ApiRecord | undefined,
	now: readonly ApiRecord[],
): Judgement {
	const judged = (state: Judgement['state'], { message: detail }: Words) => ({ state, detail });
	if (recipients === undefined) return judged('notVerifiable', say.unknownRecipients());
	if (!before) return judged('notVerifiable', say.noEventBefore());
	const first = rule.read(before);
	if (!first) return judged('notVerifiable', say.noCountsBefore());
	const needed: Needed = { recipients, all };
	let underWay = rule.isUnderWay(first, first, needed);
	let low = underWay ? rule.left(first) : Infinity;
	let moved = false;
	let last = first;
	for (const version of now) {
		const counts = rule.read(version);
		if (!counts) return judged('notVerifiable', say.noCountsAnymore());
		last = counts;
		const detail = changes(first, counts);
		if (rule.isDone(first, counts, needed)) {
			return judged('confirmed', say.confirmed(detail));
		}
		if (underWay && rule.isBack(first, counts, needed, low)) {
			return judged('notDone', say.cameToNothing(detail));
		}
		if (rule.lost(first, counts) > 0 && rule.reachable(first, counts) < recipients) {
			return judged('notDone', say.oppositeDone(detail));
		}
		if (rule.isUnderWay(first, counts, needed)) {
			underWay = true;
			low = Math.min(low, rule.left(counts));
		}
		moved ||= rule.hasMoved(first, counts);
	}
	return moved
		? judged('started', say.started(changes(first, last)))
		: judged('unchanged', say.unchanged(changes(first, last)));
}

/** What is in quarantine, and what is about to leave it. */
function held({
	quarantined,
	pending_release,
}: Pick<Counts, 'pending_release' | 'quarantined'>): number {
	return quarantined + pending_release;
}

/** How many mails were counted before and are counted nowhere now, as some are while an action is under way. */
function nowhere(before: Counts, now: Counts): number {
	return Math.max(0, everywhere(before) - everywhere(now));
}

/** Every mail that the quarantines know of. */
function everywhere({ released, deleted, ...rest }: Counts): number {
	return held(rest) + released + deleted;
}

/** `quarantined 1 → 0, released 0 → 1`, in the API's own words. */
function changes(before: object, now: object): string {
	const values = new Map<string, unknown>(Object.entries(now));
	return Object.entries(before)
		.map(([name, value]) => `${name} ${String(value)} → ${String(values.get(name))}`)
		.join(', ');
}

function quarantineCounts(event: ApiRecord): Counts | undefined {
	const status = fieldsIn(fieldsIn(event.defender_details).quarantine_status_count);
	const parts = [status.admin_quarantine_status_count, status.user_quarantine_status_count];
	const sum = (name: string) => sumOf(parts.map((part) => fieldsIn(part)[name]));
	const [quarantined, pending_release, released, deleted, not] = [
		sum('quarantined'),
		sum('pending_release'),
		sum('released'),
		sum('deleted'),
		sum('not_quarantined'),
	];
	if ([quarantined, pending_release, released, deleted, not].every((count) => count === undefined))
		return undefined;
	return {
		quarantined: quarantined ?? 0,
		pending_release: pending_release ?? 0,
		released: released ?? 0,
		deleted: deleted ?? 0,
	};
}

function deletionCounts(event: ApiRecord): Deletion | undefined {
	const status = fieldsIn(fieldsIn(event.defender_details).deletion_status_count);
	const deleted = countOf(status.deleted);
	const pending = countOf(status.deletion_pending);
	const not = countOf(status.not_deleted);
	if (deleted === undefined && pending === undefined && not === undefined) return undefined;
	return { deleted: deleted ?? 0, deletion_pending: pending ?? 0, not_deleted: not ?? 0 };
}
