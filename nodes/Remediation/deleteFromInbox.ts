import { actOperation } from './act';
import { deletionFields } from './fields';

/** "Delete From Inbox". */
export const deleteFromInbox = actOperation(
	{
		name: 'Delete From Inbox',
		value: 'deleteFromInbox',
		action: 'Permanently delete an email from all inboxes',
		description:
			'Delete the delivered email of a Defender event from the inboxes of all its recipients. This cannot be undone.',
	},
	deletionFields,
);
