import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { getManyOptions, limitFields, pageFields } from '../shared/n8n/fields';
import { getMany, getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const getManyShown = { operation: ['getAll'] };
const getPageShown = { operation: ['getPage'] };

/** Monitored users: who is protected, and whether add-in, gateway and API are connected. */
export class ProofpointUserMonitoring implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint User Monitoring',
		name: 'proofpointUserMonitoring',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many monitored users", getPage: "Get page of monitored users" }[$parameter["operation"]] }}',
		description: 'Get the monitored users of Proofpoint (formerly Tessian) and the health of their add-in and gateway connections',
		defaults: { name: 'Proofpoint User Monitoring' },
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
						action: 'Get many monitored users',
						description: 'Get monitored users and the state of their connections',
						routing: route('monitoredUsers', getMany('monitoredUsers')),
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of monitored users',
						description: 'Make one request and get its records with the checkpoint for the next',
						routing: route('monitoredUsers', getPage('monitoredUsers')),
					},
				],
				default: 'getAll',
			},
			...limitFields(getManyShown),
			getManyOptions(getManyShown),
			...pageFields('monitoredUsers', getPageShown),
		],
	};
}
