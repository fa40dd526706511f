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
			// Each row asks for a group of its own, of the same name too.
			const request = { target: name, body: { name } };
			const answer = await item.write('groupCreate', request, readCreatedGroup);
			if (!answer.ok) return item.failure(answer.fault, 'groupCreate', { data: { name } });
			// What the portal says counts, should it be another name than the one that was asked for.
			const made = answer.value;
			return { ok: true, records: [{ id: made.id, name: made.name ?? name }] };
		},
	};
};

/** "Create": a new group without members. */
export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create group',
		description: 'Create an empty group. Its members are added with the resource “Member”.',
	},
	tool: {
		does: 'Create a group of addresses and domains, without members.',
		danger:
			'changes the real portal at once. A second call may create another group of the same name: list the groups first.',
		returns: 'the new group: id and name',
		cost: 'one request',
		notFor: 'another name for a group (use Update), nor for adding members (use Add)',
		takes: 'Name: the name that the group gets',
	},
	fields: [realNotice, nameField],
	custom: itemOperation(plan),
};
