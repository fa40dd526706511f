/**
 * n8n stores where a poll ended a moment after it has given out its items, on a busy machine much later. Whatever polls
 * meanwhile is handed an old position, and must not give them out again; nor must a workflow that is published again with it.
 */
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { FreshPackage } from '@test/faults/freshPackage.cjs';
import { SkippedTime } from '@test/faults/skippedTime.cjs';
import type { IDataObject } from 'n8n-workflow';

import { Poller, type Storage } from './poller.cjs';
import { StateStore } from './stateStore.cjs';

let simulator: Simulator;
let store: StateStore;
let time: SkippedTime;
let trigger: Poller;

beforeEach(async () => {
	simulator = await startSimulatorHere({ events: 20, seed: 4 });
	store = new StateStore();
	time = new SkippedTime();
	await begin('durable');
});
afterEach(async () => await simulator.stop());

/** A trigger that has given out two events. */
async function begin(storage: Storage): Promise<void> {
	trigger = new Poller(
		() => new FreshPackage(time).node('Trigger/ProofpointTrigger.node'),
		{ output: 'raw', event: 'securityEventCreated', startFrom: 'now' },
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ storage, store, now: () => time.passedMs() },
	);
	await trigger.poll();
	await happen();
	await trigger.poll();
}

/** Something new, a minute from what is before and after it. */
async function happen(): Promise<string[]> {
	await later(60);
	const events = await simulator.createEvents({ count: 2 });
	await later(60);
	return events.map(({ id }) => id);
}

async function later(seconds: number): Promise<void> {
	time.skip(seconds * 1000);
	await simulator.set({ clockOffsetSeconds: time.aheadMs / 1000 });
}

const ids = (items: IDataObject[]) => items.map(({ id }) => id);
const eventCreated = { output: 'raw', event: 'securityEventCreated' };
const publishedAgain = { settings: { notes: 'changed' } };

it.each([
	['the next poll', () => {}],
	['the poll of a publication', () => trigger.republish(publishedAgain)],
])('%s gives out nothing while it is being stored', async (_name, before) => {
	const found = await happen();
	const unstored = new Map(store.saved);
	expect(ids(await trigger.poll())).toEqual(found);
	const stored = new Map(store.saved);
	restore(unstored);
	before();
	expect(await trigger.poll()).toEqual([]);
	await later(90);
	expect(await trigger.poll()).toEqual([]);
	restore(stored);
	const more = await happen();
	expect(ids(await trigger.poll())).toEqual(more);
});

it('a poll that is handed the position before the last one gives out nothing', async () => {
	await happen();
	const before = new Map(store.saved);
	await trigger.poll();
	const found = await simulator.createEvents({ count: 2 });
	expect(await trigger.poll()).toHaveLength(found.length);
	const stored = new Map(store.saved);
	restore(before);
	expect(await trigger.poll()).toEqual([]);
	restore(stored);
	const more = await happen();
	expect(ids(await trigger.poll())).toEqual(more);
});

it('what n8n has not stored after two minutes is given out again', async () => {
	const found = await happen();
	const unstored = new Map(store.saved);
	await trigger.poll();
	restore(unstored);
	await later(121);
	expect(ids(await trigger.poll())).toEqual(found);
});

describe.each(['default', 'scheduled'] as const)('without durable cursors, %s', (storage) => {
	beforeEach(async () => {
		store.saved.clear();
		await begin(storage);
	});

	it('a workflow that is published again with the state of before a poll gives out nothing twice', async () => {
		const before = new Map(store.saved);
		const found = await happen();
		expect(ids(await trigger.poll())).toEqual(found);
		const other = await simulator.createEvents({ count: 2 });
		expect(await trigger.poll()).toHaveLength(other.length);
		const stored = new Map(store.saved);
		restore(before);
		trigger.republish(publishedAgain);
		restore(stored);
		expect(await trigger.poll()).toEqual([]);
		await later(200);
		expect(await trigger.poll()).toEqual([]);
		const more = await happen();
		expect(ids(await trigger.poll())).toEqual(more);
	});

	it('what n8n threw away is given out again a little later', async () => {
		const found = await happen();
		await trigger.pollInVain();
		trigger.republish(publishedAgain);
		expect(await trigger.poll()).toEqual([]);
		await later(storage === 'default' ? 21 : 121);
		expect(ids(await trigger.poll())).toEqual(found);
	});
});

describe.each(['default', 'scheduled', 'durable'] as const)(
	'set to something else and back, %s',
	(storage) => {
		beforeEach(async () => {
			store.saved.clear();
			await begin(storage);
		});

		it('the start: each time it begins once, whatever was emitted a moment ago', async () => {
			const starts = ['beginning', 'date', 'beginning', 'date', 'beginning'];
			const counts = await countsOf(starts, async (startFrom) => {
				const startDate = startFrom === 'date' ? { startDate: '2020-01-01T00:00:00Z' } : {};
				trigger.republish({ parameters: { ...eventCreated, startFrom, ...startDate } });
			});
			const { events } = await simulator.ledger();
			expect(counts).toEqual(starts.map(() => events.length));
		});

		it('the state of a user that goes to and fro: each change comes, once', async () => {
			trigger.republish({
				parameters: { output: 'raw', event: 'userConnectionChanged', startFrom: 'now' },
			});
			await trigger.poll();
			await trigger.poll();
			const states = [
				'Connection issues',
				'Connected',
				'Connection issues',
				'Connected',
				'Connection issues',
			];
			const counts = await countsOf(states, async (status) => {
				await simulator.setUserStatus({ status, from: 1 });
			});
			expect(counts).toEqual(states.map(() => 1));
		});
	},
);

/** How many items came after each step, over a few polls of the next minute. */
async function countsOf<Step>(
	steps: Step[],
	take: (step: Step) => Promise<void>,
): Promise<number[]> {
	const counts: number[] = [];
	for (const step of steps) {
		await take(step);
		let count = 0;
		for (let polls = 0; polls < 4; polls++) {
			count += (await trigger.poll()).length;
			await later(7);
		}
		counts.push(count);
	}
	return counts;
}

function restore(saved: ReadonlyMap<string, string>): void {
	store.saved.clear();
	for (const [key, state] of saved) store.saved.set(key, state);
}
