import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { customOperation } from '../shared/n8n/customOperation';
import { act } from './act';

/** The three actions on quarantined and delivered e-mail. */
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
			'Release or delete real e-mail of a Defender event in Proofpoint (formerly Tessian). Acts for every recipient; deletions are final.',
		defaults: { name: 'Proofpoint Remediation' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			{
				// The host looks custom operations up by resource and operation; there is one resource only.
				displayName: 'Resource',
				name: 'resource',
				type: 'hidden',
				default: 'email',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Delete From Inbox',
						value: 'deleteFromInbox',
						action: 'Delete mail from inboxes',
						description: 'Delete the delivered mail of a Defender event from all inboxes',
					},
					{
						name: 'Delete From Quarantine',
						value: 'deleteFromQuarantine',
						action: 'Delete mail from quarantine',
						description: 'Delete the quarantined mail of a Defender event for all recipients',
					},
					{
						name: 'Release From Quarantine',
						value: 'releaseFromQuarantine',
						action: 'Release mail from quarantine',
						description: 'Deliver the quarantined mail of a Defender event to all recipients',
					},
				],
				default: 'releaseFromQuarantine',
			},
			{
				displayName:
					'Proofpoint queues the action and reports it per recipient. It has happened when the event comes back updated.',
				name: 'queuedNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Event ID',
				name: 'eventId',
				type: 'string',
				required: true,
				default: '',
				placeholder: 'e.g. 3f2a8c1e-5b7d-4e7a-9c61-0d2f1b9a7c44',
				description: 'The ID of a Defender event. Events of other types cannot be acted on.',
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
							'How long to wait. After it the item goes on with “confirmed” set to false; the action is not repeated.',
					},
					{
						displayName: 'Created After',
						name: 'createdAfter',
						type: 'dateTime',
						displayOptions: { show: { waitForConfirmation: [true] } },
						default: '',
						description:
							'A time before the event was created, to find its present version. The closer, the faster. Empty means 30 days back.',
					},
					{
						displayName: 'Fail On',
						name: 'failOn',
						type: 'options',
						options: [
							{
								name: 'All Recipients Failed',
								value: 'allFailed',
								description: 'An item fails when nothing was done for any recipient',
							},
							{
								name: 'Any Recipient Failed',
								value: 'anyFailed',
								description: 'An item fails when it was not done for every recipient',
							},
							{
								name: 'Never',
								value: 'never',
								description: 'An item never fails because of its recipients: read the field “outcome”',
							},
						],
						default: 'allFailed',
						description: 'When the answer of Proofpoint counts as an error of the item',
					},
					{
						displayName: 'Wait for Confirmation',
						name: 'waitForConfirmation',
						type: 'boolean',
						default: false,
						description:
							'Whether to wait until the event comes back updated, which shows that the action has happened. Needs the permission “Security Events” too.',
					},
				],
			},
		],
	};
	customOperations = {
		email: {
			releaseFromQuarantine: customOperation('releaseFromQuarantine', act('releaseFromQuarantine')),
			deleteFromQuarantine: customOperation('deleteFromQuarantine', act('deleteFromQuarantine')),
			deleteFromInbox: customOperation('deleteFromInbox', act('deleteFromInbox')),
		},
	};
}
