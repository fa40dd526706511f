/**
 * The parameters that several nodes share, so that they have the same name, words and behaviour
 * everywhere. Names are stored in workflows and fixed.
 */
import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { endpoints, type ListEndpointName } from '../api/endpoints';

type Show = NonNullable<IDisplayOptions['show']>;

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
			displayOptions: { show: { ...show, returnAll: [false] } },
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
				description:
					'Return only what comes after this checkpoint. Use one that Get Page or an earlier run of the same list returned.',
				routing: { send: { type: 'query', property: 'after_checkpoint' } },
			},
		],
	};
}

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
			description: `How many records to ask for, from ${min} to ${max}. A page may hold fewer, or none, and still not be the last.`,
			routing: { send: { type: 'query', property: 'limit' } },
		},
		{
			displayName: 'After Checkpoint',
			name: 'afterCheckpoint',
			type: 'string',
			displayOptions: { show },
			default: '',
			description:
				'The checkpoint of the page before. Leave empty for the first page. It is opaque: never change or compare it.',
			routing: { send: { type: 'query', property: 'after_checkpoint' } },
		},
	];
}
