import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { functionsOf, onlyResource } from '../shared/n8n/operations';
import { getAll } from './getAll';
import { getPage } from './getPage';

const operations = [getAll, getPage];

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
			'Get the users that Proofpoint (formerly Tessian) protects and the state of their add-in, gateway and API connections. For their email, use Proofpoint.',
		builderHint: {
			searchHint:
				'Lists who is protected and how they are connected. To react to a change use the trigger with its event User Connection Changed.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointTrigger',
					relationHint: 'Starts a workflow when the connection of a user changes',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointUserMonitoring.md',
		defaults: { name: 'Proofpoint User Monitoring' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: onlyResource('Monitored User', 'monitoredUser', operations),
	};

	customOperations = { monitoredUser: functionsOf(operations) };
}
