import { pageOperation } from '../shared/n8n/lists';

/** "Get Page": one request, for people who keep their own checkpoint. */
export const getPage = pageOperation('anomalies', {
	action: 'Get page of anomalies',
	nouns: 'anomalies',
	page: {
		note: 'Only the latest day is listed, and the checkpoint pages that day only; at its end it is null.',
	},
	description: 'Get one page of anomalies with the checkpoint for the rest of the same day',
});
