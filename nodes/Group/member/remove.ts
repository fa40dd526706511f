import type { Operation } from '../../shared/n8n/operations';
import { change, changeFields } from './change';
import { MEMBERS_TEXT } from './members';

/** "Remove". */
export const remove: Operation = {
	option: {
		name: 'Remove',
		value: 'remove',
		action: 'Remove members from group',
		description:
			'Remove addresses and domains from a group. Entries that are not in it are ignored.',
	},
	tool: {
		does: 'Remove addresses and domains from a group. Who is not in it is ignored.',
		danger:
			'acts on the real portal at once: policies that use the group no longer apply to the removed members.',
		returns: 'one object: id, requested, sent (members sent) and requests',
		cost: 'one request per 100 members. To repeat it does no harm',
		notFor: 'deleting the group itself: use Delete',
		takes: `Group: the ID of the group, a whole number. ${MEMBERS_TEXT}`,
	},
	fields: changeFields,
	custom: change('membersRemove'),
};
