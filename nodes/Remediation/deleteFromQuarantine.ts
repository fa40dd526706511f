import { actOperation, ON_ORDER } from './act';
import { deletionFields } from './fields';

/** "Delete From Quarantine". */
export const deleteFromQuarantine = actOperation(
	{
		name: 'Delete From Quarantine',
		value: 'deleteFromQuarantine',
		action: 'Permanently delete email from quarantine',
		description:
			'Delete the quarantined email of a Defender event for all its recipients. This cannot be undone.',
	},
	deletionFields,
	{
		does: 'Delete the quarantined email of one Defender event, for every recipient.',
		danger: `acts on real email at once, for every recipient, and is final: nothing brings the email back. ${ON_ORDER}`,
		notFor:
			'email that was delivered (use Delete From Inbox), nor for Guardian and Architect events',
	},
);
