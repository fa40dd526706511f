/** When two members are the same, and what has to change so that a group holds exactly the members of a list. */
import type { Member } from '../api/contract';
import { canonicalDomain } from './memberDomain';

export interface MemberDifference {
	add: Member[];
	remove: Member[];
	/** How many members of the list the group has already. */
	unchanged: number;
}

/**
 * Compares the members of a group with a list, each by its {@link memberKey}. What stays keeps the spelling that the
 * group has; what goes, goes in every spelling that the group has.
 */
export function memberDifference(present: Member[], wanted: Member[]): MemberDifference {
	const have = new Set(present.map(memberKey));
	const want = new Map(byKey(wanted));
	const add = [...want].filter(([key]) => !have.has(key)).map(([, member]) => member);
	// A group that holds two spellings of a member loses both; a record that is listed twice is removed once.
	const remove = new Map(
		present
			.filter((member) => !want.has(memberKey(member)))
			.map((member) => [memberText(member), member]),
	);
	return { add, remove: [...remove.values()], unchanged: want.size - add.length };
}

/** The members of several lists, each once, in the spelling that comes first. */
export function unionOfMembers(lists: Member[][]): Member[] {
	return [...byKey(lists.flat()).values()];
}

/** How many members a list has: one in several spellings, or listed several times, is one. */
export function countMembers(members: Member[]): number {
	return new Set(members.map(memberKey)).size;
}

/** The address or `@domain` of a member, as a person writes it. */
export function memberText(member: Member): string {
	return 'address' in member ? member.address : member.domain;
}

/**
 * What all spellings of one member have in common, and no two members. Upper and lower case are the same: domains have
 * none, and every mail system in use treats local parts alike. So are the two ways of Unicode to write an
 * accented letter, and the two of a domain in another script (`münchen.example`, `xn--mnchen-3ya.example`). It works
 * for whatever a group holds, also for what this package would not take for an address.
 */
export function memberKey(member: Member): string {
	const text = memberText(member);
	const at = text.lastIndexOf('@');
	const domain = at < 0 ? undefined : canonicalDomain(text.slice(at + 1));
	return domain === undefined ? folded(text) : `${folded(text.slice(0, at))}@${domain}`;
}

function byKey(members: Member[]): Map<string, Member> {
	const found = new Map<string, Member>();
	for (const member of members) {
		const key = memberKey(member);
		if (!found.has(key)) found.set(key, member);
	}
	return found;
}

/** A text without regard to case, in no language: each letter by itself (Unicode's "simple case folding"). */
function folded(text: string): string {
	if (/^[!-~]*$/.test(text)) return text.toLowerCase();
	return Array.from(text.normalize('NFD'), foldedLetter).join('').normalize('NFC');
}

function foldedLetter(letter: string): string {
	// The dotless ı of Turkish is no i; elsewhere its upper case would make it one.
	if (letter === '\u0131') return letter;
	// By way of the upper case, because two lower-case letters may share one: σ and ς.
	const upper = letter.toUpperCase();
	return (Array.from(upper).length === 1 ? upper : letter).toLowerCase();
}
