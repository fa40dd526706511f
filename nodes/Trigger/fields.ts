import type { INodeProperties } from 'n8n-workflow';

import { eventTypeOptions } from '../SecurityEvent/eventTypes';

const securityEvents = ['securityEventCreated', 'securityEventCreatedOrUpdated'];

/** The parameters of the trigger. Names and values are stored in workflows and fixed. */
export const triggerFields: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Anomaly Detected',
				value: 'anomalyDetected',
				description: 'A user behaved unusually. The API lists the findings of the latest day only.',
			},
			{
				name: 'Audit Entry Created',
				value: 'auditEntryCreated',
				description: 'Somebody changed something in the portal',
			},
			{
				name: 'Security Event Created',
				value: 'securityEventCreated',
				description: 'Guardian, Architect or Defender found something: each event once',
			},
			{
				name: 'Security Event Created or Updated',
				value: 'securityEventCreatedOrUpdated',
				description: 'An event is new or changed, for example because a user answered: each version once',
			},
			{
				name: 'User Connection Changed',
				value: 'userConnectionChanged',
				description: 'The connection of a monitored user became better or worse. Lists all users with every poll.',
			},
		],
		default: 'securityEventCreated',
	},
	{
		displayName: 'Start From',
		name: 'startFrom',
		type: 'options',
		noDataExpression: true,
		displayOptions: { hide: { event: ['userConnectionChanged'] } },
		options: [
			{
				name: 'Beginning',
				value: 'beginning',
				description: 'Everything that the portal holds, then what is new. Can be a lot.',
			},
			{ name: 'Date', value: 'date', description: 'What happened after a date, then what is new' },
			{ name: 'Now', value: 'now', description: 'Only what happens after the workflow was activated' },
		],
		default: 'now',
		description:
			'Where to begin when the workflow is activated for the first time. Later the trigger goes on where it stopped.',
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		required: true,
		displayOptions: { show: { startFrom: ['date'] }, hide: { event: ['userConnectionChanged'] } },
		default: '',
		description:
			'Deliver what happened after this time. Without a time zone it is read in the time zone of the workflow.',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		displayOptions: { show: { event: securityEvents } },
		default: false,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show: { event: securityEvents } },
		default: {},
		options: [
			{
				displayName: 'Defender Confidence',
				name: 'defenderConfidence',
				type: 'multiOptions',
				options: [
					{ name: 'High', value: 'HIGH' },
					{ name: 'Low', value: 'LOW' },
					{ name: 'Medium', value: 'MEDIUM' },
					{ name: 'Very High', value: 'VERY_HIGH' },
				],
				default: [],
				description: 'Of Defender events only those with this confidence. Other types pass.',
			},
			{
				displayName: 'Final Outcomes',
				name: 'finalOutcomes',
				type: 'multiOptions',
				options: [
					{ name: 'Not Sent', value: 'NOT_SENT' },
					{ name: 'Sent with Changes', value: 'SENT_WITH_CHANGES' },
					{ name: 'Sent without Changes', value: 'SENT_WITHOUT_CHANGES' },
				],
				default: [],
				description:
					'Of outbound events only those with this outcome. It is often known only after an update, so choose the event “Security Event Created or Updated” with it. Inbound events pass.',
			},
			{
				displayName: 'Guardian Types',
				name: 'guardianTypes',
				type: 'multiOptions',
				options: [
					{ name: 'Misattached File', value: 'MISATTACHED_FILE' },
					{ name: 'Misdirected Email', value: 'MISDIRECTED_EMAIL' },
				],
				default: [],
				description: 'Of Guardian events only those of this kind. Other types pass.',
			},
			{
				displayName: 'Types',
				name: 'types',
				type: 'multiOptions',
				options: eventTypeOptions,
				default: [],
				description: 'Only events of these types',
			},
		],
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show: { event: ['anomalyDetected'] } },
		default: {},
		options: [
			{
				displayName: 'Severities',
				name: 'severities',
				type: 'multiOptions',
				options: [
					{ name: 'High', value: 'high' },
					{ name: 'Moderate', value: 'moderate' },
					{ name: 'Very High', value: 'very_high' },
				],
				default: [],
				description: 'Only anomalies of this severity',
			},
		],
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show: { event: ['userConnectionChanged'] } },
		default: {},
		options: [
			{
				displayName: 'New Statuses',
				name: 'statuses',
				type: 'multiOptions',
				options: [
					{ name: 'Connection Issues', value: 'Connection issues' },
					{ name: 'Good Connection', value: 'Good connection' },
					{ name: 'Not Connected for over 1 Month', value: 'Not connected for over 1 month' },
					{ name: 'Not Connected for over 7 Days', value: 'Not connected for over 7 days' },
				],
				default: [],
				description: 'Only users whose connection is like this now',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Max Items per Poll',
				name: 'maxItemsPerPoll',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 1000,
				description:
					'About how many items one execution gets at most. The rest follows with the next poll, so a backlog of any size is worked off in parts.',
			},
		],
	},
];
