import type { Operation } from '../../shared/n8n/operations';
import { change, changeFields } from './change';

/** "Remove". */
export const remove: Operation = {
	option: {
		name: 'Remove',
		value: 'remove',
		action: 'Remove members from a group',
		description: 'Remove addresses and domains from a group. Those not in it are ignored.',
	},
	fields: changeFields,
	custom: change('membersRemove'),
};
