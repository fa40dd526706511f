import type { INodeProperties } from 'n8n-workflow';

import { eventFilterFields, outputFields } from '../shared/n8n/eventFields';
import { connectionStatusOptions } from '../shared/n8n/fields';

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
				action: 'On new anomaly',
				description:
					'A user sent an unusual number of sensitive emails to unauthorized addresses. The API lists the latest day only.',
			},
			{
				name: 'Audit Entry Created',
				value: 'auditEntryCreated',
				action: 'On new audit entry',
				description: 'Somebody changed something in the portal',
			},
			{
				name: 'Security Event Created',
				value: 'securityEventCreated',
				action: 'On new security event',
				description: 'Guardian, Architect or Defender found something. Each event comes once.',
			},
			{
				name: 'Security Event Created or Updated',
				value: 'securityEventCreatedOrUpdated',
				action: 'On new or updated security event',
				description:
					'An event is new or has changed, for example because a user answered. Each version comes once.',
			},
			{
				name: 'User Connection Changed',
				value: 'userConnectionChanged',
				action: 'On changed user connection',
				description:
					'The connection of a monitored user became better or worse. Every poll lists all users.',
			},
		],
		default: 'securityEventCreated',
		description: 'What starts the workflow',
	},
	{
		displayName:
			'The first poll after publishing only remembers how each user is connected. From then on every change starts the workflow.',
		name: 'firstPollNotice',
		type: 'notice',
		displayOptions: { show: { event: ['userConnectionChanged'] } },
		default: '',
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
				description: 'Everything that the portal holds, then what is new. This can be a lot.',
			},
			{ name: 'Date', value: 'date', description: 'What happened after a date, then what is new' },
			{
				name: 'Now',
				value: 'now',
				description: 'Only what happens after the workflow was published',
			},
		],
		default: 'now',
		description:
			'Where to begin when the workflow is published for the first time. Later the trigger goes on where it stopped.',
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		required: true,
		displayOptions: { show: { startFrom: ['date'] }, hide: { event: ['userConnectionChanged'] } },
		default: '',
		description:
			'Deliver what happened after this time. Without a time zone it is read in the time zone of the workflow. An expression is resolved once, when the trigger starts.',
	},
	...outputFields({ event: securityEvents }),
	eventFilterFields({ event: securityEvents }),
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
				description: 'Only anomalies of these severities. If empty, all.',
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
				options: connectionStatusOptions,
				default: [],
				description: 'Only users whose connection is like this now. If empty, every change.',
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
					'About how many items one execution gets at most. The rest comes with the next polls.',
			},
		],
	},
];
