/** The parameters of the three actions. */
import type { INodeProperties } from 'n8n-workflow';

import { EVENT_ID_PLACEHOLDER } from '../shared/n8n/eventId';

/** How long to wait for a confirmation, in seconds: a day at most, since the execution goes on all the time. */
export const timeoutBounds = { min: 1, max: 86_400, whole: false };

const realNotice: INodeProperties = {
	displayName:
		'“Execute step” acts on real email, once for each input item. Proofpoint only queues the action: to see what became of it, turn on “Wait for Confirmation” under “Options”.',
	name: 'realNotice',
	type: 'notice',
	default: '',
};

const deleteNotice: INodeProperties = {
	displayName:
		'Deletion is final: the email is removed for every recipient, and there is no way to undo it.',
	name: 'deleteNotice',
	type: 'notice',
	default: '',
};

const eventId: INodeProperties = {
	displayName: 'Event ID',
	name: 'eventId',
	type: 'string',
	required: true,
	default: '',
	placeholder: EVENT_ID_PLACEHOLDER,
	builderHint: {
		propertyHint:
			'Use the field id of a Defender event of the item: expr($json.id) behind the trigger. It is never a number and never the Message-ID of the email.',
	},
	description:
		'The ID of a security event of the type Defender, or a link to it copied from the portal. Email of other types cannot be acted on. A link also needs the permission “Security Events”.',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Wait for Confirmation',
			name: 'waitForConfirmation',
			builderHint: {
				propertyHint:
					'Turn on where later nodes need to know what became of the email: without it the item only says that Proofpoint queued the action.',
			},
			type: 'boolean',
			default: false,
			description:
				'Whether to wait until the event’s own counts show that the emails were released or deleted. The counts cannot say who did it. Also needs the permission “Security Events”.',
		},
		{
			displayName: 'Confirmation Timeout (Seconds)',
			name: 'confirmationTimeout',
			type: 'number',
			typeOptions: { minValue: timeoutBounds.min, maxValue: timeoutBounds.max },
			displayOptions: { show: { waitForConfirmation: [true] } },
			default: 300,
			description:
				'How long to wait, from 1 to 86,400 seconds (a day). After that the item goes on with “confirmed” set to false and “confirmation” saying what was seen; the action is not repeated.',
		},
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description:
				'For links and for “Wait for Confirmation”: a time before the event was created, to start the search from. If empty, 30 days back for a link; for an ID the last hour first, then further and further back, up to 30 days.',
		},
		{
			displayName: 'Fail On',
			name: 'failOn',
			type: 'options',
			options: [
				{
					name: 'All Recipients Failed',
					value: 'allFailed',
					description: 'The item fails if nothing was queued for any recipient',
				},
				{
					name: 'Any Recipient Failed',
					value: 'anyFailed',
					description: 'The item fails unless the action was queued for every recipient',
				},
				{
					name: 'Never',
					value: 'never',
					description: 'The item succeeds in any case: look at its field “outcome”',
				},
			],
			default: 'allFailed',
			description: 'Which answers of Proofpoint make the item fail',
		},
	],
};

export const releaseFields = [realNotice, eventId, options];
/** Those of the deletions have one notice more. */
export const deletionFields = [realNotice, deleteNotice, eventId, options];
