import { confirmsGroup, idValue, readCreatedGroup } from '../shared/api/writeAnswers';
import type { Plan } from '../shared/n8n/customOperation';
import { badParameter, type Failure, type Item } from '../shared/n8n/item';
import { readGroupId } from './groupId';

/** "Create": a new group without members. */
export const create: Plan = (item) => {
	const named = readName(item);
	if (!named.ok) return named;
	const { name } = named;
	return {
		ok: true,
		async carryOut() {
			const answer = await item.ask('groupCreate', { body: { name } }, readCreatedGroup);
			if (!answer.ok) return item.failure(answer.fault, 'groupCreate', { data: { name } });
			return { ok: true, records: [{ id: answer.value.id, name }] };
		},
	};
};

/** "Update": another name for a group. */
export const update: Plan = (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const named = readName(item);
	if (!named.ok) return named;
	const { id } = group;
	const { name } = named;
	return {
		ok: true,
		async carryOut() {
			const answer = await item.ask('groupUpdate', { body: { name }, id }, confirmsGroup(id));
			if (!answer.ok) {
				return item.failure(answer.fault, 'groupUpdate', { id, data: { id: idValue(id) } });
			}
			return { ok: true, records: [{ id: idValue(id), name }] };
		},
	};
};

/** "Delete": for good. */
export const remove: Plan = (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	return {
		ok: true,
		async carryOut() {
			const answer = await item.ask('groupDelete', { id }, confirmsGroup(id));
			if (!answer.ok) {
				return item.failure(answer.fault, 'groupDelete', { id, data: { id: idValue(id) } });
			}
			return { ok: true, records: [{ id: idValue(id), deleted: true }] };
		},
	};
};

function readName(item: Item): Failure | { ok: true; name: string } {
	const name = item.text('name', 'Name');
	if (name !== '') return { ok: true, name };
	return badParameter('The parameter “Name” is empty', 'Give the group a name.');
}
