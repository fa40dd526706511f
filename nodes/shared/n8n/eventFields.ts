/**
 * The parameters for security events that the node and the trigger share: filters and output. Names and
 * values are stored in workflows and fixed; what they mean is in `core/eventFilters` and `core/eventOutput`.
 */
import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { eventFilterLabels, type EventFilters } from '../core/eventFilters';

type Show = NonNullable<IDisplayOptions['show']>;

/** The event types that Proofpoint documents today; expressions may name others. */
export const eventTypeOptions: INodePropertyOptions[] = [
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
	{
		name: 'Architect',
		value: 'architect',
		description: 'Outbound email that matched one of your policies',
	},
];

/** “Filters” for security events: the same in Get Many and in the trigger. */
export function eventFilterFields(show: Show): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		builderHint: {
			propertyHint:
				'All filters must hold. Filter here rather than in an If node behind: Limit counts what passes.',
		},
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show },
		// On screen from the start, and no filter as long as it is empty: the one that most people want, last in n8n's list.
		default: { types: [] },
		description:
			'Return only events that match all of these filters. The API cannot filter, so the node reads all events.',
		options: [
			choice(
				'defenderConfidence',
				'Return only Defender events with this confidence. Events of other types pass.',
				[
					{ name: 'Very High', value: 'VERY_HIGH' },
					{ name: 'High', value: 'HIGH' },
					{ name: 'Medium', value: 'MEDIUM' },
					{ name: 'Low', value: 'LOW' },
				],
			),
			choice(
				'finalOutcomes',
				'Return only outbound events with this outcome. It is often known only after an update. Inbound events pass.',
				[
					{ name: 'Sent without Changes', value: 'SENT_WITHOUT_CHANGES' },
					{ name: 'Sent with Changes', value: 'SENT_WITH_CHANGES' },
					{ name: 'Not Sent', value: 'NOT_SENT' },
				],
			),
			choice(
				'guardianTypes',
				'Return only Guardian events of this kind. Events of other types pass.',
				[
					{ name: 'Misdirected Email', value: 'MISDIRECTED_EMAIL' },
					{ name: 'Misattached File', value: 'MISATTACHED_FILE' },
				],
			),
			choice(
				'quarantineStatus',
				'Return only Defender events whose email has one of these statuses for at least one recipient. Events of other types pass.',
				[
					{ name: 'Quarantined', value: 'quarantined', description: 'Still in quarantine' },
					{
						name: 'Pending Release',
						value: 'pendingRelease',
						description: 'The release was requested and has not happened yet',
					},
					{ name: 'Released', value: 'released', description: 'Released from quarantine' },
					{
						name: 'Deleted',
						value: 'deleted',
						description: 'Deleted from quarantine or from an inbox',
					},
				],
			),
			contains('recipient', 'e.g. finance@acme.com', 'one of the recipients (To, Cc, Bcc)'),
			contains('sender', 'e.g. @example.com', 'the address of the sender'),
			contains('subject', 'e.g. invoice', 'the subject'),
			choice('types', 'Return only events of these types. If empty, all.', eventTypeOptions),
		],
	};
}

function choice(
	name: keyof EventFilters,
	description: string,
	options: INodePropertyOptions[],
): INodeProperties {
	const displayName = eventFilterLabels[name];
	return { displayName, name, type: 'multiOptions', options, default: [], description };
}

function contains(name: keyof EventFilters, placeholder: string, where: string): INodeProperties {
	return {
		displayName: eventFilterLabels[name],
		name,
		type: 'string',
		default: '',
		placeholder,
		description: `Return only events with this text in ${where}. Not case-sensitive.`,
	};
}

/** “Output”, and the list of fields that one of its values needs. */
export function outputFields(show: Show): INodeProperties[] {
	return [
		{
			displayName: 'Output',
			name: 'output',
			builderHint: {
				propertyHint:
					'Keep Simplified for messages and AI agents. Raw for detail fields such as inbound_email_details or guardian_details.',
			},
			type: 'options',
			displayOptions: { show },
			options: [
				{
					name: 'Simplified',
					value: 'simple',
					description:
						'Ten fields, the same for every event type: who, what was found, and what became of the email',
				},
				{
					name: 'Raw',
					value: 'raw',
					description: 'The full event as the API returns it, over a hundred fields',
				},
				{
					name: 'Selected Fields',
					value: 'fields',
					description: 'Only the fields of the full event that you name',
				},
			],
			default: 'simple',
			description: 'Which fields of an event to return',
		},
		{
			displayName: 'Fields',
			name: 'fields',
			type: 'string',
			displayOptions: { show: { ...show, output: ['fields'] } },
			default: '',
			placeholder: 'e.g. created_at, inbound_email_details.subject',
			description:
				'The fields of the full event to return, with commas between them. Use dots to go deeper. A field that an event does not have is null.',
		},
	];
}
