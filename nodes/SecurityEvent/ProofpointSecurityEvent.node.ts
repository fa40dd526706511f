import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { getFields, getRouting } from './get';
import { getManyFields, getManyRouting } from './getMany';
import { getPageFields, getPageRouting } from './getPage';

/** Security events: what Guardian, Architect and Defender found in outbound and inbound e-mail. */
export class ProofpointSecurityEvent implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Security Event',
		name: 'proofpointSecurityEvent',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle: '={{ { get: "Get event", getAll: "Get many events", getPage: "Get page of events" }[$parameter["operation"]] }}',
		description:
			'Get e-mail security events from Proofpoint (formerly Tessian): phishing, misdirected e-mail, policy hits',
		defaults: { name: 'Proofpoint Security Event' },
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
						name: 'Get',
						value: 'get',
						action: 'Get a security event',
						description: 'Look for one event by its ID, from a date on',
						routing: getRouting,
					},
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many security events',
						description: 'Get the newest version of each event, one item per event',
						routing: getManyRouting,
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of security events',
						description: 'Make one request and get its events with the checkpoint for the next',
						routing: getPageRouting,
					},
				],
				default: 'getAll',
			},
			...getFields,
			...getManyFields,
			...getPageFields,
		],
	};
}
