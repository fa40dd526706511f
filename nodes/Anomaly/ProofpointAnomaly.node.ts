import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { getManyOptions, limitFields, onlyResource, pageFields } from '../shared/n8n/fields';
import { getMany, getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const getManyShown = { operation: ['getAll'] };
const getPageShown = { operation: ['getPage'] };

/** Anomalies: users who sent an unusual number of sensitive mails to unauthorized addresses. The API lists the latest day only. */
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
		description:
			'Get users who sent an unusual number of sensitive emails to unauthorized addresses, as Proofpoint (formerly Tessian) found',
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointAnomaly.md',
		defaults: { name: 'Proofpoint Anomaly' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		hints: [
			{
				message:
					'Proofpoint lists the anomalies of the latest day only. To miss none, start the workflow with the Proofpoint Trigger and its event “Anomaly Detected”.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'always',
			},
		],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			onlyResource('Anomaly', 'anomaly'),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['anomaly'] } },
				options: [
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many anomalies',
						description:
							'Get the anomalies of the latest day, one item each. The API lists no older ones.',
						routing: route('anomalies', getMany('anomalies')),
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of anomalies',
						description:
							'Get one page of anomalies with the checkpoint for the rest of the same day',
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
