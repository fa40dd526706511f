/** What has to change so that a group holds exactly the members of a list. */
import type { Member } from '../api/contract';

export interface MemberDifference {
	add: Member[];
	remove: Member[];
	unchanged: number;
}

/**
 * Compares the members of a group with a list. Addresses and domains are compared without regard to
 * upper and lower case: domains have none, and every mail system in use treats local parts alike. What stays keeps the
 * spelling that the group has.
 */
export function memberDifference(present: Member[], wanted: Member[]): MemberDifference {
	const have = new Map(present.map((member) => [keyOf(member), member]));
	const want = new Map(wanted.map((member) => [keyOf(member), member]));
	const add = [...want].filter(([key]) => !have.has(key)).map(([, member]) => member);
	const remove = [...have].filter(([key]) => !want.has(key)).map(([, member]) => member);
	return { add, remove, unchanged: want.size - add.length };
}

/** The address or `@domain` of a member, as a person writes it. */
export function memberText(member: Member): string {
	return 'address' in member ? member.address : member.domain;
}

function keyOf(member: Member): string {
	return memberText(member).toLowerCase();
}
