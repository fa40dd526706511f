import type { Member } from '../shared/api/contract';
import { readMembers } from '../shared/core/members';
import { badParameter, type Failure, type Item } from '../shared/n8n/item';

/** The members that the user gave, or the outcome for a list with a bad piece: then nothing is sent. */
export function readMemberList(item: Item): Failure | Member[] {
	const list = readMembers(item.parameter('members'));
	if (list.ok && list.nothing === 'missing') {
		return badParameter(
			'The parameter “Members” gives nothing for this item',
			'Its expression finds nothing, or only empty entries: the field with the addresses may have another name. Nothing was sent.',
		);
	}
	if (list.ok) return list.members;
	const { bad } = list;
	return badParameter(
		`The parameter “Members” contains ${bad.length === 1 ? 'an entry that is' : `${bad.length} entries that are`} neither an address nor a domain: ${bad.slice(0, 5).join(', ')}${bad.length > 5 ? ', …' : ''}`,
		'An address looks like alice@example.com, a domain like @example.com. Nothing was sent.',
	);
}
