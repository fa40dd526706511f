import { readCreatedGroup } from '../../shared/api/writeAnswers';
import { itemOperation, type Plan } from '../../shared/n8n/customOperation';
import type { Operation } from '../../shared/n8n/operations';
import { nameField, readName, realNotice } from './fields';

const plan: Plan = (item) => {
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

/** "Create": a new group without members. */
export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create a group',
		description: 'Create an empty group. Its members are added with the resource “Member”.',
	},
	fields: [realNotice, nameField],
	custom: itemOperation(plan),
};
