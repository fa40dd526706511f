import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { getManyOptions, limitFields, pageFields } from '../shared/n8n/fields';
import { getMany, getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const getManyShown = { operation: ['getAll'] };
const getPageShown = { operation: ['getPage'] };

/** Daily risk scores of the company. Proofpoint announced that it serves no new data from 30 June 2025. */
export class ProofpointCompanyRisk implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Company Risk',
		name: 'proofpointCompanyRisk',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many risk scores", getPage: "Get page of risk scores" }[$parameter["operation"]] }}',
		description: 'Get the daily risk scores of the company from Proofpoint (formerly Tessian). Proofpoint is retiring this data.',
		defaults: { name: 'Proofpoint Company Risk' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			{
				displayName:
					'Proofpoint announced that it serves no new risk scores from 30 June 2025 and will remove them. Do not build new workflows on this node.',
				name: 'retiredNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many risk scores',
						description: 'Get the daily risk scores of the company',
						routing: route('companyRisk', getMany('companyRisk')),
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of risk scores',
						description: 'Make one request and get its records with the checkpoint for the next',
						routing: route('companyRisk', getPage('companyRisk')),
					},
				],
				default: 'getAll',
			},
			...limitFields(getManyShown),
			getManyOptions(getManyShown),
			...pageFields('companyRisk', getPageShown),
		],
	};
}
