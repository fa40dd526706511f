import '../shared/n8n/oldestN8n';
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
		// With the filters that are chosen and not an expression.
		subtitle:
			'={{ $parameter["event"].replace("securityEvent", "event").replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()).replace(/^./, (letter) => letter.toUpperCase()) + ["types", "defenderConfidence", "guardianTypes", "finalOutcomes", "quarantineStatus", "sender", "recipient", "subject", "severities", "statuses"].flatMap((name) => $parameter["filters"]?.[name] ?? []).filter((value) => value !== "" && !String(value).startsWith("=")).map((value, index) => (index === 0 ? ": " : ", ") + value).join("") }}',
		// The editor shows this for the node “Proofpoint” too: it merges the two into one entry.
		description:
			'Get security events from Proofpoint (formerly Tessian), or start a workflow when there is a new event, audit entry, anomaly or user connection. Not for Proofpoint Essentials, TAP or PoD: they have other APIs.',
		builderHint: {
			searchHint:
				'Starts a workflow for new security events, audit entries, anomalies or connection changes of Proofpoint Adaptive Email Security (formerly Tessian). Use the filters of the trigger rather than an If node behind it. Not for looking back: use the Proofpoint node.',
			relatedNodes: [
				{ nodeType: 'n8n-nodes-proofpoint.proofpoint', relationHint: 'Reads events of the past' },
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointRemediation',
					relationHint: 'Acts on the email of the Defender event that started the workflow',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointTrigger.md',
		eventTriggerDescription: 'Looking for recent records in Proofpoint',
		activationMessage:
			'Your workflow now polls Proofpoint at the times you set, and runs when there are new records.',
		triggerPanel: {
			header: 'Fetch recent records from Proofpoint',
			executionsHelp: {
				inactive:
					'<b>While building your workflow</b>, click the fetch button to get up to ten recent records that pass your filters. Nothing is skipped later because of it.<br /><br /><b>Once you are happy with your workflow</b>, publish it. n8n then polls Proofpoint at the times you set, at most once a minute, and runs the workflow when there are new records. These executions show up in the <a data-key="executions">executions list</a>, not in the editor.',
				active:
					'<b>While building your workflow</b>, click the fetch button to get up to ten recent records that pass your filters. Nothing is skipped later because of it.<br /><br /><b>Your workflow also runs by itself</b>, since it is published. n8n polls Proofpoint at the times you set and runs the workflow when there are new records. These executions show up in the <a data-key="executions">executions list</a>, not in the editor.',
			},
			activationHint: {
				inactive:
					'Once you have finished building your workflow, publish it so that it polls Proofpoint regularly. Those executions are not shown here.',
				active:
					'The published workflow also runs by itself when Proofpoint has new records. Those executions are not shown here.',
			},
		},
		defaults: { name: 'Proofpoint Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		properties: triggerFields,
	};

	poll = poll;
}
