/**
 * Several triggers in one workflow, default storage. Where one is changed and published, n8n renews that one only, and each trigger
 * that emits stores its own copy of all positions. A restart then begins at those: nothing may be lost or come twice.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { INodeType } from 'n8n-workflow';

import { Poller, StateStore } from './poller.cjs';

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
async function begin(name: string, parameters: typeof events): Promise<Poller> {
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
