import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { getManyOptions, limitFields, pageFields } from '../shared/n8n/fields';
import { getMany, getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const getManyShown = { operation: ['getAll'] };
const getPageShown = { operation: ['getPage'] };

/** Anomalies: unusual behaviour of users. The API lists the findings of the latest day only. */
export class ProofpointAnomaly implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Anomaly',
		name: 'proofpointAnomaly',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many anomalies", getPage: "Get page of anomalies" }[$parameter["operation"]] }}',
		description: 'Get users whose behaviour Proofpoint (formerly Tessian) found anomalous, for example mass exfiltration before leaving',
		defaults: { name: 'Proofpoint Anomaly' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many anomalies',
						description: 'Get the newest anomalies: the findings of the latest day',
						routing: route('anomalies', getMany('anomalies')),
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of anomalies',
						description: 'Make one request and get its records with the checkpoint for the next',
						routing: route('anomalies', getPage('anomalies')),
					},
				],
				default: 'getAll',
			},
			...limitFields(getManyShown),
			getManyOptions(getManyShown),
			...pageFields('anomalies', getPageShown),
		],
	};
}
