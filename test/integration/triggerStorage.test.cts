/**
 * What n8n stores when, with durable cursors: nothing of the activation's own poll when that returned nothing. What
 * comes between publishing and the first scheduled poll must not be lost for that, and nothing old may come back.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { IDataObject, INodeParameters, Logger } from 'n8n-workflow';

import { Poller, type HostOptions } from './poller.cjs';
import { StateStore } from './stateStore.cjs';

const created = { event: 'securityEventCreated', startFrom: 'now' };
/** Another configuration of the same node. */
const audits = { event: 'auditEntryCreated', startFrom: 'now' };

let simulator: Simulator;
let store: StateStore;
let time: SkippedTime;
let lines: string[];

beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 20, audits: 5, seed: 4 });
	store = new StateStore();
	time = new SkippedTime();
	lines = [];
});
afterEach(async () => await simulator.stop());

function logger(): Logger {
	const keep = (message: string) => void lines.push(message);
	return { error: keep, warn: keep, info: keep, debug: () => {} };
}

/** A published trigger whose n8n has not polled yet. */
function published(parameters: INodeParameters = created, options: HostOptions = {}): Poller {
	return new Poller(
		() => new FreshPackage(time).node('Trigger/ProofpointTrigger.node'),
		{ output: 'raw', ...parameters },
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ storage: 'durable', store, logger: logger(), now: () => time.passedMs(), ...options },
	);
}

/** A minute later, for the API as well. */
async function minuteLater(): Promise<void> {
	time.skip(60_000);
	await simulator.set({ clockOffsetSeconds: time.aheadMs / 1000 });
}

/** Something new for both configurations, a minute from what is before and after it. */
async function happen(): Promise<string[]> {
	await minuteLater();
	await simulator.createAudits({ count: 2 });
	const events = await simulator.createEvents({ count: 2 });
	await minuteLater();
	return events.map(({ id }) => id);
}

function ids(items: IDataObject[]): unknown[] {
	return items.map(({ id }) => id);
}

/** The workflow's own configuration again, and another one of it. */
const asEvents = { parameters: { output: 'raw', ...created } };
const asAudits = { parameters: { output: 'raw', ...audits } };

describe('n8n killed between publishing and its first scheduled poll', () => {
	it('loses nothing', async () => {
		const trigger = published();
		await trigger.poll();
		const before = await happen();
		trigger.restart();
		const after = await happen();
		expect(ids(await trigger.poll())).toEqual([...before, ...after]);
		expect(await trigger.poll()).toEqual([]);
	});

	it('loses nothing when it is killed again after polls that failed', async () => {
		const trigger = published();
		await trigger.poll();
		const owed = await happen();
		for (let kills = 0; kills < 3; kills++) {
			await simulator.set({ down: true });
			await expect(trigger.poll()).rejects.toThrow();
			await simulator.set({ down: false });
			trigger.restart();
		}
		expect(ids(await trigger.poll())).toEqual(owed);
	});

	it('loses nothing when the API was down at publishing', async () => {
		await simulator.set({ down: true });
		const trigger = published();
		await trigger.poll();
		await simulator.set({ down: false });
		const owed = await happen();
		trigger.restart();
		expect(ids(await trigger.poll())).toEqual(owed);
	});

	it('loses nothing when the workflow is published again before the first poll', async () => {
		const trigger = published();
		await trigger.poll();
		const owed = await happen();
		trigger.restart();
		trigger.republish(asEvents);
		expect(ids(await trigger.poll())).toEqual(owed);
	});

	it('loses nothing after a change of the configuration', async () => {
		const trigger = published(audits);
		await trigger.poll();
		await happen();
		expect(await trigger.poll()).toHaveLength(2);
		trigger.republish(asEvents);
		await trigger.poll();
		const owed = await happen();
		trigger.restart();
		expect(ids(await trigger.poll())).toEqual(owed);
	});

	it('loses nothing of two triggers in one workflow', async () => {
		const one = published();
		const other = published(created, { settings: { id: 'node-2', name: 'Other' } });
		for (const trigger of [one, other]) await trigger.poll();
		const owed = await happen();
		for (const trigger of [one, other]) {
			trigger.restart();
			expect(ids(await trigger.poll())).toEqual(owed);
		}
	});
});

