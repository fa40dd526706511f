import { confirmsDeletion, idValue } from '../../shared/api/writeAnswers';
import type { Answer } from '../../shared/core/fault';
import { itemOperation, type Plan } from '../../shared/n8n/customOperation';
import type { Operation } from '../../shared/n8n/operations';
import { PerConnection } from '../../shared/n8n/perConnection';
import { groupIdField, readGroupId } from '../groupId';
import { realNotice } from './fields';

/** Items of a run that mean the same group share one request: to delete it twice would find nothing. */
const deletions = new PerConnection<Promise<Answer<true>>>();

const plan: Plan = (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	return {
		ok: true,
		async carryOut() {
			const answer = await deletions.get(
				item,
				id,
				async () => await item.write('groupDelete', { target: id, id }, confirmsDeletion(id)),
			);
			if (!answer.ok) {
				return item.failure(answer.fault, 'groupDelete', { id, data: { id: idValue(id) } });
			}
			return { ok: true, records: [{ id: idValue(id), deleted: true }] };
		},
	};
};

/** "Delete": for good. */
export const deleteGroup: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Permanently delete group',
		description: 'Delete a group permanently. It cannot be recovered.',
	},
	tool: {
		does: 'Delete a group of addresses and domains from the portal.',
		danger:
			'acts on the real portal at once and is final: the group cannot be recovered, and policies that use it no longer apply to its members. Call it only for a group that a person named to you.',
		returns: 'id and deleted: true',
		cost: 'one request',
		notFor: 'taking members out of a group: use Remove',
		takes: 'Group: the ID of the group, a whole number',
	},
	fields: [
		realNotice,
		{
			displayName:
				'A deleted group cannot be recovered, and policies that use it no longer apply to its members.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		groupIdField,
	],
	custom: itemOperation(plan),
};
