import type { INodeProperties } from 'n8n-workflow';

import { endpoints } from '../shared/api/endpoints';
import { readGroupMetadata } from '../shared/api/envelopes';
import type { ApiRecord } from '../shared/api/contract';
import { walk } from '../shared/core/walk';
import { getManyOptions, limitFields, pageFields } from '../shared/n8n/fields';
import { fetcher, getMany, getPage } from '../shared/n8n/lists';
import { route, type Work } from '../shared/n8n/run';
import { groupIdField, readGroupId } from './groupId';

const resource = ['group'];

/** "Get": the metadata and all members, however many pages they take. */
const get: Work = async (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	let metadata: ApiRecord = {};
	const members: ApiRecord[] = [];
	const pages = walk(
		fetcher(item, 'group', id, (body) => {
			metadata = readGroupMetadata(body) ?? metadata;
		}),
		{ at: 'beginning' },
		() => endpoints.group.pageSize.max,
	);
	for await (const step of pages) {
		if (step.kind === 'fault') return item.failure(step.fault, 'group', { id });
		for (const member of step.records) members.push(member);
	}
	return { ok: true, records: [{ ...metadata, members }] };
};

export const groupOperation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource } },
	options: [
		{
			name: 'Create',
			value: 'create',
			action: 'Create a group',
			description: 'Create an empty group. Its members are added with the resource “Member”.',
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Permanently delete a group',
			description: 'Delete a group for good. It cannot be recovered.',
		},
		{
			name: 'Get',
			value: 'get',
			action: 'Get a group with its members',
			description: 'Get the name, the dates and all members of a group, as one item',
			routing: route('group', get),
		},
		{
			name: 'Get Many',
			value: 'getAll',
			action: 'Get many groups',
			description: 'Get the groups of the portal without their members, one item per group',
			routing: route('groups', getMany('groups')),
		},
		{
			name: 'Get Page',
			value: 'getPage',
			action: 'Get a page of groups',
			description:
				'Get one page of groups with the checkpoint for the next page, to keep your own position',
			routing: route('groups', getPage('groups')),
		},
		{
			name: 'Update',
			value: 'update',
			action: 'Rename a group',
			description: 'Give a group another name. Its members stay.',
		},
	],
	default: 'getAll',
};

const getManyShown = { resource, operation: ['getAll'] };

export const groupFields: INodeProperties[] = [
	{
		displayName: '“Execute step” changes the real portal, once for each input item.',
		name: 'realNotice',
		type: 'notice',
		displayOptions: { show: { resource, operation: ['create', 'update', 'delete'] } },
		default: '',
	},
	{
		displayName:
			'A deleted group cannot be recovered, and policies that use it no longer apply to its members.',
		name: 'deleteNotice',
		type: 'notice',
		displayOptions: { show: { resource, operation: ['delete'] } },
		default: '',
	},
	groupIdField({ resource, operation: ['get', 'update', 'delete'] }),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		required: true,
		displayOptions: { show: { resource, operation: ['create', 'update'] } },
		default: '',
		placeholder: 'e.g. Leavers watch list',
		description: 'The name that the group gets',
	},
	...limitFields(getManyShown),
	getManyOptions(getManyShown),
	...pageFields('groups', { resource, operation: ['getPage'] }),
];
