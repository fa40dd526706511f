import { memberSchema, type Member } from '../../shared/api/contract';
import { endpoints } from '../../shared/api/endpoints';
import { confirmsGroup, idValue } from '../../shared/api/writeAnswers';
import {
	countMembers,
	memberDifference,
	memberKey,
	memberText,
	type MemberDifference,
} from '../../shared/core/memberDifference';
import type { Answer } from '../../shared/core/fault';
import { batches } from '../../shared/core/members';
import { walk } from '../../shared/core/walk';
import type { Item } from '../../shared/n8n/client';
import { sharedOperation, type Entry, type Shared } from '../../shared/n8n/customOperation';
import type { Operation } from '../../shared/n8n/operations';
import { isInDoubt } from '../../shared/n8n/messages';
import { badParameter, type Failure, type Outcome } from '../../shared/n8n/outcome';
import { isTool } from '../../shared/n8n/run';
import { groupIdField } from '../groupId';
import { groupMessages as say, memberNotes } from '../words';
import { membersField, MEMBERS_TEXT, realNotice } from './members';
import type { CutShort } from './cutShort';
import { PartialList } from './partialList';
import { SyncedBefore, type Before } from './syncedBefore';
import { readRows, syncOptions, type Row, type Rows } from './syncRows';

/** How many members a message names. */
const NAMED = 10;

/** Syncs all groups that the items mean. */
async function syncAll(entries: Entry[], shared: Shared): Promise<void> {
	const { context, goesOn } = shared;
	const { groups, unreadable } = readRows(entries);
	const part = new PartialList(context, entries);
	const before = new SyncedBefore(context);
	// A model may correct a list that was refused: what counts of a tool's calls is what they wrote.
	if (!isTool(context)) before.remember(groups, unreadable);
	for (const { index, failure } of unreadable) shared.settle([index], failure);
	const checked = groups.map((group) => ({ ...group, refusal: checkRows(group, part) }));
	const mayWrite = goesOn || (!shared.failed && checked.every(({ refusal }) => !refusal));
	for (const { id, rows, refusal } of checked) {
		const untried = !mayWrite || (shared.failed && !goesOn);
		const run = { before, part };
		const outcome = refusal ?? (untried ? notTried(id) : await syncGroup(id, rows, run, shared));
		shared.settle(
			rows.map(({ index }) => index),
			outcome,
		);
	}
}

/** Why nothing may be written to a group, as far as its items alone say so. */
function checkRows({ id, rows, missing }: Rows, part: PartialList): Failure | undefined {
	const [first, ...more] = missing;
	if (first) {
		const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
		const why = first.failure.words.message;
		return {
			...badParameter(say.rowInvalid(id, first.index, others, why)),
			state: 'notTried',
		};
	}
	const partial = part.refusal(id);
	if (partial) return badParameter(partial);
	if (new Set(rows.map(({ item }) => item.connection)).size > 1) {
		return badParameter(say.severalTokens(id));
	}
	const isEmpty = rows.every(({ members }) => members.length === 0);
	if (isEmpty && !rows.every(({ allowEmpty }) => allowEmpty)) {
		return badParameter(say.emptyList(id));
	}
	return undefined;
}

function notTried(id: string): Failure {
	return { ...badParameter(say.otherItemFailed(id)), state: 'notTried' };
}

/** Makes one group hold the union of its items' lists. */
async function syncGroup(
	id: string,
	rows: Row[],
	{ before, part }: { before: SyncedBefore; part: PartialList },
	shared: Shared,
): Promise<Outcome> {
	const item = rows[0]?.item;
	if (!item) return notTried(id);
	const present = await readPresent(item, id);
	if (!Array.isArray(present)) return present;
	const wanted = rows.flatMap(({ members }) => members);
	const difference = memberDifference(present, wanted);
	const plan = planOf(id, difference);
	const { origin } = item.connection;
	const tooMany =
		checkRuns(id, difference.remove, before.of(origin, id)) ??
		checkOtherRuns(id, wanted, difference.remove, part) ??
		checkLimit(id, difference.remove, rows, part.cutShort) ??
		checkRemovals(difference, countMembers(present), rows);
	if (rows.some(({ dryRun }) => dryRun)) {
		const refusal = tooMany ? { refusal: tooMany.words.message } : {};
		const shortfall = { state: 'notDone', note: 'dry run' } as const;
		return { ok: true, records: [{ ...plan, dryRun: true, ...refusal }], shortfall };
	}
	if (tooMany) return tooMany;
	before.remember([{ id, rows }], []);
	return (await write(item, id, difference, shared)) ?? { ok: true, records: [plan] };
}

function planOf(id: string, { add, remove, unchanged }: MemberDifference) {
	return {
		id: idValue(id),
		added: add.map(memberText),
		removed: remove.map(memberText),
		unchanged,
	};
}

/** No run may remove whom an earlier run of the same execution listed, or may have listed. */
function checkRuns(id: string, remove: Member[], before: Before): Failure | undefined {
	const listed = remove.filter((member) => before.keys.has(memberKey(member)));
	if (listed.length > 0) return badParameter(say.listedBefore(id, named(listed)));
	if (remove.length === 0) return undefined;
	if (before.hasGaps) return badParameter(say.unreadableBefore(id, named(remove)));
	return before.isForgotten ? badParameter(say.forgottenBefore(id, named(remove))) : undefined;
}

