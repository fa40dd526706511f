import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { readOperation } from '../shared/n8n/customOperation';
import { onlyResource, pageFields } from '../shared/n8n/fields';
import { getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';
import { getManyFields, getManyUsers } from './getMany';

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
		description:
			'Get the users that Proofpoint (formerly Tessian) protects and the state of their add-in, gateway and API connections',
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointUserMonitoring.md',
		defaults: { name: 'Proofpoint User Monitoring' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			onlyResource('Monitored User', 'monitoredUser'),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['monitoredUser'] } },
				options: [
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many monitored users',
						description:
							'Get monitored users and the state of their connections, one item per user',
						routing: route('monitoredUsers', getManyUsers),
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of monitored users',
						description:
							'Get one page of monitored users with the checkpoint for the next page, to keep your own position',
						routing: route('monitoredUsers', getPage('monitoredUsers')),
					},
				],
				default: 'getAll',
			},
			...getManyFields,
			...pageFields('monitoredUsers', getPageShown),
		],
	};

	// The routing declares the request. As a custom operation it can also hint at a status that is likely mistyped.
	customOperations = {
		monitoredUser: { getAll: readOperation(getManyUsers) },
	};
}
