import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { functionsOf, onlyResource } from '../shared/n8n/operations';
import { deleteFromInbox } from './deleteFromInbox';
import { deleteFromQuarantine } from './deleteFromQuarantine';
import { releaseFromQuarantine } from './releaseFromQuarantine';

/** No deletion first. */
const operations = [releaseFromQuarantine, deleteFromQuarantine, deleteFromInbox];

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
			'Release or delete the real email of a Defender event in Proofpoint (formerly Tessian). Acts for every recipient; deletions are final. To only look, use Proofpoint.',
		builderHint: {
			searchHint:
				'Acts on real email for every recipient, and deletions are final: put a condition or a human approval before it, and behind human review where an AI agent has it as a tool. Takes Defender events only: filter by type first. Never turn on Retry On Fail.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpoint',
					relationHint: 'Finds the Defender event, and shows later what became of its email',
				},
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointTrigger',
					relationHint: 'Starts the workflow for each new Defender event',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointRemediation.md',
		defaults: { name: 'Proofpoint Remediation' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: onlyResource('Email', 'email', operations),
	};

	customOperations = { email: functionsOf(operations) };
}
