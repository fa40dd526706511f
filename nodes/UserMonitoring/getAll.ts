import { textOf } from '../shared/core/eventRecord';
import { knownConnectionStatuses } from '../shared/api/contract';
import { memberKey } from '../shared/core/memberDifference';
import { readMembers } from '../shared/core/members';
import { oneOfNamed } from '../shared/core/namedValues';
import type { Item } from '../shared/n8n/client';
import { connectionStatusOptions } from '../shared/n8n/fields';
import { manyOperation } from '../shared/n8n/lists';
import { unreadable } from '../shared/n8n/parameters';

/**
 * "Get Many": the monitored users. The API cannot filter, so "Addresses" and "Statuses" drop users after every page,
 * before they count towards the limit.
 */
export const getAll = manyOperation(
	'monitoredUsers',
	{
		action: 'Get many monitored users',
		description: 'Get monitored users and the state of their connections, one item per user',
		tool: {
			does: 'Tell whether users are protected: how their add-in, gateway and API are connected to Proofpoint.',
			returns:
				'up to Limit (50) users: address, status, last_connection, emails_processed, add-in version and the latest pings. A user who is not returned is not monitored (or beyond Limit)',
			cost: 'one request per 2,000 users. Filters cost the whole list, as Proofpoint cannot filter',
			notFor: 'what a user sent or received: use the security events',
			takes:
				'Addresses: email addresses, separated by commas; without it everybody is listed. Statuses: Good connection, Connection issues, Not connected for over 7 days, Not connected for over 1 month, separated by commas. Limit: how many users at most',
		},
	},
	{
		hints: true,
		prepare(item) {
			const addresses = readAddresses(item);
			const wanted = item.list('filters.statuses', 'Statuses');
			const hasStatus = oneOfNamed(wanted);
			if (addresses.size === 0 && wanted.length === 0) return {};
			return {
				keep: ({ address, status }) =>
					(addresses.size === 0 ||
						addresses.has(memberKey({ address: (textOf(address) ?? '').trim() }))) &&
					(wanted.length === 0 || hasStatus(textOf(status) ?? '')),
				values: [{ label: 'Statuses', wanted, known: knownConnectionStatuses }],
			};
		},
	},
	[
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			// On screen from the start: no filter as long as it is empty.
			default: { statuses: [] },
			options: [
				{
					displayName: 'Addresses',
					name: 'addresses',
					builderHint: {
						propertyHint: 'Give all addresses in one item: each item reads the whole list of users',
					},
					type: 'string',
					default: '',
					placeholder: 'e.g. alice@example.com, bob@example.com',
					description:
						'Return only users with one of these addresses, separated by commas. The API cannot filter, so all users are read.',
				},
				{
					displayName: 'Statuses',
					name: 'statuses',
					type: 'multiOptions',
					options: connectionStatusOptions,
					default: [],
					description:
						'Return only users with one of these statuses. If empty, all. The API cannot filter, so all users are read.',
				},
			],
		},
	],
);

/**
 * The addresses to keep, each by what all its spellings share; none when the filter is not set.
 * @throws UserError that names what is no address: a filter that matches nobody would look like "no such user"
 */
function readAddresses(item: Item): Set<string> {
	const given = item.given('filters.addresses', '');
	const list = readMembers(given);
	const members = list.ok ? list.members : [];
	const domains = members.flatMap((member) => ('domain' in member ? member.domain : []));
	const bad = list.ok ? domains : list.bad;
	if (bad.length > 0 || (list.ok && list.nothing === 'missing')) {
		return unreadable(
			'Addresses',
			bad.length > 0 ? bad.slice(0, 5).join(', ') : given,
			'Use addresses like alice@example.com, with commas between them. Leave it empty for all.',
		);
	}
	return new Set(members.map(memberKey));
}
