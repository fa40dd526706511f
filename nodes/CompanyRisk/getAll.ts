import { manyOperation } from '../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('companyRisk', {
	action: 'Get many risk scores',
	description: 'Get the daily risk scores of the company, one item per day',
});
