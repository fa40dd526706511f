import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { triggerFields } from './fields';
import { poll } from './poll';

/** Starts a workflow for what is new in Proofpoint, from a stored checkpoint. */
export class ProofpointTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Trigger',
		name: 'proofpointTrigger',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ { securityEventCreated: "Event created", securityEventCreatedOrUpdated: "Event created or updated", auditEntryCreated: "Audit entry created", anomalyDetected: "Anomaly detected", userConnectionChanged: "User connection changed" }[$parameter["event"]] }}',
		description:
			'Starts the workflow on new security events, audit entries, anomalies or connection changes in Proofpoint (formerly Tessian)',
		eventTriggerDescription: '',
		defaults: { name: 'Proofpoint Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		properties: triggerFields,
	};

	poll = poll;
}
