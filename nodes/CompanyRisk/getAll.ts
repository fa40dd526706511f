import { manyOperation } from '../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('companyRisk', {
	action: 'Get many risk scores',
	description: 'Get the daily risk scores of the company, one item per day',
	tool: {
		does: 'Read the daily risk scores of the whole company. RETIRED: Proofpoint has published no new ones since 30 June 2025.',
		returns:
			'up to Limit (50) days: timestamp (a date), total_score, phishing_score, exfiltration_score, accidental_data_loss_score, data_sensitivity_score, security_awareness_score',
		cost: 'one request per 1,000 days',
		notFor: 'the risk today, nor that of a user: use anomalies or security events',
		takes: 'Limit: how many days at most',
	},
});
