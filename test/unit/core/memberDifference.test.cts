import type { Member } from '@nodes/shared/api/contract';
import { memberDifference, memberText } from '@nodes/shared/core/memberDifference';
import fc from 'fast-check';

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
		).toEqual({ add: members('A@example.com'), remove: [], unchanged: 1 });
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
		const keys = (list: Member[]) => new Set(list.map((one) => memberText(one).toLowerCase()));
		fc.assert(
			fc.property(fc.array(member), fc.array(member), (present, wanted) => {
				const { add, remove, unchanged } = memberDifference(present, wanted);
				const removed = keys(remove);
				const kept = present.filter((one) => !removed.has(memberText(one).toLowerCase()));
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
