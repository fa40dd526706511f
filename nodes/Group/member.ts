import type { INodeProperties } from 'n8n-workflow';

import { batches, readMembers } from '../shared/core/members';
import { limitFields } from '../shared/n8n/fields';
import { getMany } from '../shared/n8n/lists';
import { badParameter, route, type Work } from '../shared/n8n/run';
import { groupIdField, readGroupId } from './groupId';

const resource = ['member'];

/**
 * "Add" and "Remove": as many requests as the list needs, one after the other. Both are incremental and
 * harmless to repeat, so after a failure the same list can simply be sent again.
 */
function change(endpoint: 'membersAdd' | 'membersRemove'): Work {
	return async (item) => {
		const group = readGroupId(item);
		if (!group.ok) return group;
		const { id } = group;
		const given = item.parameter('members');
		const list = readMembers(given);
		if (!list.ok) {
			return badParameter(
				`The parameter “Members” contains ${list.bad.length === 1 ? 'an entry that is' : `${list.bad.length} entries that are`} neither an address nor a domain: ${list.bad.slice(0, 5).join(', ')}${list.bad.length > 5 ? ', …' : ''}`,
				'An address looks like alice@example.com, a domain like @example.com. Nothing was sent.',
			);
		}
		if (list.members.length === 0 && !Array.isArray(given)) {
			return badParameter(
				'The parameter “Members” is empty',
				'Give at least one address (alice@example.com) or domain (@example.com).',
			);
		}
		const requested = list.members.length;
		let sent = 0;
		let requests = 0;
		for (const members of batches(list.members)) {
			const answer = await item.ask(endpoint, { body: { members }, id }, () => true);
			if (!answer.ok) {
				return item.failure(answer.fault, endpoint, {
					id,
					...(sent > 0 ? { note: `${sent} of ${requested} members were sent` } : {}),
					data: { id: Number(id), requested, sent, requests },
				});
			}
			sent += members.length;
			requests++;
		}
		return { ok: true, records: [{ id: Number(id), requested, sent, requests }] };
	};
}

export const memberOperation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [
		{
			name: 'Add',
			value: 'add',
			action: 'Add members to a group',
			description: 'Add addresses and domains to a group; those already in it stay',
			routing: route('membersAdd', change('membersAdd')),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many members of a group',
			description: 'Get the addresses and domains in a group, one item each',
			routing: route('group', getMany('group', { id: readGroupId })),
		},
		{
			name: 'Remove',
			value: 'remove',
			action: 'Remove members from a group',
			description: 'Remove addresses and domains from a group; those not in it are ignored',
			routing: route('membersRemove', change('membersRemove')),
		},
	],
	default: 'getAll',
};

export const memberFields: INodeProperties[] = [
	groupIdField({ resource, operation: ['add', 'getAll', 'remove'] }),
	{
		displayName: 'Members',
		name: 'members',
		type: 'string',
		required: true,
		typeOptions: { rows: 3 },
		displayOptions: { show: { resource, operation: ['add', 'remove'] } },
		default: '',
		placeholder: 'e.g. alice@example.com, @partner.example',
		description:
			'Addresses and @domains, separated by commas, blanks or new lines, or an array from an expression. More than 100 are sent in several requests.',
	},
	...limitFields({ resource, operation: ['getAll'] }),
];
