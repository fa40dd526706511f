/** Members of many items in shared requests: whatever the items and the bad members, what is told is what happened. */
import { sendMembers, type Progress } from '@nodes/Group/core/memberRequests';
import type { Member } from '@nodes/shared/api/contract';
import { memberText } from '@nodes/shared/core/memberDifference';
import fc from 'fast-check';

interface Told extends Progress {
	how: 'good' | 'left' | 'refused';
	blamed: string[];
}

const address = (at: number): Member => ({ address: `p${at}@acme.example` });

async function play(lists: number[][], bad: Set<number>, goesOn: boolean) {
	const isBad = (member: Member) => bad.has(Number(/\d+/.exec(memberText(member))?.[0]));
	const requests: Array<{ members: string[]; accepted: boolean }> = [];
	const told = new Map<number, Told>();
	const tell = (item: number, one: Told) => {
		if (told.has(item)) throw new Error(`Item ${item} ended twice`);
		told.set(item, one);
	};
	await sendMembers<string>(
		lists.map((list, index) => ({ index, members: [...new Set(list)].map(address) })),
		{
			goesOn,
			send: async (members) => {
				const accepted = !members.some(isBad);
				requests.push({ members: members.map(memberText), accepted });
				return accepted ? undefined : { why: 'bad', content: true };
			},
			ended: (item, { progress, refused }) =>
				tell(item, {
					...progress,
					how: refused ? 'refused' : 'good',
					blamed: refused?.members.map(memberText) ?? [],
				}),
			leftOver: (item, progress) => tell(item, { ...progress, how: 'left', blamed: [] }),
		},
	);
	return { requests, told };
}

const texts = (list: number[]) => [...new Set(list)].map((at) => memberText(address(at)));

it('every item ends once, as its members did', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.array(fc.nat(400), { maxLength: 130 }), { minLength: 1, maxLength: 60 }),
			fc.array(fc.nat(400), { maxLength: 6 }),
			fc.boolean(),
			async (lists, badOnes, goesOn) => {
				const bad = new Set(badOnes);
				const { requests, told } = await play(lists, bad, goesOn);
				const accepted = requests.filter((one) => one.accepted);
				const sent = accepted.flatMap(({ members }) => members);
				expect(new Set(sent).size).toBe(sent.length);
				expect(told.size).toBe(lists.length);
				for (const { members } of requests) {
					expect(members.length).toBeGreaterThan(0);
					expect(members.length).toBeLessThanOrEqual(100);
				}
				const refused = requests.filter((one) => !one.accepted).length;
				if (!goesOn) expect(refused).toBeLessThanOrEqual(1);
				for (const [item, { how, requested, sent: count, blamed }] of told) {
					const own = texts(lists[item] ?? []);
					expect(requested).toBe(own.length);
					if (how === 'good') {
						expect(count).toBe(requested);
						expect(own.filter((one) => !sent.includes(one))).toEqual([]);
					} else {
						expect(count).toBeLessThan(requested);
						expect(count).toBeLessThanOrEqual(own.filter((one) => sent.includes(one)).length);
					}
					if (how === 'refused') expect(own.some((one) => blamed.includes(one))).toBe(true);
					if (how === 'left') expect(goesOn).toBe(false);
				}
			},
		),
		{ numRuns: 150 },
	);
});

it.each(Array.from({ length: 100 }, (_, at) => [at]))(
	'a bad one at %i of 100 is found with at most 14 requests more',
	async (at) => {
		const lists = Array.from({ length: 100 }, (_, index) => [index]);
		const { requests, told } = await play(lists, new Set([at]), true);
		expect(requests.length).toBeLessThanOrEqual(15);
		const refused = [...told].filter(([, { how }]) => how === 'refused');
		expect(refused).toEqual([[at, expect.objectContaining({ blamed: texts([at]) })]]);
	},
);

it('100,000 items take no longer per item than 1,000', async () => {
	const timeOf = async (count: number) => {
		const lists = Array.from({ length: count }, (_, index) => [index]);
		const startedAt = performance.now();
		await play(lists, new Set([7]), true);
		return performance.now() - startedAt;
	};
	await timeOf(10_000);
	const [small, large] = [await timeOf(10_000), await timeOf(100_000)];
	expect(large / small).toBeLessThan(50);
});
