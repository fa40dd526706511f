import type { INodeProperties } from 'n8n-workflow';

import { getManyOptions, limitFields } from '../shared/n8n/fields';
import { getMany } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const show = { operation: ['getAll'] };

/**
 * "Get Many": the monitored users. The API cannot filter, so "Addresses" and "Statuses" drop users after every page,
 * before they count towards the limit.
 */
export const getManyRouting = route(
	'monitoredUsers',
	getMany('monitoredUsers', {
		prepare(item) {
			const addresses = wanted(item.parameter('filters.addresses'));
			const statuses = wanted(item.parameter('filters.statuses'));
			if (addresses.size === 0 && statuses.size === 0) return {};
			return {
				keep: ({ address, status }) =>
					(addresses.size === 0 || addresses.has(String(address).toLowerCase())) &&
					(statuses.size === 0 || statuses.has(String(status).toLowerCase())),
			};
		},
	}),
);

export const getManyFields: INodeProperties[] = [
	...limitFields(show),
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show },
		default: {},
		options: [
			{
				displayName: 'Addresses',
				name: 'addresses',
				type: 'string',
				default: '',
				placeholder: 'e.g. alice@example.com, bob@example.com',
				description:
					'Return only users with one of these addresses, separated by commas. The API cannot filter, so all users are read.',
			},
			{
				displayName: 'Statuses',
				name: 'statuses',
				type: 'string',
				default: '',
				placeholder: 'e.g. Connection issues, Not connected for over 7 days',
				description:
					'Return only users with one of these connection statuses, separated by commas. The API cannot filter, so all users are read.',
			},
		],
	},
	getManyOptions(show),
];

/** The entries of a list, from a text or an array; upper and lower case are the same. */
function wanted(given: unknown): Set<string> {
	const pieces: unknown[] = Array.isArray(given) ? given : String(given ?? '').split(/[,\n]/);
	return new Set(
		pieces.map((piece) => String(piece).trim().toLowerCase()).filter((piece) => piece !== ''),
	);
}
