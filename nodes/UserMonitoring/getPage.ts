import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('monitoredUsers', {
	action: 'Get a page of monitored users',
	description:
		'Get one page of monitored users with the checkpoint for the next page, to keep your own position',
});
