import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { onlyResource, pageFields } from '../shared/n8n/fields';
import { getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';
import { getManyFields, getManyRouting } from './getMany';

const getPageShown = { operation: ['getPage'] };

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
			'Get the audit trail of the Proofpoint (formerly Tessian) portal: who changed what, and when',
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointAudit.md',
		defaults: { name: 'Proofpoint Audit' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			onlyResource('Audit Entry', 'auditEntry'),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['auditEntry'] } },
				options: [
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many audit entries',
						description: 'Get entries of the audit trail, oldest first, one item each',
						routing: getManyRouting,
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of audit entries',
						description:
							'Get one page of audit entries with the checkpoint for the next page, to keep your own position',
						routing: route('audits', getPage('audits')),
					},
				],
				default: 'getAll',
			},
			...getManyFields,
			...pageFields('audits', getPageShown),
		],
	};
}
