import { idValue, readRenamedGroup } from '../../shared/api/writeAnswers';
import { itemOperation, type Plan } from '../../shared/n8n/customOperation';
import type { Operation } from '../../shared/n8n/operations';
import { groupIdField, readGroupId } from '../groupId';
import { nameField, readName, realNotice } from './fields';

const plan: Plan = (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const named = readName(item);
	if (!named.ok) return named;
	const { id } = group;
	const { name } = named;
	return {
		ok: true,
		async carryOut() {
			const request = { target: id, body: { name }, id };
			const answer = await item.write('groupUpdate', request, readRenamedGroup(id));
			if (!answer.ok) {
				return item.failure(answer.fault, 'groupUpdate', { id, data: { id: idValue(id) } });
			}
			// What the portal says counts, should it be another name than the one that was asked for.
			return { ok: true, records: [{ id: idValue(id), name: answer.value.name ?? name }] };
		},
	};
};

/** "Update": another name for a group. */
export const update: Operation = {
	option: {
		name: 'Update',
		value: 'update',
		action: 'Rename group',
		description: 'Rename a group. Its members stay.',
	},
	tool: {
		does: 'Give a group another name. Its members stay as they are.',
		danger:
			'changes the real portal at once; people and workflows that go by the old name no longer find it.',
		returns: 'the group: id and its new name',
		cost: 'one request',
		notFor: 'changing who is in a group: use Add or Remove',
		takes: 'Group: the ID of the group, a whole number. Name: the name that it gets',
	},
	fields: [realNotice, groupIdField, nameField],
	custom: itemOperation(plan),
};
