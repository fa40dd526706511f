import type { ApiRecord } from '../../shared/api/contract';
import { endpoints } from '../../shared/api/endpoints';
import { readGroupMetadata } from '../../shared/api/envelopes';
import { walk } from '../../shared/core/walk';
import type { Operation } from '../../shared/n8n/operations';
import { route, type Work } from '../../shared/n8n/run';
import { groupIdField, readGroupId } from '../groupId';

const read: Work = async (item) => {
	const group = readGroupId(item);
	if (!group.ok) return group;
	const { id } = group;
	let metadata: ApiRecord = {};
	const members: ApiRecord[] = [];
	const pages = walk(
		item.pages('group', {
			id,
			look: (body) => {
				metadata = readGroupMetadata(body) ?? metadata;
			},
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

/** "Get": the metadata and all members, however many pages they take. */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get group with members',
		description: 'Get the name, the dates and all members of a group, as one item',
		routing: route('group', read),
	},
	tool: {
		does: 'Read one group: its name, its dates and all of its members.',
		returns:
			'one object: id, name, created_at, updated_at and members (each an address, or a domain that begins with @)',
		cost: 'one request per 1,000 members, and all of them are returned: a large group is more than you can read, so prefer the members with a Limit',
		notFor: 'finding a group by its name: use Get Many of groups',
		takes: 'Group: the ID of the group, a whole number',
	},
	fields: [groupIdField],
};
