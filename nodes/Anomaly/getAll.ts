import { manyOperation } from '../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('anomalies', {
	action: 'Get many anomalies',
	description: 'Get the anomalies of the latest day, one item each. The API lists no older ones.',
});
