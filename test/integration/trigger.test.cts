/** The trigger on the host's real PollContext, against the simulator's ledger. */
import type { Simulator } from '@simulator/client.cjs';

import { ids, poller, startTriggerPortal } from './triggerWorld.cjs';

let simulator: Simulator;

beforeEach(async () => {
	simulator = await startTriggerPortal();
});
afterEach(async () => await simulator.stop());

describe('Security Event Created, from now', () => {
	it('emits nothing that was there, then each new event once, updates not', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		expect(await trigger.poll()).toEqual([]);
		const created = await simulator.createEvents({ count: 3 });
		expect(ids(await trigger.poll())).toEqual(created.map(({ id }) => id));
		await simulator.updateEvents({ ids: created.map(({ id }) => id) });
		await simulator.updateEvents({ count: 10 });
		expect(await trigger.poll()).toEqual([]);
	});

	it('delivers in its newest version what was updated before it was first seen', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		const created = await simulator.createEvents({ count: 2 });
		const [updated] = await simulator.updateEvents({ ids: [created[0]?.id ?? ''] });
		const emitted = await trigger.poll();
		expect(ids(emitted).sort()).toEqual(created.map(({ id }) => id).sort());
		expect(emitted.find(({ id }) => id === updated?.id)?.updated_at).toBe(updated?.updated_at);
	});

	it('goes on where it stopped after a restart, with nothing twice and nothing missing', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		await simulator.createEvents({ count: 2 });
		await trigger.poll();
		const meanwhile = await simulator.createEvents({ count: 4 });
		trigger.restart();
		expect(ids(await trigger.poll())).toEqual(meanwhile.map(({ id }) => id));
		expect(await trigger.poll()).toEqual([]);
	});

	it('never uses the checkpoint of an empty answer, on a quiet portal', async () => {
		await simulator.reset({ events: 0 });
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		await trigger.poll();
		const { requests } = await simulator.requests();
		expect(requests.every(({ query }) => query.after_checkpoint === undefined)).toBe(true);
		const created = await simulator.createEvents({ count: 1 });
		expect(ids(await trigger.poll())).toEqual(created.map(({ id }) => id));
	});
});

describe('Security Event Created or Updated, from now', () => {
	it('emits new events and every later version, also of events from before', async () => {
		const trigger = poller({ event: 'securityEventCreatedOrUpdated' });
		expect(await trigger.poll()).toEqual([]);
		const updated = await simulator.updateEvents({ count: 5 });
		const emitted = await trigger.poll();
		expect(emitted.map(({ id, updated_at }) => [id, updated_at]).sort()).toEqual(
			updated.map(({ id, updated_at }) => [id, updated_at]).sort(),
		);
		const [created] = await simulator.createEvents({ count: 1 });
		expect(ids(await trigger.poll())).toEqual([created?.id]);
		expect(await trigger.poll()).toEqual([]);
	});
});

describe('a start in the past', () => {
	it('works off the whole history in parts and then goes on', async () => {
		const trigger = poller({
			event: 'securityEventCreated',
			startFrom: 'beginning',
			options: { maxItemsPerPoll: 50 },
		});
		const all: unknown[] = [];
		for (let round = 0; round < 5; round++) all.push(...ids(await trigger.poll()));
		const { events } = await simulator.ledger();
		expect(all.sort()).toEqual(events.map(({ id }) => id).sort());
	});

	it('from a date, compared to the microsecond', async () => {
		await simulator.createEvents({ count: 1, createdAt: '2027-01-01T00:00:00.000001Z' });
		const [later] = await simulator.createEvents({
			count: 1,
			createdAt: '2027-01-01T00:00:00.000002Z',
		});
		const trigger = poller({
			event: 'securityEventCreated',
			startFrom: 'date',
			startDate: '2027-01-01T00:00:00.000001Z',
		});
		expect(ids(await trigger.poll())).toEqual([later?.id]);
	});
});

