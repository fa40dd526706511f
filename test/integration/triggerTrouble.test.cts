/** The trigger in trouble: the portal is down, limits it, refuses its token, or forgets its checkpoint. */
import type { Simulator } from '@simulator/client.cjs';

import { ids, poller, startTriggerPortal } from './triggerWorld.cjs';

let simulator: Simulator;

beforeEach(async () => {
	simulator = await startTriggerPortal();
});
afterEach(async () => await simulator.stop());

async function failureOf(poll: Promise<unknown>): Promise<{ message: string; failure?: unknown }> {
	try {
		await poll;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		return { message: error.message, ...('failure' in error ? { failure: error.failure } : {}) };
	}
	throw new Error('it did not fail');
}

describe('trouble', () => {
	it('never throws while the workflow is activated, and goes on by itself', async () => {
		await simulator.set({ down: true });
		const trigger = poller({ event: 'securityEventCreated', startFrom: 'beginning' });
		expect(await trigger.poll()).toEqual([]);
		await simulator.set({ down: false });
		expect(await trigger.poll()).toHaveLength(120);
	});

	it('delivers the pages before a failing one and takes the rest with the next poll', async () => {
		const trigger = poller({ event: 'securityEventCreated', startFrom: 'beginning' });
		await simulator.addFaults({
			endpoint: 'events',
			on: 'middle',
			nth: 1,
			times: 1,
			action: { kind: 'status', status: 400 },
		});
		const first = await trigger.poll();
		const rest = await trigger.poll();
		expect(first.length + rest.length).toBe(120);
		expect(new Set([...ids(first), ...ids(rest)]).size).toBe(120);
	});

	it('declares a rate limit to the host, with the time to wait', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		await simulator.addFaults({
			endpoint: 'events',
			times: 0,
			action: { kind: 'status', status: 429, headers: { 'Retry-After': '600' } },
		});
		const limited = await failureOf(trigger.poll());
		expect(limited.failure).toMatchObject({ cause: 'rate-limited' });
	});

	it('declares a refused token', async () => {
		const refused = poller({ event: 'auditEntryCreated' }, simulator.tokens.groupsOnly);
		expect(await refused.poll()).toEqual([]);
		const { message, failure } = await failureOf(refused.poll());
		expect(message).toContain('Audit Trail');
		expect(failure).toEqual({ cause: 'credential-invalid' });
	});

	it('resumes without a replay when the checkpoint has expired', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		await simulator.createEvents({ count: 3 });
		await trigger.poll();
		await simulator.expireCheckpoints();
		const created = await simulator.createEvents({ count: 2 });
		expect(ids(await trigger.poll())).toEqual(created.map(({ id }) => id));
	});

	it('lets a second poll at the same time end without asking', async () => {
		const trigger = poller({ event: 'securityEventCreated', startFrom: 'beginning' });
		const [first, second] = await Promise.all([trigger.poll(), trigger.poll()]);
		expect([first.length, second.length].sort()).toEqual([0, 120]);
	});

	it('starts over, without a replay, when the event is another one', async () => {
		const trigger = poller({ event: 'securityEventCreated' });
		await trigger.poll();
		const other = poller({ event: 'securityEventCreatedOrUpdated' });
		Object.assign(other.staticData, JSON.parse(JSON.stringify(trigger.staticData)));
		expect(await other.poll()).toEqual([]);
	});
});
