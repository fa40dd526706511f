import type { INodeProperties } from 'n8n-workflow';

import { outputFields } from '../shared/n8n/eventFields';
import { eventsWhere, triggerEvents, usualEvent } from './events/all';
import type { EventOfTrigger } from './events/event';

/** How many items one execution may get. */
export const maxItemsBounds = { min: 1, max: 100_000 };

const events: EventOfTrigger[] = Object.values(triggerEvents);
const withoutStart = eventsWhere(({ hasStart }) => !hasStart);

/** The parameters of the trigger. Names and values are stored in workflows and fixed. */
export const triggerFields: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		options: events.map(({ option }) => option),
		default: usualEvent,
		description: 'What starts the workflow',
	},
	{
		displayName:
			'The first poll after publishing only remembers how each user is connected. From then on every change starts the workflow.',
		name: 'firstPollNotice',
		type: 'notice',
		displayOptions: { show: { event: withoutStart } },
		default: '',
	},
	{
		displayName: 'Start From',
		name: 'startFrom',
		builderHint: {
			propertyHint:
				'Now is right for alerts. Beginning delivers everything that the portal holds: for exports only.',
		},
		type: 'options',
		noDataExpression: true,
		displayOptions: { hide: { event: withoutStart } },
		options: [
			{
				name: 'Now',
				value: 'now',
				description: 'Only what happens after the workflow was published',
			},
			{ name: 'Date', value: 'date', description: 'What happened after a date, then what is new' },
			{
				name: 'Beginning',
				value: 'beginning',
				description: 'Everything that the portal holds, then what is new. This can be a lot.',
			},
		],
		default: 'now',
		description:
			'Where to begin when the workflow is published for the first time. After that it continues where it stopped.',
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		required: true,
		displayOptions: { show: { startFrom: ['date'] }, hide: { event: withoutStart } },
		default: '',
		description:
			'Deliver what happened after this time. Without a time zone it is read in the time zone of the workflow. An expression is resolved once, when the trigger starts.',
	},
	...outputFields({ event: eventsWhere(({ hasOutput }) => hasOutput) }),
	...filterFields(),
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
				typeOptions: { minValue: maxItemsBounds.min, maxValue: maxItemsBounds.max },
				default: 1000,
				description:
					'About how many items one execution gets at most. The next polls deliver the rest. From 1 to 100,000.',
			},
			{
				displayName: 'Add Delivery Details',
				name: 'addDelivery',
				type: 'boolean',
				default: false,
				description:
					'Whether to add the field “delivery” to each item: when it was polled, when the poll before succeeded, and how far the trigger is behind',
			},
		],
	},
];

/** The “Filters” of each event; events with the same ones share theirs. */
function filterFields(): INodeProperties[] {
	const makers = new Set(events.flatMap(({ filters }) => filters ?? []));
	return [...makers].map((filters) =>
		filters({ event: eventsWhere((event) => event.filters === filters) }),
	);
}
