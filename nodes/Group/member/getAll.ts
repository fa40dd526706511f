import { limitFields } from '../../shared/n8n/fields';
import { getMany } from '../../shared/n8n/lists';
import type { Operation } from '../../shared/n8n/operations';
import { route } from '../../shared/n8n/run';
import { groupIdField, readGroupId } from '../groupId';

/** "Get Many": the members of a group. */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many group members',
		description: 'Get the addresses and domains in a group, one item per member',
		routing: route('group', getMany('group', { id: readGroupId })),
	},
	tool: {
		does: 'List who is in a group.',
		returns:
			'up to Limit (50) members, each an object with an address, or with a domain that begins with @ and stands for everybody in it',
		cost: 'one request per 1,000 members, fewer with a Limit',
		notFor: 'finding a group by its name: use Get Many of groups',
		takes: 'Group: the ID of the group, a whole number. Limit: how many members at most',
	},
	fields: [groupIdField, ...limitFields],
};
