import { actOperation } from './act';
import { deletionFields } from './fields';

/** "Delete From Quarantine". */
export const deleteFromQuarantine = actOperation(
	{
		name: 'Delete From Quarantine',
		value: 'deleteFromQuarantine',
		action: 'Permanently delete a quarantined email',
		description:
			'Delete the quarantined email of a Defender event for all its recipients. This cannot be undone.',
	},
	deletionFields,
);
