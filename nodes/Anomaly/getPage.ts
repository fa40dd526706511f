import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('anomalies', {
	action: 'Get a page of anomalies',
	description: 'Get one page of anomalies with the checkpoint for the rest of the same day',
});
