import { manyOperation } from '../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('anomalies', {
	action: 'Get many anomalies',
	description: 'Get the anomalies of the latest day, one item each. The API lists no older ones.',
	tool: {
		does: 'List the anomalies of the latest day: users who sent an unusual number of sensitive emails to unauthorized addresses (insider risk, exfiltration).',
		returns:
			'up to Limit (50) anomalies: id, address of the user, severity_label (moderate, high, very_high), anomalous_period_start, anomalous_period_end, attachment_count, trigger_ids, links.portal_url. An empty list is a quiet day. There is no history',
		cost: 'one request per 1,000 anomalies',
		notFor: 'single emails or phishing: use the security events',
		takes: 'Limit: how many anomalies at most',
	},
});
