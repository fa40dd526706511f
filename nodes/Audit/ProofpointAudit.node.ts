import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { onlyResource } from '../shared/n8n/operations';
import { getAll } from './getAll';
import { getPage } from './getPage';

const operations = [getAll, getPage];

/** The audit trail of the portal, oldest entry first. */
export class ProofpointAudit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Audit',
		name: 'proofpointAudit',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many audit entries", getPage: "Get page of audit entries" }[$parameter["operation"]] }}',
		description:
			'Get the audit trail of the Proofpoint (formerly Tessian) portal: who changed what, and when. For what was found in email, use Proofpoint.',
		builderHint: {
			searchHint:
				'Lists the audit trail, the oldest entry first: set the filter Created After. To follow it use the trigger with its event Audit Entry Created.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointTrigger',
					relationHint: 'Starts a workflow for each new audit entry',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointAudit.md',
		defaults: { name: 'Proofpoint Audit' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: onlyResource('Audit Entry', 'auditEntry', operations),
	};
}
