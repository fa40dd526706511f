import { actOperation } from './act';
import { releaseFields } from './fields';

/** "Release From Quarantine". */
export const releaseFromQuarantine = actOperation(
	{
		name: 'Release From Quarantine',
		value: 'releaseFromQuarantine',
		action: 'Release a quarantined email to all recipients',
		description:
			'Deliver the quarantined email of a Defender event to the inboxes of all its recipients. A delivered email cannot be put back into quarantine.',
	},
	releaseFields,
);
