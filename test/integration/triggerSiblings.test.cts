/**
 * Several triggers in one workflow, default storage. Where one is changed and published, n8n renews that one only, and each trigger
 * that emits stores its own copy of all positions. A restart then begins at those: nothing may be lost or come twice.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { INodeParameters, INodeType } from 'n8n-workflow';

import { Poller } from './poller.cjs';
import { StateStore } from './stateStore.cjs';

let simulator: Simulator;
let store: StateStore;
let node: INodeType;
const time = new SkippedTime();

beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 20, audits: 20, seed: 4 });
	store = new StateStore();
	node = freshNode();
});
afterEach(async () => await simulator.stop());

const freshNode = () => new FreshPackage(time).node('Trigger/ProofpointTrigger.node');
const events = { output: 'raw', event: 'securityEventCreated', startFrom: 'now' };
const audits = { output: 'raw', event: 'auditEntryCreated', startFrom: 'now' };

/** A trigger of the workflow, which has begun to listen. */
async function begin(name: string, parameters: INodeParameters): Promise<Poller> {
	const trigger = new Poller(
		() => node,
		parameters,
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ store, settings: { name, id: name }, now: () => time.passedMs() },
	);
	await trigger.poll();
	await later(60);
	return trigger;
}

async function later(seconds: number): Promise<void> {
	time.skip(seconds * 1000);
	await simulator.set({ clockOffsetSeconds: time.aheadMs / 1000 });
}

/** Two new records of each list, a minute from what is before and after them. */
async function happen(): Promise<void> {
	await later(60);
	await simulator.createEvents({ count: 2 });
	await simulator.createAudits({ count: 2 });
	await later(60);
}

/** n8n ends and starts again: what each trigger then gives out first. */
async function afterRestart(triggers: Poller[]): Promise<number[]> {
	node = freshNode();
	const counts: number[] = [];
	for (const trigger of triggers) trigger.restart();
	for (const trigger of triggers) counts.push((await trigger.poll()).length);
	return counts;
}

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
	for (const trigger of [first, second]) {
		trigger.republish({ settings: { notes: 'moved' }, beside: first });
	}
	expect(await first.poll()).toHaveLength(2);
	await second.poll();
	await later(60);
	expect(await second.poll()).toHaveLength(2);
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
