import type { INodeProperties } from 'n8n-workflow';

import { batches } from '../shared/core/members';
import { limitFields } from '../shared/n8n/fields';
import { getMany } from '../shared/n8n/lists';
import { badParameter, route, type Work } from '../shared/n8n/run';
import { groupIdField, readGroupId } from './groupId';
import { readMemberList } from './memberList';
import { sync } from './sync';

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
		const list = readMemberList(item);
		if (!Array.isArray(list)) return list;
		if (list.length === 0 && !Array.isArray(item.parameter('members'))) {
			return badParameter(
				'The parameter “Members” is empty',
				'Give at least one address (alice@example.com) or domain (@example.com).',
			);
		}
		const requested = list.length;
		let sent = 0;
		let requests = 0;
		for (const members of batches(list)) {
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
		{
			name: 'Sync',
			value: 'sync',
			action: 'Make a group equal to a list',
			description: 'Add what is missing in a group and remove what is not in the list',
			routing: route('membersAdd', sync),
		},
	],
	default: 'getAll',
};

export const memberFields: INodeProperties[] = [
	groupIdField({ resource, operation: ['add', 'getAll', 'remove', 'sync'] }),
	{
		displayName: 'Members',
		name: 'members',
		type: 'string',
		required: true,
		typeOptions: { rows: 3 },
		displayOptions: { show: { resource, operation: ['add', 'remove', 'sync'] } },
		default: '',
		placeholder: 'e.g. alice@example.com, @partner.example',
		description:
			'Addresses and @domains, separated by commas, blanks or new lines, or an array from an expression. More than 100 are sent in several requests.',
	},
	...limitFields({ resource, operation: ['getAll'] }),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		displayOptions: { show: { resource, operation: ['sync'] } },
		default: {},
		options: [
			{
				displayName: 'Allow Empty',
				name: 'allowEmpty',
				type: 'boolean',
				default: false,
				description: 'Whether an empty list may empty the group',
			},
			{
				displayName: 'Dry Run',
				name: 'dryRun',
				type: 'boolean',
				default: false,
				description: 'Whether to show what would change without changing it',
			},
		],
	},
];
