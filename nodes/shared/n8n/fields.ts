/**
 * The parameters that several nodes share, so that they have the same name, words and behaviour
 * everywhere. Names are stored in workflows and fixed.
 */
import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { endpoints, type ListEndpointName } from '../api/endpoints';

type Show = NonNullable<IDisplayOptions['show']>;

/**
 * The resource of a node that has only one: stored in workflows, never shown. n8n names a new node after the
 * `action` of its operation, and describes a tool to an AI agent with it, only where the operation
 * belongs to a resource; without one, "release" and "delete" would be the same tool to an agent. Custom operations
 * are looked up by it as well.
 */
export function onlyResource(name: string, value: string): INodeProperties {
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'hidden',
		noDataExpression: true,
		options: [{ name, value }],
		default: value,
	};
}

/** "Return All" and "Limit" of "Get Many". The names and texts are those that the official lint asks for. */
export function limitFields(show: Show): INodeProperties[] {
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			displayOptions: { show },
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			// Not "shown when off": n8n drops what is not shown, and off may be given as a text or a number.
			displayOptions: { show, hide: { returnAll: [true] } },
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
		},
	];
}

/** "Options" of "Get Many": resume behind a checkpoint. */
export function getManyOptions(show: Show): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		displayOptions: { show },
		default: {},
		options: [
			{
				displayName: 'After Checkpoint',
				name: 'afterCheckpoint',
				type: 'string',
				default: '',
				placeholder: 'e.g. {{ $json.checkpoint }}',
				description:
					'Return only what comes after this checkpoint. Use one that “Get Page” of the same list returned.',
				routing: { send: { type: 'query', property: 'after_checkpoint' } },
			},
		],
	};
}

/** How a monitored user may be connected; expressions may name other values. */
export const connectionStatusOptions: INodePropertyOptions[] = [
	{ name: 'Connection Issues', value: 'Connection issues' },
	{ name: 'Good Connection', value: 'Good connection' },
	{ name: 'Not Connected for over 1 Month', value: 'Not connected for over 1 month' },
	{ name: 'Not Connected for over 7 Days', value: 'Not connected for over 7 days' },
];

/** "Page Size" and "After Checkpoint" of "Get Page". */
export function pageFields(endpoint: ListEndpointName, show: Show): INodeProperties[] {
	const { min, max } = endpoints[endpoint].pageSize;
	return [
		{
			displayName: 'Page Size',
			name: 'pageSize',
			type: 'number',
			displayOptions: { show },
			typeOptions: { minValue: min, maxValue: max },
			default: max,
			description: `How many records to ask for, from ${min} to ${max}. A page may hold fewer, or none, and still not be the last: the output field “additional_results” tells.`,
			routing: { send: { type: 'query', property: 'limit' } },
		},
		{
			displayName: 'After Checkpoint',
			name: 'afterCheckpoint',
			type: 'string',
			displayOptions: { show },
			default: '',
			placeholder: 'e.g. {{ $json.checkpoint }}',
			description:
				'The “checkpoint” that the page before returned. Leave empty for the first page. Pass it on as it is: it is not meant to be read or changed.',
			routing: { send: { type: 'query', property: 'after_checkpoint' } },
		},
	];
}