describe('audit entries and anomalies', () => {
	it('follows the audit trail; equal entries are two', async () => {
		const trigger = poller({ event: 'auditEntryCreated' });
		expect(await trigger.poll()).toEqual([]);
		await simulator.createAudits({
			count: 2,
			fields: { details: 'the same', user: null, ip: null },
		});
		expect(await trigger.poll()).toHaveLength(2);
		expect(await trigger.poll()).toEqual([]);
	});

	it('emits each anomaly once, over all pages of the day', async () => {
		const trigger = poller({ event: 'anomalyDetected' });
		expect(await trigger.poll()).toEqual([]);
		const created = await simulator.createAnomalies({ count: 3 });
		expect(ids(await trigger.poll()).sort()).toEqual(created.map(({ id }) => id).sort());
		expect(await trigger.poll()).toEqual([]);
	});
});

describe('user connection changed', () => {
	it('emits each user whose status changed, with the old and the new one, over a restart too', async () => {
		const trigger = poller({ event: 'userConnectionChanged' });
		expect(await trigger.poll()).toEqual([]);
		await simulator.setUserStatus({ status: 'Not connected for over 1 month', count: 3 });
		const changed = await trigger.poll();
		const listed = changed.map(({ status, previous_status }) => [status, previous_status]);
		for (const [status, previous] of listed) {
			expect(status).toBe('Not connected for over 1 month');
			expect(previous).not.toBe(status);
		}
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.length).toBeLessThanOrEqual(3);
		expect(await trigger.poll()).toEqual([]);
		trigger.restart();
		await simulator.setUserStatus({ status: 'Good connection', count: 3 });
		expect(await trigger.poll()).toHaveLength(3);
	});

	it('shows only the statuses that the filter names, and keeps what it read when a page fails', async () => {
		await simulator.reset({ users: 4100 });
		const trigger = poller({
			event: 'userConnectionChanged',
			filters: { statuses: ['Connection issues'] },
		});
		expect(await trigger.poll()).toEqual([]);
		await simulator.setUserStatus({ status: 'A new status', count: 1 });
		await simulator.setUserStatus({ status: 'Connection issues', count: 1, from: 1 });
		await simulator.setUserStatus({ status: 'A new status', count: 1, from: 4050 });
		await simulator.setUserStatus({ status: 'Good connection', count: 1, from: 1 });
		await simulator.setUserStatus({ status: 'Connection issues', count: 1, from: 1 });
		await simulator.addFaults({
			endpoint: 'monitoredUsers',
			on: 'last',
			action: { kind: 'status', status: 400 },
		});
		const first = await trigger.poll();
		await simulator.setUserStatus({ status: 'Connection issues', count: 1, from: 4050 });
		const second = await trigger.poll();
		expect(second.map(({ id }) => id)).toEqual([1000 + 4050]);
		expect(first.length).toBeLessThanOrEqual(1);
	});
});

describe('filters', () => {
	it('are applied to the version that is delivered', async () => {
		const trigger = poller({
			event: 'securityEventCreatedOrUpdated',
			filters: { types: ['defender'], defenderConfidence: ['LOW'] },
		});
		await trigger.poll();
		await simulator.createEvents({ count: 1, type: 'guardian' });
		await simulator.createEvents({
			count: 1,
			type: 'defender',
			fields: { defender_details: { confidence: 'HIGH' } },
		});
		const [low] = await simulator.createEvents({
			count: 1,
			type: 'defender',
			fields: { defender_details: { confidence: 'LOW' } },
		});
		expect(ids(await trigger.poll())).toEqual([low?.id]);
	});
});

it('a manual test run shows recent records and stores nothing', async () => {
	const trigger = poller({ event: 'securityEventCreated' });
	await trigger.poll();
	const before = JSON.stringify(trigger.staticData);
	expect((await trigger.sample()).length).toBeGreaterThan(0);
	expect(JSON.stringify(trigger.staticData)).toBe(before);
});

it('a simple event has the same ten keys for every type', async () => {
	const trigger = poller({
		event: 'securityEventCreated',
		startFrom: 'beginning',
		output: 'simple',
	});
	const keys = new Set((await trigger.poll()).map((item) => Object.keys(item).join()));
	expect([...keys].map((names) => names.split(',').length)).toEqual([10]);
});
