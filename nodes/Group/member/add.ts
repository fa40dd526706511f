import type { Operation } from '../../shared/n8n/operations';
import { change, changeFields } from './change';
import { MEMBERS_TEXT } from './members';

/** "Add". */
export const add: Operation = {
	option: {
		name: 'Add',
		value: 'add',
		action: 'Add members to group',
		description: 'Add addresses and domains to a group. Members already in it stay.',
	},
	tool: {
		does: 'Add addresses and domains to a group. Who is in it already stays.',
		danger:
			'acts on the real portal at once: policies that use the group apply to the new members. A domain stands for everybody in it.',
		returns: 'one object: id, requested, sent (members sent) and requests',
		cost: 'one request per 100 members. To repeat it does no harm',
		notFor: 'making a group equal to a list: use Sync',
		takes: `Group: the ID of the group, a whole number. ${MEMBERS_TEXT}`,
	},
	fields: changeFields,
	custom: change('membersAdd'),
};