describe('no old position comes back', () => {
	it('when the configuration is changed and changed back', async () => {
		const trigger = published();
		await trigger.poll();
		await happen();
		trigger.republish(asAudits);
		await trigger.poll();
		await happen();
		await trigger.poll();
		trigger.restart();
		trigger.republish(asEvents);
		expect(await trigger.poll()).toEqual([]);
		const owed = await happen();
		expect(ids(await trigger.poll())).toEqual(owed);
	});

	it('when it is changed and changed back before a scheduled poll', async () => {
		const trigger = published(audits);
		await trigger.poll();
		await trigger.poll();
		trigger.republish(asEvents);
		await trigger.poll();
		trigger.republish(asAudits);
		await trigger.poll();
		await happen();
		trigger.restart();
		trigger.republish(asEvents);
		expect(await trigger.poll()).toEqual([]);
	});

	it('when what was running meanwhile writes the old static data again', async () => {
		const trigger = published();
		await trigger.poll();
		const old = store.global;
		await happen();
		await trigger.poll();
		await happen();
		await trigger.poll();
		store.global = old;
		trigger.restart();
		expect(await trigger.poll()).toEqual([]);
		trigger.republish(asAudits);
		await trigger.poll();
		await trigger.poll();
		store.global = old;
		trigger.restart();
		trigger.republish(asEvents);
		expect(await trigger.poll()).toEqual([]);
	});

	it('when the workflow is imported with its static data under another ID', async () => {
		const trigger = published();
		await trigger.poll();
		await happen();
		const copy = new StateStore();
		copy.global = store.global;
		const imported = published(created, { store: copy, workflowId: 'workflow-2' });
		expect(await imported.poll()).toEqual([]);
		const owed = await happen();
		imported.restart();
		expect(ids(await imported.poll())).toEqual(owed);
	});

	it('when the workflow is restored under its own ID from an export made after its first execution', async () => {
		const trigger = published();
		await trigger.poll();
		await trigger.poll();
		await happen();
		await trigger.poll();
		const restored = new StateStore();
		restored.global = store.global;
		expect(await published(created, { store: restored }).poll()).toEqual([]);
	});

	it('when the static data holds something else in its place', async () => {
		const trigger = published();
		await trigger.poll();
		const [name = ''] = Object.keys(trigger.globalData);
		for (const other of [null, 7, 'text', [], {}, { workflow: 'workflow-1', instead: '' }]) {
			store.global = JSON.stringify({ [name]: other });
			trigger.restart();
			expect(await trigger.poll()).toEqual([]);
		}
	});
});

describe('global static data', () => {
	it('of the user is left alone, and ours is gone with the second execution', async () => {
		store.global = JSON.stringify({ counter: 7 });
		const trigger = published();
		await trigger.poll();
		expect(Object.keys(trigger.globalData)).toEqual(['counter', 'proofpointTrigger:node-1']);
		await happen();
		await trigger.poll();
		await happen();
		await trigger.poll();
		expect(trigger.globalData).toEqual({ counter: 7 });
	});

	it('is not used in default storage', async () => {
		const trigger = published(created, { storage: 'default' });
		await trigger.poll();
		await happen();
		await trigger.poll();
		expect(trigger.globalData).toEqual({});
	});
});

describe('the log says that Durable cursors are off', () => {
	const said = () => lines.filter((line) => line.includes('Durable cursors are off'));

	it.each([
		{ storage: 'default', namesBudget: true, times: 1 },
		{ storage: 'default', namesBudget: false, times: 0 },
		{ storage: 'durable', namesBudget: true, times: 0 },
	] as const)('$storage, an n8n that has them: $namesBudget', async ({ times, ...host }) => {
		const trigger = published(created, host);
		for (let polls = 0; polls < 3; polls++) await trigger.poll();
		trigger.republish(asEvents);
		await trigger.poll();
		expect(said()).toHaveLength(times);
	});
});
