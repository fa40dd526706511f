import type { INodeProperties } from 'n8n-workflow';

import { limitFields } from '../shared/n8n/fields';
import { getMany } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';
import { groupIdField, readGroupId } from './groupId';

const resource = ['member'];

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
			description: 'Add addresses and domains to a group. Those already in it stay.',
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many members of a group',
			description: 'Get the addresses and domains in a group, one item per member',
			routing: route('group', getMany('group', { id: readGroupId })),
		},
		{
			name: 'Remove',
			value: 'remove',
			action: 'Remove members from a group',
			description: 'Remove addresses and domains from a group. Those not in it are ignored.',
		},
		{
			name: 'Sync',
			value: 'sync',
			action: 'Sync the members of a group with a list',
			description:
				'Make a group hold exactly the members that the items list together: add what is missing and remove what is in no list',
		},
	],
	default: 'getAll',
};

export const memberFields: INodeProperties[] = [
	{
		displayName: '“Execute step” changes the real group.',
		name: 'realNotice',
		type: 'notice',
		displayOptions: { show: { resource, operation: ['add', 'remove', 'sync'] } },
		default: '',
	},
	{
		displayName:
			'Members that no item lists are removed from the group: all items that mean the same group make up one list. Turn on “Dry Run” under “Options” to see the changes first.',
		name: 'syncNotice',
		type: 'notice',
		displayOptions: { show: { resource, operation: ['sync'] } },
		default: '',
	},
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
			'Addresses like alice@example.com and domains like @example.com, separated by commas, spaces or line breaks, or an array from an expression. More than 100 are sent in several requests.',
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
				description:
					'Whether an empty list removes all members, as far as “Max Removals” allows. If off, an empty list is an error and the group stays as it is.',
			},
			{
				displayName: 'Dry Run',
				name: 'dryRun',
				type: 'boolean',
				default: false,
				description:
					'Whether to return what would be added and removed without changing the group. One item that turns it on is enough for its group.',
			},
			{
				displayName: 'Max Removals',
				name: 'maxRemovals',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: '',
				description:
					'How many members may be removed at most. If more would be, nothing is written and the error shows the changes. If empty, half of the present members.',
			},
		],
	},
];
