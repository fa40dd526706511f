import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. Nothing is filtered or merged. */
export const getPage = pageOperation(
	'events',
	{
		action: 'Get a page of security events',
		description:
			'Get one page of events with the checkpoint for the next page, to keep your own position',
	},
	[
		{
			displayName: 'Created After',
			name: 'createdAfter',
			type: 'dateTime',
			default: '',
			description:
				'Only for the first page: return events created after this time. Without a time zone it is read in the time zone of the workflow. When no event comes back, there is no checkpoint: use the same time again next time.',
			routing: { send: { type: 'query', property: 'created_after' } },
		},
	],
);
