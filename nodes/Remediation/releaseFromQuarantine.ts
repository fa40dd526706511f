import { actOperation, ON_ORDER } from './act';
import { releaseFields } from './fields';

/** "Release From Quarantine". */
export const releaseFromQuarantine = actOperation(
	{
		name: 'Release From Quarantine',
		value: 'releaseFromQuarantine',
		action: 'Release email from quarantine',
		description:
			'Deliver the quarantined email of a Defender event to the inboxes of all its recipients. A delivered email cannot be put back into quarantine.',
	},
	releaseFields,
	{
		does: 'Release the quarantined email of one Defender event: it is delivered to the inbox of every recipient.',
		danger: `acts on real email at once, for every recipient, and is final: a delivered email cannot be put back into quarantine. ${ON_ORDER}`,
		notFor:
			'email that may be malicious, nor for Guardian and Architect events, whose email is not in quarantine',
	},
);
