/** The tests of `askIfDisputed` of the playbook for mail that users call malicious, and of the question that nobody answers. */
import { failed, nextPoll, reached } from './playbookWorld.cjs';
import {
	create,
	deletions,
	disputed,
	eventOf,
	links,
	nobodyAnswers,
	type SaidWorld,
} from './saidWorld.cjs';

const answers = {
	users_responded: { malicious: 2, safe: 1, unsure: 0, deleted: 0 },
	number_protected_users: 3,
};
let world: SaidWorld;

/** Adds the tests to those of a file that makes the world. */
export function disputedTests(given: () => SaidWorld): void {
	beforeAll(async () => {
		world = given();
		await world.n8n.publish(disputed.id);
	}, 120_000);

	test('users disagree: with askIfDisputed off nobody is asked; on, the question says so, and only what was shown is deleted', async () => {
		const before = await deletions(world.simulator);
		const [same, more] = [
			await create(world.simulator, answers),
			await create(world.simulator, answers),
		];
		expect(await reached(() => isAsked(same) && isAsked(more))).toBe(true);
		const { text } = world.question(disputed, same);
		expect(text).toContain(':warning:');
		expect(text).toContain('*They disagree:* 1 said that it is safe\n');
		expect(text).toContain(
			'*Users said:* malicious 2, safe 1, unsure 0, deleted 0, of 3 protected users\n',
		);
		// Whoever approves has read of one who said safe; now they are two.
		await world.simulator.updateEvents({
			ids: [more],
			fields: { defender_details: { users_responded: { safe: 2 } } },
		});
		// n8n has seen the change: at the very moment of an approval it would tell of it twice.
		await nextPoll(world);
		for (const id of [same, more]) await world.press(id, 'Delete it', disputed);
		expect(
			await reached(() => [same, more].every((id) => world.told(disputed, id).length > 0)),
		).toBe(true);
		await nextPoll(world);
		expect(world.told(disputed, same)).toEqual([
			expect.stringContaining('*Deleted from inboxes*\n'),
		]);
		expect(world.told(disputed, more)).toEqual([
			expect.stringContaining('*Answer:* approved, but the event changed\n'),
		]);
		expect(await deletions(world.simulator)).toEqual([...before, same]);
		expect(world.rowsOf(same)).toEqual([
			expect.objectContaining({ portal: disputed.id, confirmation: 'confirmed' }),
		]);
		expect(world.rowsOf(more)).toEqual([
			expect.objectContaining({ outcome: 'not done: approved, but the event changed' }),
		]);
		expect(world.asked(links).map(eventOf)).not.toEqual(
			expect.arrayContaining([expect.stringMatching(`^(?:${same}|${more})$`)]),
		);
	}, 240_000);

	test('nobody answers in time: nothing is deleted, the channel and the trace say so, and nobody is asked again', async () => {
		const before = await deletions(world.simulator);
		const id = await create(world.simulator, answers, {}, { subject: nobodyAnswers });
		expect(await reached(() => isAsked(id))).toBe(true);
		// n8n looks once a minute for questions whose time is over.
		expect(await reached(() => world.told(disputed, id).length > 0)).toBe(true);
		await world.press(id, 'Delete it', disputed);
		await world.simulator.updateEvents({ ids: [id] });
		await nextPoll(world);
		expect(world.told(disputed, id)).toEqual([
			expect.stringMatching(
				/\*Nothing was deleted\*\n(?:.*\n)*\*Answer:\* nobody answered in time\n/,
			),
		]);
		expect(world.told(disputed, id)[0]).toContain('Nobody is asked about this event again.');
		expect(world.rowsOf(id)).toEqual([
			expect.objectContaining({
				portal: disputed.id,
				what: 'delete from inboxes',
				approved_by: '',
				outcome: 'not done: nobody answered in time',
			}),
		]);
		expect(world.asked(disputed).filter((one) => eventOf(one) === id)).toHaveLength(1);
		expect(await deletions(world.simulator)).toEqual(before);
		expect(await failed(world, disputed.id)).toEqual([]);
		await world.n8n.client.deactivate(disputed.id);
	}, 360_000);
}

function isAsked(id: string): boolean {
	return world.asked(disputed).some((one) => eventOf(one) === id);
}
