import { confirmsGroup, idValue } from '../../shared/api/writeAnswers';
import type { Member } from '../../shared/api/contract';
import { memberText } from '../../shared/core/memberDifference';
import type { Fault } from '../../shared/core/fault';
import type { Item } from '../../shared/n8n/client';
import {
	notCarriedOut,
	sharedOperation,
	type Entry,
	type Shared,
} from '../../shared/n8n/customOperation';
import { isInDoubt } from '../../shared/n8n/messages';
import { badParameter, failureOf, type Failure } from '../../shared/n8n/outcome';
import { withMore } from '../../shared/words/words';
import { groupMessages, memberNotes } from '../words';
import { sendMembers, type Ended, type Progress } from '../core/memberRequests';
import { groupIdField, readGroupId } from '../groupId';
import { isEmptyList, membersField, readMemberList, realNotice } from './members';

/** The parameters of "Add" and "Remove". */
export const changeFields = [realNotice, groupIdField, membersField];

/** Statuses with which an API refuses what stands in a request, not the request as such. */
const contentStatuses = [400, 413, 422];

/** What one item asks for. */
interface Row {
	index: number;
	item: Item;
	id: string;
	members: Member[];
}

/**
 * "Add" and "Remove": the members of all items with equal portal, token, group and request options fill requests of up
 * to 100, one after the other. Both are incremental and harmless to repeat, so after a failure the same lists can
 * simply be sent again.
 */
export function change(endpoint: 'membersAdd' | 'membersRemove') {
	return sharedOperation(async (entries, shared) => {
		const rows: Row[] = [];
		for (const entry of entries) {
			const row = plan(entry);
			if (row.ok) rows.push(row);
			else shared.settle([entry.parameters.index], row);
		}
		if (shared.failed && !shared.goesOn) {
			for (const { index } of rows) shared.settle([index], notCarriedOut());
			return;
		}
		await Promise.all(together(rows).map(async (set) => await perform(endpoint, set, shared)));
	});
}

/** Reads and checks what an item asks for. */
function plan(entry: Entry): Failure | (Row & { ok: true }) {
	if ('failure' in entry) return entry.failure;
	const { item } = entry;
	try {
		const group = readGroupId(item);
		if (!group.ok) return group;
		const members = readMemberList(item);
		if (!Array.isArray(members)) return members;
		if (members.length === 0 && !isEmptyList(item)) {
			return badParameter(groupMessages.membersEmpty());
		}
		return { ok: true, index: item.index, item, id: group.id, members };
	} catch (error) {
		return failureOf(error);
	}
}

/** Puts the items together that may share a request, in the order of the first of each. */
function together(rows: Row[]): Row[][] {
	const sets = new Map<object, Map<string, Row[]>>();
	for (const row of rows) {
		const ofConnection = sets.get(row.item.connection) ?? new Map<string, Row[]>();
		sets.set(row.item.connection, ofConnection);
		// The options come from one reader, so equal ones have the same text.
		const key = JSON.stringify([row.id, row.item.request]);
		const set = ofConnection.get(key);
		if (set) set.push(row);
		else ofConnection.set(key, [row]);
	}
	return [...sets.values()].flatMap((ofConnection) => [...ofConnection.values()]);
}

/** Sends the members of items that share their requests. */
async function perform(
	endpoint: 'membersAdd' | 'membersRemove',
	rows: Row[],
	shared: Shared,
): Promise<void> {
	const [first] = rows;
	if (!first) return;
	const { item, id } = first;
	const data = (progress: Progress) => ({ id: idValue(id), ...progress });
	// Of a lost answer nobody knows whether its members were accepted: no number would be true.
	const inDoubt = { sent: null, requests: null };
	const failure = (fault: Fault, progress: Progress): Failure =>
		item.failure(fault, endpoint, {
			id,
			data: { ...data(progress), ...(isInDoubt(fault, endpoint) ? inDoubt : {}) },
			...noteOf(progress),
		});
	await sendMembers<Fault>(rows, {
		goesOn: shared.goesOn,
		send: async (members) => {
			if (await shared.turn()) return { why: { kind: 'cancelled' }, content: false };
			const request = { target: id, body: { members }, id };
			const answer = await item.write(endpoint, request, confirmsGroup(id));
			if (answer.ok) return undefined;
			const { fault } = answer;
			const content = fault.kind === 'status' && contentStatuses.includes(fault.status);
			return { why: fault, content };
		},
		ended: (index, { progress, refused }) => {
			if (!refused) shared.settle([index], { ok: true, records: [data(progress)] });
			else shared.settle([index], withBlame(failure(refused.why, progress), refused, shared));
		},
		leftOver: (index, progress) => shared.settle([index], failure({ kind: 'cancelled' }, progress)),
	});
}

/** Says which members a refused request held, as far as that is known. */
function withBlame(
	failure: Failure,
	{ members, items }: NonNullable<Ended<Fault>['refused']>,
	{ goesOn }: Shared,
): Failure {
	const [only, ...more] = members.map(memberText);
	if (only === undefined || !contentStatuses.includes(Number(failure.httpCode))) return failure;
	const what =
		more.length === 0
			? memberNotes.oneMember(only)
			: memberNotes.amongMembers(members.length, items);
	const way = goesOn || items === 1 ? '' : memberNotes.divides;
	return { ...failure, words: withMore(failure.words, what, way) };
}

function noteOf({ sent, requested }: Progress): { note?: string } {
	return sent > 0 ? { note: memberNotes.sent(sent, requested) } : {};
}
