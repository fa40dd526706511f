/**
 * n8n throws away what a poll returns where the trigger was deactivated, deleted, or renewed meanwhile, and another trigger of the workflow
 * may store the position all the same. What was thrown away comes when the trigger is back.
 */
import { afterRestart, audits, begin, events, happen, later, simulator } from './siblingsWorld.cjs';

it.each([
	['at once', 0],
	['an hour later', 3600],
])(
	'n8n has thrown away what a trigger found, because it was deactivated; it is back %s',
	async (_, seconds) => {
		const first = await begin('Events', events);
		const second = await begin('Audits', audits);
		await happen();
		expect(await second.poll()).toHaveLength(2);
		await first.pollInVain();
		await simulator.createAudits({ count: 2 });
		await later(60);
		// It stores the position of the other one with its own.
		expect(await second.poll()).toHaveLength(2);
		for (let passed = 0; passed < seconds; passed += 600) {
			await later(600);
			expect(await second.poll()).toEqual([]);
		}
		first.republish({ settings: { notes: 'back' } });
		expect(await first.poll()).toHaveLength(2);
		await happen();
		expect(await first.poll()).toHaveLength(2);
		expect(await second.poll()).toHaveLength(2);
		await happen();
		expect(await afterRestart([first, second])).toEqual([2, 2]);
	},
);

it.each([60, 3600])(
	'it is stored by another trigger in the same moment, and is back %i s later',
	async (seconds) => {
		const first = await begin('Events', events);
		const second = await begin('Audits', audits);
		await happen();
		for (const trigger of [first, second]) expect(await trigger.poll()).toHaveLength(2);
		await happen();
		await first.pollInVain();
		expect(await second.poll()).toHaveLength(2);
		for (let passed = 0; passed < seconds; passed += 60) {
			await later(60);
			expect(await second.poll()).toEqual([]);
		}
		first.republish({ settings: { notes: 'back' } });
		expect(await first.poll()).toHaveLength(2);
	},
);

it('it is stored by another trigger while the first one is published again', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	second.republish({ settings: { notes: 'moved' }, beside: first });
	await second.poll();
	await happen();
	for (const trigger of [first, second]) expect(await trigger.poll()).toHaveLength(2);
	await happen();
	await first.pollInVain();
	first.republish({ settings: { notes: 'moved' } });
	expect(await second.poll()).toHaveLength(2);
	await later(60);
	expect(await first.poll()).toHaveLength(2);
});

it('a host that takes items in a way of its own has thrown away none', async () => {
	const first = await begin('Events', events, { takes: false });
	for (let round = 0; round < 2; round++) {
		await happen();
		expect(await first.poll()).toHaveLength(2);
		await later(60);
		expect(await first.poll()).toEqual([]);
		first.republish({ settings: { notes: String(round) } });
		expect(await first.poll()).toEqual([]);
	}
	await happen();
	expect(await afterRestart([first])).toEqual([2]);
});

it('the position of a trigger that n8n has thrown away is stored as it was before', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	await happen();
	expect(await second.poll()).toHaveLength(2);
	expect(await first.poll()).toHaveLength(2);
	await happen();
	await first.pollInVain();
	await later(60);
	expect(await second.poll()).toHaveLength(2);
	expect(await afterRestart([first, second])).toEqual([2, 0]);
});
