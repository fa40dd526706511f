import { isAfter } from '../shared/core/timestamp';
import { manyOperation } from '../shared/n8n/lists';

/**
 * "Get Many": the trail, oldest entry first. The API cannot filter it, so "Created After" reads the trail from its
 * beginning (or the given checkpoint) and drops older entries before they count towards the limit.
 */
export const getAll = manyOperation(
	'audits',
	{
		action: 'Get many audit entries',
		description: 'Get entries of the audit trail, oldest first, one item each',
	},
	{
		prepare(item) {
			const empty = 'For the whole trail, remove the filter.';
			const createdAfter = item.time('filters.createdAfter', 'Created After', empty);
			if (createdAfter === undefined) return {};
			return { keep: ({ timestamp }) => isAfter(timestamp, createdAfter) };
		},
	},
	[
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
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
	],
);
