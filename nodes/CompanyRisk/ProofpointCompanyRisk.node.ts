import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { onlyResource } from '../shared/n8n/operations';
import { getAll } from './getAll';
import { getPage } from './getPage';

const operations = [getAll, getPage];

/** Daily risk scores of the company. Proofpoint announced that it serves no new data from 30 June 2025. */
export class ProofpointCompanyRisk implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Company Risk (Retired)',
		name: 'proofpointCompanyRisk',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many risk scores", getPage: "Get page of risk scores" }[$parameter["operation"]] }}',
		description:
			'Get the daily risk scores of the company from Proofpoint (formerly Tessian). Proofpoint is retiring this data: nothing new since 30 June 2025. For today’s risk, use Proofpoint Anomaly.',
		builderHint: {
			searchHint:
				'Retired by Proofpoint: no new data since 30 June 2025. Do not use it in new workflows.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointAnomaly',
					relationHint: 'Shows which users behave unusually now',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointCompanyRisk.md',
		defaults: { name: 'Proofpoint Company Risk (Retired)' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			{
				displayName:
					'Proofpoint is retiring company risk scores: there are no new ones since 30 June 2025, and the API will be removed. Do not build new workflows on this node.',
				name: 'retiredNotice',
				type: 'notice',
				default: '',
			},
			...onlyResource('Risk Score', 'riskScore', operations),
		],
	};
}