/** Nobody is removed whom a loop has kept to itself. */
function checkOtherRuns(
	id: string,
	wanted: Member[],
	remove: Member[],
	part: PartialList,
): Failure | undefined {
	const found = remove.length > 0 ? part.listedInOtherRun(wanted, remove) : undefined;
	return found && badParameter(say.listedInOtherRun(id, found.node, named(found.members)));
}

/** Who a limit may have cut off is not removed, unless a person has said how many may be. */
function checkLimit(
	id: string,
	remove: Member[],
	rows: Row[],
	cutShort: CutShort | undefined,
): Failure | undefined {
	const isBound = rows.some(({ maxRemovals }) => maxRemovals !== undefined);
	if (!cutShort || remove.length === 0 || isBound) return undefined;
	return badParameter(cutShort(id, countMembers(remove), named(remove)));
}

/** The bound on removals: the smallest that an item gives, else half of the present members. */
function checkRemovals(
	{ add, remove }: MemberDifference,
	present: number,
	rows: Row[],
): Failure | undefined {
	const bounds = rows.flatMap(({ maxRemovals }) => maxRemovals ?? []);
	const most = bounds.length > 0 ? Math.min(...bounds) : present / 2;
	const removals = countMembers(remove);
	if (removals <= most) return undefined;
	return badParameter(
		say.tooManyRemovals(
			removals,
			present,
			rows[0]?.id ?? '',
			bounds.length > 0 ? memberNotes.boundSet(most) : memberNotes.boundUsual,
			named(remove),
			named(add),
		),
	);
}

function named(members: Member[]): string {
	if (members.length === 0) return memberNotes.nobody;
	const names = members.slice(0, NAMED).map(memberText).join(', ');
	return members.length > NAMED ? memberNotes.andMore(names, members.length - NAMED) : names;
}

/** @returns the failure that ended it early, with what was done before; `undefined` when all was done */
async function write(
	item: Item,
	id: string,
	{ add, remove, unchanged }: MemberDifference,
	{ turn }: Shared,
): Promise<Failure | undefined> {
	const done = { added: 0, removed: 0 };
	for (const [endpoint, members, kind] of [
		['membersAdd', add, 'added'],
		['membersRemove', remove, 'removed'],
	] as const) {
		for (const batch of batches(members)) {
			const answer: Answer<true> = (await turn())
				? { ok: false, fault: { kind: 'cancelled' } }
				: await item.write(
						endpoint,
						{ target: id, body: { members: batch }, id },
						confirmsGroup(id),
					);
			if (!answer.ok) {
				const note = memberNotes.synced(done.added, add.length, done.removed, remove.length);
				return item.failure(answer.fault, endpoint, {
					id,
					...(done.added + done.removed > 0 ? { note } : {}),
					data: {
						id: idValue(id),
						added: add.slice(0, done.added).map(memberText),
						removed: remove.slice(0, done.removed).map(memberText),
						unchanged,
						// The members of the request whose answer is lost.
						...(isInDoubt(answer.fault, endpoint) ? { unknown: batch.map(memberText) } : {}),
					},
				});
			}
			done[kind] += batch.length;
		}
	}
	return undefined;
}

/** All members of the group, over all pages. */
async function readPresent(item: Item, id: string): Promise<Failure | Member[]> {
	const present: Member[] = [];
	const size = endpoints.group.pageSize.max;
	const pages = walk(item.pages('group', { id }), { at: 'beginning' }, () => size);
	for await (const step of pages) {
		if (step.kind === 'fault') return item.failure(step.fault, 'group', { id });
		for (const record of step.records) {
			const { data } = memberSchema.safeParse({
				...(typeof record.address === 'string' ? { address: record.address } : {}),
				...(typeof record.domain === 'string' ? { domain: record.domain } : {}),
			});
			// A kind of member that the API adds one day is none of this list's: it stays.
			if (data) present.push(data);
		}
	}
	return present;
}

/**
 * "Sync": makes each group hold exactly the members that its items list together.
 *
 * The group is read first, then what is missing is sent and what is too many is taken out, in requests of at most
 * 100; adds first, so that nobody is missing in between. Both kinds of requests are incremental, so running
 * it again after a failure finishes the work.
 */
export const sync: Operation = {
	option: {
		name: 'Sync',
		value: 'sync',
		action: 'Sync group members with list',
		description:
			'Make a group hold exactly the members that the items list together: add what is missing and remove what is in no list',
	},
	tool: {
		does: 'Make a group hold exactly the members of a list: add who is missing, remove everybody else.',
		danger:
			'acts on the real portal at once and REMOVES whoever is not in Members. Give the whole list, never a part of it. It refuses to empty a group, or to remove more than half of its members.',
		returns: 'one object: id, added, removed and unchanged',
		cost: 'one request per 1,000 present members, and one per 100 members to add or remove',
		notFor: 'adding or removing some people: use Add or Remove',
		takes: `Group: the ID of the group, a whole number. ${MEMBERS_TEXT}. Dry Run: true shows the changes and makes none`,
	},
	fields: [
		realNotice,
		{
			displayName:
				'Members that no item lists are removed from the group: all items for the same group make up one list. Turn on “Dry Run” under “Options” to see the changes first.',
			name: 'syncNotice',
			type: 'notice',
			default: '',
		},
		groupIdField,
		membersField,
		syncOptions,
	],
	custom: sharedOperation(syncAll),
};
