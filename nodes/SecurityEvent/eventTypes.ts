import type { INodePropertyOptions } from 'n8n-workflow';

/** The event types that Proofpoint documents today; expressions may name others. */
export const eventTypeOptions: INodePropertyOptions[] = [
	{
		name: 'Architect',
		value: 'architect',
		description: 'Outbound e-mail that matched a policy of yours',
	},
	{
		name: 'Defender',
		value: 'defender',
		description: 'Inbound e-mail: phishing, impersonation, account takeover',
	},
	{
		name: 'Guardian',
		value: 'guardian',
		description: 'Outbound e-mail: misdirected recipients, misattached files',
	},
];
