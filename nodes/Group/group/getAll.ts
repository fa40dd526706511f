import { manyOperation } from '../../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('groups', {
	action: 'Get many groups',
	description: 'Get the groups of the portal without their members, one item per group',
});
