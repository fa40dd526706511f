/**
 * n8n's scheduler without durable cursors, which loads the stored state anew for each poll and stores it only with items; and a
 * workflow that is published again while a poll of it runs.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { INodeParameters } from 'n8n-workflow';
import { setTimeout as pause } from 'node:timers/promises';

import { Poller, type Storage } from './poller.cjs';
import { ids } from './triggerWorld.cjs';

const created = { event: 'securityEventCreated', startFrom: 'now' };

let simulator: Simulator;
let time: SkippedTime;

beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 20, seed: 4 });
	time = new SkippedTime();
});
afterEach(async () => await simulator.stop());

/** A published trigger whose n8n has not polled yet. */
function published(parameters: INodeParameters, { storage }: { storage: Storage }): Poller {
	return new Poller(
		() => new FreshPackage(time).node('Trigger/ProofpointTrigger.node'),
		{ output: 'raw', ...parameters },
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ storage, now: () => time.passedMs() },
	);
}

/** A minute later, for the API as well. */
async function minuteLater(): Promise<void> {
	time.skip(60_000);
	await simulator.set({ clockOffsetSeconds: time.aheadMs / 1000 });
}

/** Until a request is under way. Jest ends it where none comes. */
async function reachedPortal(): Promise<void> {
	while ((await simulator.requests()).inFlight === 0) await pause(20);
}

describe('n8n’s scheduler without durable cursors: it stores only what comes with items', () => {
	const filters = { quarantineStatus: ['released'] };

	it('a poll goes on where the last one without items has ended', async () => {
		const trigger = published({ ...created, filters }, { storage: 'scheduled' });
		await trigger.poll();
		await minuteLater();
		await simulator.createEvents({ count: 3, type: 'defender', place: 'quarantined' });
		await minuteLater();
		expect(await trigger.poll()).toEqual([]);
		await simulator.clearRequests();
		await minuteLater();
		expect(await trigger.poll()).toEqual([]);
		const { requests } = await simulator.requests();
		expect(requests.map(({ query }) => Object.keys(query))).toEqual([
			expect.arrayContaining(['after_checkpoint']),
		]);
	});

	it('an event that was let go does not come back when it passes the filter later', async () => {
		const trigger = published({ ...created, filters }, { storage: 'scheduled' });
		await trigger.poll();
		await minuteLater();
		const [event] = await simulator.createEvents({ type: 'defender', place: 'quarantined' });
		await minuteLater();
		expect(await trigger.poll()).toEqual([]);
		await simulator.publish({
			id: event?.id ?? '',
			counts: { user: { quarantined: 0, released: 1 } },
		});
		await minuteLater();
		expect(await trigger.poll()).toEqual([]);
	});
});

describe('published again while a poll runs', () => {
	it.each(['default', 'scheduled', 'durable'] as const)(
		'each event comes once, %s',
		async (storage) => {
			const trigger = published(created, { storage });
			await trigger.poll();
			await trigger.poll();
			await minuteLater();
			const wanted = (await simulator.createEvents({ count: 2 })).map(({ id }) => id);
			await minuteLater();
			await simulator.addFaults({ endpoint: 'events', action: { kind: 'delay', ms: 1_500 } });
			const running = trigger.poll();
			await reachedPortal();
			trigger.republish({ settings: { notes: 'changed' } });
			const came = [...(await trigger.poll()), ...(await running)];
			for (let polls = 0; polls < 3; polls++) {
				await minuteLater();
				came.push(...(await trigger.poll()));
			}
			expect(ids(came).sort()).toEqual(wanted.sort());
		},
	);

	it.each(['default', 'scheduled', 'durable'] as const)(
		'while its first poll runs, “Now” stays what it was, %s',
		async (storage) => {
			const trigger = published(created, { storage });
			await simulator.addFaults({ endpoint: 'events', action: { kind: 'delay', ms: 1_500 } });
			const running = trigger.poll();
			await reachedPortal();
			await minuteLater();
			const wanted = (await simulator.createEvents({ count: 2 })).map(({ id }) => id);
			trigger.republish({ settings: { notes: 'changed' } });
			const came = [...(await trigger.poll()), ...(await running)];
			for (let polls = 0; polls < 3; polls++) {
				await minuteLater();
				came.push(...(await trigger.poll()));
			}
			expect(ids(came).sort()).toEqual(wanted.sort());
		},
	);
});
