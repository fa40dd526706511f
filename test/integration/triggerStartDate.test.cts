/** The trigger's “Start Date”: understood in every form of a time, or refused by its name. */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { DateTime, Duration } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { Poller } from './poller.cjs';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 5, seed: 5 });
});
afterAll(async () => await simulator.stop());

/** Fetches test events with a “Start Date” that an expression gives. */
async function sample(value: unknown): Promise<IDataObject[]> {
	const variables: IDataObject = {};
	Object.assign(variables, { given: value });
	const trigger = new Poller(
		new ProofpointTrigger(),
		{ startFrom: 'date', startDate: '={{ $vars.given }}' },
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ variables },
	);
	return await trigger.sample();
}

it.each([
	...['never', '', 7, {}, '0000-01-01T00:00:00Z', null, undefined],
	// Mistakes that look like times.
	...[new Date(0), new Date(1_793_000_000), DateTime.fromMillis(1_793_000_000)],
	...[Duration.fromObject({ days: 1 }), Duration.fromMillis(1_793_000_000_000)],
	...['20261101080000', 20_261_101_080_000, '202611010800', '1793000000'],
])('Start Date %p is refused by name', async (value) => {
	await expect(sample(value)).rejects.toThrow('“Start Date”');
});

it('Start Date in the hour that the autumn change repeats means the first of the two', async () => {
	const portal = await startSimulatorHere({ events: 0, seed: 5 });
	try {
		const between = '2025-10-26T01:00:00Z';
		await portal.createEvents({ count: 1, createdAt: between });
		const trigger = new Poller(
			new ProofpointTrigger(),
			{ startFrom: 'date', startDate: '2025-10-26T02:30:00' },
			{ portalUrl: portal.url, apiToken: portal.token, allowCustomHost: true },
		);
		const items = [...(await trigger.poll()), ...(await trigger.poll())];
		expect(items).toHaveLength(1);
	} finally {
		await portal.stop();
	}
});
