import type { INodeProperties } from 'n8n-workflow';

import { simplifyEvent } from '../shared/core/simplify';
import { isAfter } from '../shared/core/timestamp';
import { readCreatedAfter } from '../shared/n8n/createdAfter';
import { getManyOptions, limitFields } from '../shared/n8n/fields';
import { getMany, resumeFrom } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';
import { eventTypeOptions } from './eventTypes';

const show = { operation: ['getAll'] };
const simplifyShown = { operation: ['get', 'getAll'] };

const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	displayOptions: { show: simplifyShown, hide: { '@tool': [true] } },
	default: false,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * "Get Many": one item per event, its newest version.
 *
 * `created_after` filters only the first page (API.md, "Paging" rule 4), so the function drops the older
 * events that come along on later pages, and drops by type, which the API cannot do at all.
 */
export const getManyRouting = route(
	'events',
	getMany('events', {
		prepare(item) {
			const given = readCreatedAfter(item, item.request.qs?.created_after);
			if (!given.ok) return given;
			const { time: createdAfter } = given;
			const wanted = new Set(item.list('filters.types', 'Types').map((type) => type.toLowerCase()));
			const shape = item.flag('simplify', 'Simplify') ? { shape: simplifyEvent } : {};
			const resume = resumeFrom(item);
			const filtered = createdAfter !== undefined || wanted.size > 0;
			return {
				versions: true,
				// The API takes one or the other: a checkpoint is more exact, the date is kept by the filter below.
				start:
					resume.at === 'beginning' && createdAfter !== undefined
						? { at: 'createdAfter', time: createdAfter }
						: resume,
				...(filtered
					? {
							keep: (event) =>
								(wanted.size === 0 || wanted.has(String(event.type).trim().toLowerCase())) &&
								(createdAfter === undefined || isAfter(event.created_at, createdAfter)),
						}
					: {}),
				...shape,
			};
		},
	}),
);

export const getManyFields: INodeProperties[] = [
	...limitFields(show),
	simplifyField,
	{
		// For an AI agent the short form is the right one: an event has over a hundred fields.
		...simplifyField,
		displayOptions: { show: { ...simplifyShown, '@tool': [true] } },
		default: true,
	},
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
					'Return only events created after this time. Without a time zone it is read in the time zone of the workflow.',
				routing: { send: { type: 'query', property: 'created_after' } },
			},
			{
				displayName: 'Types',
				name: 'types',
				type: 'multiOptions',
				options: eventTypeOptions,
				default: [],
				description:
					'Return only events of these types; if empty, all. The API cannot filter by type, so all events are read.',
			},
		],
	},
	getManyOptions(show),
];
