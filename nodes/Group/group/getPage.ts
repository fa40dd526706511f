import { pageOperation } from '../../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('groups', {
	action: 'Get page of groups',
	nouns: 'groups',
	page: { note: 'Groups come without their members.' },
	description:
		'Get one page of groups with the checkpoint for the next page, to keep your own position',
});
