import type { Member } from '@nodes/shared/api/contract';
import {
	memberDifference,
	memberKey,
	memberText,
	unionOfMembers,
} from '@nodes/shared/core/memberDifference';
import { fc } from '@test/unit/property.cjs';

/** Members as a person writes them: a leading `@` makes a domain. */
const members = (...texts: string[]): Member[] =>
	texts.map((text) => (text.startsWith('@') ? { domain: text } : { address: text }));

describe('memberDifference', () => {
	it('adds what is missing, removes what is too many, leaves the rest', () => {
		expect(
			memberDifference(
				members('alice@example.com', 'bob@example.com', '@old.example'),
				members('bob@example.com', 'carol@example.com', '@new.example'),
			),
		).toEqual({
			add: members('carol@example.com', '@new.example'),
			remove: members('alice@example.com', '@old.example'),
			unchanged: 1,
		});
	});

	it('compares without regard to case, and sends each in the spelling it was given', () => {
		expect(
			memberDifference(
				members('Alice@Example.com', '@Partner.example', 'GONE@example.com'),
				members('alice@EXAMPLE.com', '@partner.EXAMPLE', 'New@example.com'),
			),
		).toEqual({
			add: members('New@example.com'),
			remove: members('GONE@example.com'),
			unchanged: 2,
		});
	});

	it('an address and a domain are never the same', () => {
		expect(memberDifference(members('x@example.com'), members('@example.com'))).toEqual({
			add: members('@example.com'),
			remove: members('x@example.com'),
			unchanged: 0,
		});
	});

	it('what the list names twice is added once and counts once', () => {
		expect(
			memberDifference(
				members('bob@example.com'),
				members('a@example.com', 'A@example.com', 'bob@example.com', 'BOB@example.com'),
			),
		).toEqual({ add: members('a@example.com'), remove: [], unchanged: 1 });
	});

	it('the spellings of Unicode are no difference', () => {
		expect(
			memberDifference(
				members('JO\u0308RG@mu\u0308nchen.example', '@xn--mnchen-3ya.example', 'ΝΊΚΟΣ@x'),
				members('jörg@XN--MNCHEN-3YA.example', '@MÜNCHEN.example', 'νίκος@x'),
			),
		).toEqual({ add: [], remove: [], unchanged: 3 });
	});

	it('a member that the group holds in two spellings goes in both, or stays in both', () => {
		const present = members('a@x', 'A@x', 'b@x', 'B@x', 'b@x');
		expect(memberDifference(present, members('a@x'))).toEqual({
			add: [],
			remove: members('b@x', 'B@x'),
			unchanged: 1,
		});
	});

	it('junk that the group holds is not the address that it looks like', () => {
		const present = members('a\u200B@x', 'a@x\u200B.example', '<a@x>', 'SMTP:a@x', 'a@x@x');
		const wanted = members('a@x', 'a@x.example');
		expect(memberDifference(present, wanted)).toEqual({
			add: wanted,
			remove: present,
			unchanged: 0,
		});
	});

	it('nothing to nothing, everything from nothing, nothing from everything', () => {
		const some = members('a@example.com', '@b.example');
		expect(memberDifference([], [])).toEqual({ add: [], remove: [], unchanged: 0 });
		expect(memberDifference([], some)).toEqual({ add: some, remove: [], unchanged: 0 });
		expect(memberDifference(some, [])).toEqual({ add: [], remove: some, unchanged: 0 });
	});

	it('carried out, the group is equal to the list, and a second time nothing is left to do', () => {
		const name = fc.constantFrom('a', 'A', 'b', 'c', 'C', 'd');
		const member = fc
			.tuple(name, fc.boolean())
			.map(
				([text, domain]): Member =>
					domain ? { domain: `@${text}.example` } : { address: `${text}@example.com` },
			);
		const keys = (list: Member[]) => new Set(list.map(memberKey));
		fc.assert(
			fc.property(fc.array(member), fc.array(member), (present, wanted) => {
				const { add, remove, unchanged } = memberDifference(present, wanted);
				const removed = keys(remove);
				const kept = present.filter((one) => !removed.has(memberKey(one)));
				const after = [...kept, ...add];
				expect(keys(after)).toEqual(keys(wanted));
				expect(add.length + unchanged).toBe(keys(wanted).size);
				expect(memberDifference(after, wanted)).toEqual({
					add: [],
					remove: [],
					unchanged: keys(wanted).size,
				});
			}),
			{ seed: 5, numRuns: 1000 },
		);
	});
});

describe('unionOfMembers', () => {
	it('takes each member once, in the spelling that comes first', () => {
		expect(
			unionOfMembers([
				members('A@x', '@Partner.example'),
				[],
				members('a@X', 'b@x', '@partner.example', 'A@x'),
			]),
		).toEqual(members('A@x', '@Partner.example', 'b@x'));
		expect(unionOfMembers([])).toEqual([]);
	});

	it('is a list of all members and of nobody else, whatever the order', () => {
		const member = fc.constantFrom(...members('a@x', 'A@x', 'b@x', '@x', '@X', 'é@x', 'e\u0301@x'));
		fc.assert(
			fc.property(fc.array(fc.array(member)), (lists) => {
				const union = unionOfMembers(lists);
				expect(new Set(union.map(memberKey))).toEqual(new Set(lists.flat().map(memberKey)));
				expect(new Set(union.map(memberKey)).size).toBe(union.length);
				for (const one of union) expect(lists.flat().map(memberText)).toContain(memberText(one));
			}),
			{ seed: 3 },
		);
	});
});
