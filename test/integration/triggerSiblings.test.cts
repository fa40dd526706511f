/**
 * Several triggers in one workflow, default storage. Where one is changed and published, n8n renews that one only, and each trigger
 * that emits stores its own copy of all positions. A restart then begins at those: nothing may be lost or come twice.
 */
import { afterRestart, audits, begin, events, happen, later, simulator } from './siblingsWorld.cjs';

it.each([
	['changed', true],
	['added', false],
])('a trigger that is %s: after a restart each one goes on where it was', async (_, isThere) => {
	const first = isThere ? undefined : await begin('Events', events);
	const second = await begin('Audits', isThere ? { ...audits, startFrom: 'beginning' } : audits);
	const other = first ?? (await begin('Events', events));
	await happen();
	expect(await other.poll()).toHaveLength(2);
	if (isThere) {
		second.republish({ parameters: { ...audits, output: 'simple' } });
		await second.poll();
	}
	await happen();
	for (const trigger of [second, other, second]) await trigger.poll();
	await happen();
	for (const trigger of [other, second, other]) await trigger.poll();
	await happen();
	expect(await afterRestart([other, second])).toEqual([2, 2]);
});

it.each([
	['that keeps a position of its own, such as RSS', true],
	['that keeps none, such as Schedule', false],
])('a trigger of another package %s delivers with an old copy', async (_, changes) => {
	const first = await begin('Events', events);
	const old = first.copy;
	await happen();
	expect(await first.poll()).toHaveLength(2);
	for (const output of ['simple', 'raw']) {
		first.republish({ parameters: { ...events, output } });
		expect(await first.poll()).toEqual([]);
		await happen();
		expect(await first.poll()).toHaveLength(2);
		// What n8n has stored was not made something to be stored again: the others' positions in it are old.
		if (!changes) expect(old.staticData.__dataChanged).toBe(false);
		first.deliverBeside(old, changes);
	}
	await happen();
	expect(await afterRestart([first])).toEqual([2]);
});

it('a trigger that delivers nothing, and a Schedule Trigger beside it that stores its copy', async () => {
	const first = await begin('Events', events);
	const silent = await begin('Silent', { ...events, filters: { sender: 'nobody-at-all' } });
	await happen();
	await first.poll();
	first.republish({ parameters: { ...events, output: 'simple' } });
	await first.poll();
	await happen();
	expect(await silent.poll()).toEqual([]);
	expect(await first.poll()).toHaveLength(2);
	first.deliverBeside(silent.copy, false);
	await happen();
	expect(await silent.poll()).toEqual([]);
	first.deliverBeside(silent.copy, false);
	await happen();
	expect(await afterRestart([first, silent])).toEqual([4, 0]);
});

it('a trigger that delivers when it is published: an old copy knows that, too', async () => {
	const first = await begin('Events', events);
	const old = first.copy;
	await happen();
	first.republish({ parameters: { ...events, output: 'simple' } });
	expect(await first.poll()).toHaveLength(2);
	first.deliverBeside(old, true);
	await happen();
	expect(await afterRestart([first])).toEqual([2]);
});

it.each([
	['first', true],
	['last', false],
])('a trigger that takes the name of the one that began %s has its place', async (_, isFirst) => {
	const before = isFirst ? await begin('Events', events) : undefined;
	const second = await begin('Audits', audits);
	const first = before ?? (await begin('Events', events));
	await happen();
	for (const trigger of [first, second]) expect(await trigger.poll()).toHaveLength(2);
	second.republish({
		settings: { name: 'Events' },
		parameters: { ...events, startFrom: 'beginning' },
	});
	await second.poll();
	await happen();
	expect(await second.poll()).toHaveLength(2);
	await happen();
	expect(await afterRestart([second])).toEqual([2]);
});

it('a trigger that emits between the publication of another one and its first poll', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	await happen();
	for (const trigger of [first, second]) await trigger.poll();
	await happen();
	second.republish({ parameters: { ...audits, output: 'simple' } });
	expect(await first.poll()).toHaveLength(2);
	expect(await second.poll()).toHaveLength(2);
	await later(60);
	// It delivers nothing, and tells its copy where the first one is.
	expect(await second.poll()).toEqual([]);
	first.deliverBeside(second.copy, true);
	expect(await afterRestart([first, second])).toEqual([0, 0]);
});

it('two that are published together: what n8n has thrown away of one is not passed over', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	await happen();
	await second.pollInVain();
	await simulator.createAudits({ count: 2 });
	for (const trigger of [first, second]) {
		trigger.republish({ settings: { notes: 'moved' }, beside: first });
	}
	expect(await first.poll()).toHaveLength(2);
	expect(await second.poll()).toEqual([]);
	await later(60);
	expect(await second.poll()).toHaveLength(4);
	await happen();
	expect(await afterRestart([first, second])).toEqual([2, 2]);
});

it('two that are published together: n8n sees what the second one reaches', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	const third = await begin('Other events', events);
	await happen();
	for (const trigger of [first, second]) {
		trigger.republish({ settings: { notes: 'moved' }, beside: first });
	}
	expect(await first.poll()).toHaveLength(2);
	// n8n has not come to the second one yet when the others poll.
	for (const trigger of [third, first]) await trigger.poll();
	expect(await second.poll()).toHaveLength(2);
	await happen();
	expect(await second.poll()).toHaveLength(2);
	await happen();
	expect(await afterRestart([first, second, third])).toEqual([4, 2, 4]);
});

it('a node that takes the name of a renamed trigger keeps what n8n has for it', async () => {
	const first = await begin('Events', events);
	const second = await begin('Audits', audits);
	await happen();
	for (const trigger of [first, second]) expect(await trigger.poll()).toHaveLength(2);
	first.republish({ settings: { name: 'Renamed' } });
	await first.poll();
	const feed = { lastItemDate: '2026-11-30' };
	Object.assign(second.copy.staticData, { 'node:Events': { ...feed } });
	await happen();
	for (const trigger of [first, second]) expect(await trigger.poll()).toHaveLength(2);
	expect(second.copy.staticData['node:Events']).toEqual(feed);
});

it('a trigger that begins anew does so, though another one emits meanwhile', async () => {
	const other = await begin('Events', events);
	const second = await begin('Audits', audits);
	await happen();
	await second.poll();
	await other.poll();
	second.republish({ parameters: { ...audits, startFrom: 'beginning' } });
	await happen();
	expect(await other.poll()).toHaveLength(2);
	const { audits: all } = await simulator.ledger();
	expect(await second.poll()).toHaveLength(all.length);
});
