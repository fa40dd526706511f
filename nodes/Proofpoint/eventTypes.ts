import type { INodePropertyOptions } from 'n8n-workflow';

/** The event types that Proofpoint documents today; expressions may name others. */
export const eventTypeOptions: INodePropertyOptions[] = [
	{
		name: 'Architect',
		value: 'architect',
		description: 'Outbound email that matched one of your policies',
	},
	{
		name: 'Defender',
		value: 'defender',
		description: 'Inbound email: phishing, impersonation, account takeover',
	},
	{
		name: 'Guardian',
		value: 'guardian',
		description: 'Outbound email: wrong recipients, wrong attachments',
	},
];
