import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('audits', {
	action: 'Get page of audit entries',
	nouns: 'audit entries',
	page: { note: 'The oldest entries come first.' },
	description:
		'Get one page of audit entries with the checkpoint for the next page, to keep your own position',
});
