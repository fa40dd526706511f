import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('companyRisk', {
	action: 'Get page of risk scores',
	nouns: 'daily risk scores',
	page: { note: 'RETIRED: there are no new scores since 30 June 2025.' },
	description:
		'Get one page of risk scores with the checkpoint for the next page, to keep your own position',
});
