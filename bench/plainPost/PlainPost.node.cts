import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

/**
 * What "a declarative POST" costs in n8n: the smallest node that releases a mail, written as n8n's own template
 * does it, with nothing of ours.
 */
export class PlainPost implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Plain Post',
		name: 'plainPost',
		group: ['output'],
		version: 1,
		description: 'The smallest declarative POST',
		defaults: { name: 'Plain Post' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'plainPostApi', required: true }],
		requestDefaults: {
			baseURL: '={{ $credentials.portalUrl }}',
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
		},
		properties: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Release From Quarantine',
						value: 'release',
						routing: {
							request: { method: 'POST', url: '/api/v1/remediation/release_from_quarantine' },
						},
					},
				],
				default: 'release',
			},
			{
				displayName: 'Event ID',
				name: 'eventId',
				type: 'string',
				required: true,
				default: '',
				routing: { send: { type: 'body', property: 'event_id' } },
			},
		],
	};
}
