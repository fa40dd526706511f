import type { INodeProperties } from 'n8n-workflow';

import { endpoints } from '../shared/api/endpoints';
import { readGroupMetadata } from '../shared/api/envelopes';
import type { ApiRecord } from '../shared/api/contract';
import { confirmsGroup, readCreatedGroup } from '../shared/api/writeAnswers';
import { walk } from '../shared/core/walk';
import { getManyOptions, limitFields, pageFields } from '../shared/n8n/fields';
import { fetcher, getMany, getPage } from '../shared/n8n/lists';
import { badParameter, type Item, type Outcome } from '../shared/n8n/item';
import { route, type Work } from '../shared/n8n/run';
import { groupIdField, readGroupId } from './groupId';

const resource = ['group'];

const create: Work = async (item) => {
	const name = readName(item);
	if (typeof name !== 'string') return name;
	const answer = await item.ask('groupCreate', { body: { name } }, (body) => {
		const created = readCreatedGroup(body);
		return created && { id: created.id, name };
	});
	if (!answer.ok) return item.failure(answer.fault, 'groupCreate', { data: { name } });
	return { ok: true, records: [answer.value] };
};

const update: Work = async (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const name = readName(item);
	if (typeof name !== 'string') return name;
	const { id } = group;
	const answer = await item.ask('groupUpdate', { body: { name }, id }, confirmsGroup(id));
	if (!answer.ok)
		return item.failure(answer.fault, 'groupUpdate', { id, data: { id: Number(id) } });
	return { ok: true, records: [{ id: Number(id), name }] };
};

const remove: Work = async (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	const answer = await item.ask('groupDelete', { id }, confirmsGroup(id));
	if (!answer.ok)
		return item.failure(answer.fault, 'groupDelete', { id, data: { id: Number(id) } });
	return { ok: true, records: [{ id: Number(id), deleted: true }] };
};

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
			routing: route('groupCreate', create),
		},
		{
			name: 'Delete',
			value: 'delete',
			action: 'Permanently delete a group',
			description: 'Delete a group for good. It cannot be recovered.',
			routing: route('groupDelete', remove),
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
			routing: route('groupUpdate', update),
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
		routing: { send: { type: 'body', property: 'name' } },
	},
	...limitFields(getManyShown),
	getManyOptions(getManyShown),
	...pageFields('groups', { resource, operation: ['getPage'] }),
];

function readName(item: Item): Outcome | string {
	const name = item.body('name');
	if (typeof name === 'string' && name.trim() !== '') return name.trim();
	return badParameter('The parameter “Name” is empty', 'Give the group a name.');
}
