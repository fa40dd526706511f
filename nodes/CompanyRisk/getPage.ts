import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('companyRisk', {
	action: 'Get a page of risk scores',
	description:
		'Get one page of risk scores with the checkpoint for the next page, to keep your own position',
});
