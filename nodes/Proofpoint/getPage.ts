import type { INodeProperties } from 'n8n-workflow';

import { pageFields } from '../shared/n8n/fields';
import { getPage } from '../shared/n8n/lists';
import { route } from '../shared/n8n/run';

const show = { operation: ['getPage'] };

/** "Get Page": one request, for people who keep their own checkpoint. Nothing is filtered or merged. */
export const getPageRouting = route('events', getPage('events'));

export const getPageFields: INodeProperties[] = [
	...pageFields('events', show),
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		displayOptions: { show },
		default: '',
		description:
			'Only for the first page: return events created after this time. Without a time zone it is read in the time zone of the workflow. When no event comes back, there is no checkpoint: use the same time again next time.',
		routing: { send: { type: 'query', property: 'created_after' } },
	},
];
