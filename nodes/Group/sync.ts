import { memberSchema, type Member } from '../shared/api/contract';
import { endpoints } from '../shared/api/endpoints';
import { memberDifference, memberText } from '../shared/core/memberDifference';
import { batches } from '../shared/core/members';
import { walk } from '../shared/core/walk';
import { fetcher } from '../shared/n8n/lists';
import { badParameter, type Failure, type Item, type Work } from '../shared/n8n/run';
import { readGroupId } from './groupId';
import { readMemberList } from './memberList';

/**
 * "Sync": makes a group hold exactly the members of a list. Reads the group, then sends what is missing and takes
 * out what is too many, in requests of at most 100; adds first, so that nobody is missing in between.
 * Both kinds of requests are incremental, so running it again after a failure finishes the work.
 */
export const sync: Work = async (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	const wanted = readMemberList(item);
	if (!Array.isArray(wanted)) return wanted;
	if (wanted.length === 0 && item.parameter('options.allowEmpty') !== true) {
		return badParameter(
			'The list of members is empty, and the group was left as it is',
			'Syncing with an empty list would empty the group. Turn on “Allow Empty” under “Options” if that is what you want.',
		);
	}
	const present = await readPresent(item, id);
	if (!Array.isArray(present)) return present;

	const { add, remove, unchanged } = memberDifference(present, wanted);
	const plan = {
		id: Number(id),
		added: add.map(memberText),
		removed: remove.map(memberText),
		unchanged,
	};
	if (item.parameter('options.dryRun') === true) {
		return { ok: true, records: [{ ...plan, dryRun: true }] };
	}
	const done = { added: 0, removed: 0 };
	for (const [endpoint, members, kind] of [
		['membersAdd', add, 'added'],
		['membersRemove', remove, 'removed'],
	] as const) {
		for (const batch of batches(members)) {
			const answer = await item.ask(endpoint, { body: { members: batch }, id }, () => true);
			if (!answer.ok) {
				const note = `${done.added} of ${add.length} members were added and ${done.removed} of ${remove.length} removed; running it again finishes the work`;
				const written = done.added + done.removed > 0;
				return item.failure(answer.fault, endpoint, {
					id,
					...(written ? { note } : {}),
					data: {
						id: Number(id),
						added: plan.added.slice(0, done.added),
						removed: plan.removed.slice(0, done.removed),
						unchanged,
					},
				});
			}
			done[kind] += batch.length;
		}
	}
	return { ok: true, records: [plan] };
};

/** All members of the group, over all pages. */
async function readPresent(item: Item, id: string): Promise<Failure | Member[]> {
	const present: Member[] = [];
	const pages = walk(
		fetcher(item, 'group', id),
		{ at: 'beginning' },
		() => endpoints.group.pageSize.max,
	);
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
