import { actOperation, ON_ORDER } from './act';
import { deletionFields } from './fields';

/** "Delete From Inbox". */
export const deleteFromInbox = actOperation(
	{
		name: 'Delete From Inbox',
		value: 'deleteFromInbox',
		action: 'Permanently delete email from inboxes',
		description:
			'Delete the delivered email of a Defender event from the inboxes of all its recipients. This cannot be undone.',
	},
	deletionFields,
	{
		does: 'Delete the delivered email of one Defender event from the inbox of every recipient.',
		danger: `acts on real email at once, for every recipient, and is final: nothing brings the email back. ${ON_ORDER}`,
		notFor:
			'email that is still in quarantine (use Delete From Quarantine), nor for Guardian and Architect events',
	},
);
