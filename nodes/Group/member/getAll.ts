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
		action: 'Get many members of a group',
		description: 'Get the addresses and domains in a group, one item per member',
		routing: route('group', getMany('group', { id: readGroupId })),
	},
	fields: [groupIdField, ...limitFields],
};
