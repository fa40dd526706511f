import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('monitoredUsers', {
	action: 'Get page of monitored users',
	nouns: 'monitored users',
	page: { cost: 'one request. A full page of 2,000 users is more than you can read: ask for few' },
	description:
		'Get one page of monitored users with the checkpoint for the next page, to keep your own position',
});
