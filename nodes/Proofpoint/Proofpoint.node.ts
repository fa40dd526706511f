import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { onlyResource } from '../shared/n8n/fields';
import { getFields, getRouting } from './get';
import { getManyFields, getManyRouting } from './getMany';
import { getPageFields, getPageRouting } from './getPage';

/** Security events: what Guardian, Architect and Defender found in outbound and inbound e-mail. */
export class Proofpoint implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint',
		name: 'proofpoint',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		// With the event types, where they are chosen and not an expression.
		subtitle:
			'={{ { get: "Get event", getAll: "Get many events", getPage: "Get page of events" }[$parameter["operation"]] + ($parameter["operation"] === "getAll" && Array.isArray($parameter["filters"]?.types) && $parameter["filters"].types.length > 0 ? ": " + $parameter["filters"].types.join(", ") : "") }}',
		description:
			'Get what Proofpoint (formerly Tessian) found in email: phishing, misdirected email and attachments, policy violations',
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpoint.md',
		defaults: { name: 'Proofpoint' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		hints: [
			{
				message:
					'Until this node has run, n8n previews the fields of full events. Execute it once to see and drag the simplified fields.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["simplify"] === true && $parameter["operation"] !== "getPage" && $parameter["descriptionType"] === undefined }}',
			},
		],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			onlyResource('Security Event', 'securityEvent'),
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['securityEvent'] } },
				options: [
					{
						name: 'Get',
						value: 'get',
						action: 'Get a security event',
						description:
							'Find one event by its ID. The API cannot look up an event, so events are read from a date on.',
						routing: getRouting,
					},
					{
						name: 'Get Many',
						value: 'getAll',
						action: 'Get many security events',
						description:
							'Get events by type and date, one item per event, each in its newest version',
						routing: getManyRouting,
					},
					{
						name: 'Get Page',
						value: 'getPage',
						action: 'Get a page of security events',
						description:
							'Get one page of events with the checkpoint for the next page, to keep your own position',
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
