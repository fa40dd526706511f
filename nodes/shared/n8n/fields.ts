/**
 * The parameters that several nodes share, so that they have the same name, words and behaviour
 * everywhere. Names are stored in workflows and fixed.
 */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { endpoints, type ListEndpointName } from '../api/endpoints';

/** n8n hands a node's output on with a spread; above about 123,000 items that ends in a stack overflow. */
export const MOST_RECORDS = 100_000;

/** "Return All" and "Limit" of "Get Many". The names and texts are those that the official lint asks for. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		builderHint: { propertyHint: 'Leave off for AI agents and for anything that a person reads' },
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		// Not "shown when off": n8n drops what is not shown, and off may be given as a text or a number.
		displayOptions: { hide: { returnAll: [true] } },
		typeOptions: { minValue: 1, maxValue: MOST_RECORDS },
		default: 50,
		description: 'Max number of results to return',
	},
];

/** "Options" of "Get Many": resume behind a checkpoint. */
export const getManyOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'After Checkpoint',
			name: 'afterCheckpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. beginning',
			description:
				'Return only what follows this checkpoint: one that “Get Page” of the same list returned, for example from an expression. The word “beginning” means the beginning of the list.',
			routing: { send: { type: 'query', property: 'after_checkpoint' } },
		},
	],
};

/** How a monitored user may be connected; expressions may name other values. */
export const connectionStatusOptions: INodePropertyOptions[] = [
	{ name: 'Good Connection', value: 'Good connection' },
	{ name: 'Connection Issues', value: 'Connection issues' },
	{ name: 'Not Connected for over 7 Days', value: 'Not connected for over 7 days' },
	{ name: 'Not Connected for over 1 Month', value: 'Not connected for over 1 month' },
];

/** "Page Size" and "After Checkpoint" of "Get Page". */
export function pageFields(endpoint: ListEndpointName): INodeProperties[] {
	const { min, max } = endpoints[endpoint].pageSize;
	return [
		{
			displayName: 'Page Size',
			name: 'pageSize',
			type: 'number',
			typeOptions: { minValue: min, maxValue: max },
			default: max,
			description: `How many records to ask for, from ${min} to ${max}. A page may hold fewer, or none, and still not be the last: the output field “additional_results” tells.`,
			routing: { send: { type: 'query', property: 'limit' } },
		},
		{
			displayName: 'After Checkpoint',
			name: 'afterCheckpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. beginning',
			description:
				'The “checkpoint” that the previous page returned. Leave empty for the first page; in an expression, the word “beginning” means the same. Pass it on unchanged.',
			routing: { send: { type: 'query', property: 'after_checkpoint' } },
		},
	];
}
