import type { Operation } from '../../shared/n8n/operations';
import { change, changeFields } from './change';

/** "Add". */
export const add: Operation = {
	option: {
		name: 'Add',
		value: 'add',
		action: 'Add members to a group',
		description: 'Add addresses and domains to a group. Those already in it stay.',
	},
	fields: changeFields,
	custom: change('membersAdd'),
};
