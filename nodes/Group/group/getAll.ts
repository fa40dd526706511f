import { manyOperation } from '../../shared/n8n/lists';

/** "Get Many". */
export const getAll = manyOperation('groups', {
	action: 'Get many groups',
	description: 'Get the groups of the portal without their members, one item per group',
	tool: {
		does: 'List the groups of addresses and domains that policies refer to, to find the ID of one by its name.',
		returns: 'up to Limit (50) groups without their members: id, name, created_at, updated_at',
		cost: 'one request per 1,000 groups; it cannot search, so ask for enough of them',
		notFor: 'who is in a group: use Get Many of members',
		takes: 'Limit: how many groups at most',
	},
});
