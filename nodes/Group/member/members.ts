/** What the operations that change members have in common. */
import type { INodeProperties } from 'n8n-workflow';

import type { Member } from '../../shared/api/contract';
import { readMembers } from '../../shared/core/members';
import type { Item } from '../../shared/n8n/client';
import { badParameter, type Failure } from '../../shared/n8n/outcome';
import { groupMessages } from '../words';

/** Warns that a test run changes something. */
export const realNotice: INodeProperties = {
	displayName: '“Execute step” changes the real group.',
	name: 'realNotice',
	type: 'notice',
	default: '',
};

export const membersField: INodeProperties = {
	displayName: 'Members',
	name: 'members',
	builderHint: {
		propertyHint:
			'A text with commas, or an array from an expression. With Sync it must be the whole list: who is missing is removed.',
	},
	type: 'string',
	required: true,
	typeOptions: { rows: 3 },
	default: '',
	placeholder: 'e.g. alice@example.com, @partner.example',
	description:
		'Addresses like alice@example.com and domains like @example.com, separated by commas, spaces or line breaks, or an array from an expression. More than 100 are sent in several requests.',
};

/** What a model reads of {@link membersField}. */
export const MEMBERS_TEXT =
	'Members: addresses such as alice@example.com and domains such as @example.com, separated by commas';

/** Whether {@link membersField} is a list without entries, or the JSON text of one. A field that was left empty is none. */
export function isEmptyList(item: Item): boolean {
	const list = readMembers(item.parameter('members'));
	return list.ok && list.nothing === 'emptyList';
}

/** Reads {@link membersField}: the members, or the outcome for a list with a bad piece; then nothing is sent. */
export function readMemberList(item: Item): Failure | Member[] {
	const list = readMembers(item.parameter('members'));
	const isBlank =
		list.ok &&
		(list.nothing === 'missing' ||
			// Only a field that was left empty, or a list without entries, can be meant to be empty.
			(list.nothing === 'emptyText' && item.expression('members') !== undefined));
	if (isBlank) {
		return badParameter(groupMessages.membersMissing());
	}
	if (list.ok) return list.members;
	const { bad } = list;
	const shown = `${bad.slice(0, 5).join(', ')}${bad.length > 5 ? ', …' : ''}`;
	return badParameter(
		bad.length === 1 ? groupMessages.badMember(shown) : groupMessages.badMembers(bad.length, shown),
	);
}
