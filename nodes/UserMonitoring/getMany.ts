import type { INodeProperties } from 'n8n-workflow';

import { knownConnectionStatuses } from '../shared/api/contract';
import { memberKey } from '../shared/core/memberDifference';
import { readMembers } from '../shared/core/members';
import { connectionStatusOptions, getManyOptions, limitFields } from '../shared/n8n/fields';
import type { Item } from '../shared/n8n/item';
import { getMany } from '../shared/n8n/lists';
import { unreadable } from '../shared/n8n/parameters';
import type { Work } from '../shared/n8n/run';

const show = { operation: ['getAll'] };

/**
 * "Get Many": the monitored users. The API cannot filter, so "Addresses" and "Statuses" drop users after every page,
 * before they count towards the limit.
 */
const list = getMany('monitoredUsers', {
	prepare(item) {
		const addresses = readAddresses(item);
		const statuses = new Set(readStatuses(item).map((status) => status.toLowerCase()));
		if (addresses.size === 0 && statuses.size === 0) return {};
		return {
			keep: ({ address, status }) =>
				(addresses.size === 0 || addresses.has(memberKey({ address: String(address).trim() }))) &&
				(statuses.size === 0 || statuses.has(String(status).trim().toLowerCase())),
		};
	},
});

/** {@link list}, with a hint where a status is likely mistyped. */
export const getManyUsers: Work = async (item) => {
	const outcome = await list(item);
	if (outcome.ok && outcome.records.length === 0) {
		const wanted = readStatuses(item);
		item.hintAtUnknownValues([{ label: 'Statuses', wanted, known: knownConnectionStatuses }]);
	}
	return outcome;
};

function readStatuses(item: Item): string[] {
	return item.list('filters.statuses', 'Statuses');
}

export const getManyFields: INodeProperties[] = [
	...limitFields(show),
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		displayOptions: { show },
		default: {},
		options: [
			{
				displayName: 'Addresses',
				name: 'addresses',
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
					'Return only users who are connected like this; if empty, all. The API cannot filter, so all users are read.',
			},
		],
	},
	getManyOptions(show),
];

/**
 * The addresses to keep, each by what all its spellings share; none when the filter is not set.
 * @throws UserError that names what is no address: a filter that matches nobody would look like "no such user"
 */
function readAddresses(item: Item): Set<string> {
	const given = item.parameter('filters.addresses');
	// It is not set, which is an empty list, or its expression gives nothing, which the list refuses.
	if (given === undefined) return new Set(item.list('filters.addresses', 'Addresses'));
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
