import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { EVENT_ID_PLACEHOLDER } from '../shared/n8n/eventId';
import { itemOperation } from '../shared/n8n/customOperation';
import { onlyResource } from '../shared/n8n/fields';
import { act } from './act';

/** The three actions on quarantined and delivered email. */
export class ProofpointRemediation implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Remediation',
		name: 'proofpointRemediation',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle:
			'={{ { releaseFromQuarantine: "Release from quarantine", deleteFromQuarantine: "Delete from quarantine", deleteFromInbox: "Delete from inbox" }[$parameter["operation"]] }}',
		description:
			'Release or delete the real email of a Defender event in Proofpoint (formerly Tessian). Acts for every recipient; deletions are final.',
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointRemediation.md',
		defaults: { name: 'Proofpoint Remediation' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			onlyResource('Email', 'email'),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['email'] } },
				options: [
					{
						name: 'Release From Quarantine',
						value: 'releaseFromQuarantine',
						action: 'Release a quarantined email to all recipients',
						description:
							'Deliver the quarantined email of a Defender event to the inboxes of all its recipients. A delivered email cannot be put back into quarantine.',
					},
					{
						name: 'Delete From Quarantine',
						value: 'deleteFromQuarantine',
						action: 'Permanently delete a quarantined email',
						description:
							'Delete the quarantined email of a Defender event for all its recipients. This cannot be undone.',
					},
					{
						name: 'Delete From Inbox',
						value: 'deleteFromInbox',
						action: 'Permanently delete an email from all inboxes',
						description:
							'Delete the delivered email of a Defender event from the inboxes of all its recipients. This cannot be undone.',
					},
				],
				default: 'releaseFromQuarantine',
			},
			{
				displayName:
					'“Execute step” acts on real email, once for each input item. Proofpoint only queues the action: to see what became of it, turn on “Wait for Confirmation” under “Options”.',
				name: 'realNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName:
					'Deletion is final: the email is removed for every recipient, and there is no way to undo it.',
				name: 'deleteNotice',
				type: 'notice',
				displayOptions: { show: { operation: ['deleteFromInbox', 'deleteFromQuarantine'] } },
				default: '',
			},
			{
				displayName: 'Event ID',
				name: 'eventId',
				type: 'string',
				required: true,
				default: '',
				placeholder: EVENT_ID_PLACEHOLDER,
				description:
					'The ID of a security event of the type Defender, or a link to it copied from the portal. There is no action on the email of other types. A link also needs the permission “Security Events”.',
			},
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					{
						displayName: 'Confirmation Timeout (Seconds)',
						name: 'confirmationTimeout',
						type: 'number',
						typeOptions: { minValue: 1 },
						displayOptions: { show: { waitForConfirmation: [true] } },
						default: 300,
						description:
							'How long to wait. After that the item goes on with “confirmed” set to false and “confirmation” saying what was seen; the action is not repeated.',
					},
					{
						displayName: 'Created After',
						name: 'createdAfter',
						type: 'dateTime',
						default: '',
						description:
							'For links and for “Wait for Confirmation”: a time before the event was created, from which it is looked for. If empty, 30 days back for a link; for an ID first the last hour, then ever further back, up to 30 days.',
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
					{
						displayName: 'Wait for Confirmation',
						name: 'waitForConfirmation',
						type: 'boolean',
						default: false,
						description:
							'Whether to wait until the event’s own counts show that the emails were released or deleted. The counts cannot say who did it. Also needs the permission “Security Events”.',
					},
				],
			},
		],
	};
	customOperations = {
		email: {
			releaseFromQuarantine: itemOperation(act('releaseFromQuarantine')),
			deleteFromQuarantine: itemOperation(act('deleteFromQuarantine')),
			deleteFromInbox: itemOperation(act('deleteFromInbox')),
		},
	};
}
