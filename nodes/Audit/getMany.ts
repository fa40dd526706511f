import type { INodeProperties } from 'n8n-workflow';

import { isAfter } from '../shared/core/timestamp';
import { getManyOptions, limitFields } from '../shared/n8n/fields';
import { getMany } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const show = { operation: ['getAll'] };

/**
 * "Get Many": the trail, oldest entry first. The API cannot filter it, so "Created After" reads the trail from its
 * beginning (or the given checkpoint) and drops older entries before they count towards the limit.
 */
export const getManyRouting = route(
	'audits',
	getMany('audits', {
		prepare(item) {
			const createdAfter = item.time('filters.createdAfter', 'Created After');
			if (createdAfter === undefined) return {};
			return { keep: ({ timestamp }) => isAfter(timestamp, createdAfter) };
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
				displayName: 'Created After',
				name: 'createdAfter',
				type: 'dateTime',
				default: '',
				description:
					'Return only entries made after this time. Without a time zone it is read in the time zone of the workflow. The API cannot filter, so the whole trail is read.',
			},
		],
	},
	getManyOptions(show),
];
