import { pageOperation } from '../shared/n8n/lists';
import { EVIDENCE } from '../shared/n8n/toolText';

/** "Get Page": one request, for people who keep their own checkpoint. Nothing is filtered or merged. */
export const getPage = pageOperation(
	'events',
	{
		action: 'Get page of security events',
		description:
			'Get one page of events with the checkpoint for the next page, to keep your own position',
		nouns: 'security events',
		page: {
			takes:
				'Page Size: from 2 to 100. After Checkpoint: the checkpoint of the page before, unchanged, or beginning. Created After: for the first page only, ISO 8601, for example 2026-01-31T08:00:00Z',
			note: `Events come in the order of their updates, an updated event again; each has over a hundred fields. ${EVIDENCE}`,
		},
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
