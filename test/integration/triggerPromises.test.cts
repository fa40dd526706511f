/** What the trigger promises beside "each once": events that wait, lists that come round, and how late it is. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { Poller } from './poller.cjs';

let simulator: Simulator;
const notices: string[] = [];
/** Each trigger is another one to the process. */
let made = 0;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 0, seed: 3, remediationDelay: 0 });
});
beforeEach(async () => {
	await simulator.reset({ events: 0 });
	notices.length = 0;
});
afterAll(async () => await simulator.stop());

function poller(parameters: INodeParameters): Poller {
	const credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	return new Poller(new ProofpointTrigger(), parameters, credential, {
		settings: { id: `trigger-${made++}` },
		logger: { ...silent, warn: (text) => notices.push(text) },
	});
}

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const ids = (items: IDataObject[]) => items.map(({ id }) => id);
const unknownOutcome = {
	type: 'guardian',
	count: 1,
	fields: {
		guardian_details: { type: 'MISDIRECTED_EMAIL', final_outcome: null },
		outbound_email_details: { subject: 'Offer', final_outcome: null },
	},
} as const;
const withOutcome = (outcome: string) => ({
	guardian_details: { type: 'MISDIRECTED_EMAIL', final_outcome: outcome },
});

describe('Security Event Created with a filter on what is not known yet', () => {
	const parameters = {
		event: 'securityEventCreated',
		filters: { finalOutcomes: ['NOT_SENT'] },
	};

	it.each([
		['a value that passes', 'NOT_SENT', 1],
		['another value', 'SENT_WITH_CHANGES', 0],
	])('waits, and comes once or never: %s', async (_name, outcome, times) => {
		const trigger = poller(parameters);
		await trigger.poll();
		const [event] = await simulator.createEvents(unknownOutcome);
		const id = event?.id ?? '';
		expect(await trigger.poll()).toEqual([]);
		await simulator.updateEvents({ ids: [id], fields: { portal_link: null } });
		expect(await trigger.poll()).toEqual([]);
		await simulator.updateEvents({ ids: [id], fields: withOutcome(outcome) });
		expect(ids(await trigger.poll())).toEqual(times === 1 ? [id] : []);
		// Once, and what was let go stays away.
		await simulator.updateEvents({ ids: [id], fields: withOutcome('NOT_SENT') });
		expect(await trigger.poll()).toEqual([]);
	});

	it('does not wait where a known value fails', async () => {
		const trigger = poller(parameters);
		await trigger.poll();
		const [event] = await simulator.createEvents({
			type: 'guardian',
			count: 1,
			fields: withOutcome('SENT_WITH_CHANGES'),
		});
		expect(await trigger.poll()).toEqual([]);
		await simulator.updateEvents({ ids: [event?.id ?? ''], fields: withOutcome('NOT_SENT') });
		expect(await trigger.poll()).toEqual([]);
	});

	it('the manual test leaves out what passes only since an update', async () => {
		const quarantined = {
			quarantined: 0,
			released: 1,
			not_quarantined: 0,
			deleted: 0,
			pending_release: 0,
		};
		const [event] = await simulator.createEvents({ type: 'defender', count: 1 });
		await simulator.updateEvents({
			ids: [event?.id ?? ''],
			fields: {
				defender_details: {
					quarantine_status_count: { admin_quarantine_status_count: quarantined },
				},
			},
		});
		const released = { filters: { quarantineStatus: ['released'] } };
		const created = poller({ event: 'securityEventCreated', ...released });
		await expect(created.sample()).rejects.toThrow(
			/known to have passed the filters when they were new/,
		);
		const updated = poller({ event: 'securityEventCreatedOrUpdated', ...released });
		expect(ids(await updated.sample())).toEqual([event?.id]);
	});
});

describe('lists that are listed anew', () => {
	it('500 anomalies with Max Items 1: one request, and all of the page come', async () => {
		const trigger = poller({ event: 'anomalyDetected', options: { maxItemsPerPoll: 1 } });
		await trigger.poll();
		await simulator.createAnomalies({ count: 500 });
		const before = (await simulator.requests()).requests.length;
		const came = ids(await trigger.poll());
		expect(new Set(came).size).toBe(500);
		expect(await trigger.poll()).toEqual([]);
		const { requests } = await simulator.requests();
		expect(requests.length - before).toBe(2);
	});
});

describe('how late the trigger is', () => {
	it.each(['anomalyDetected', 'securityEventCreated', 'userConnectionChanged'])(
		'the manual test shows the fields too: %s',
		async (event) => {
			await simulator.reset({ events: 3, users: 3, anomalies: 3 });
			const [item] = await poller({ event, options: { addDelivery: true } }).sample();
			expect(Object.keys(fieldsIn(item?.delivery))).toEqual([
				'polled_at',
				'polled_before_at',
				'behind_seconds',
				'caught_up',
			]);
		},
	);

	it('a backlog says so in each item, and once in the log', async () => {
		await simulator.createEvents({
			count: 300,
			createdAt: '2026-01-01T00:00:00Z',
			updatedAt: '2026-01-01T00:00:00Z',
		});
		const trigger = poller({
			event: 'securityEventCreated',
			startFrom: 'beginning',
			options: { maxItemsPerPoll: 100, addDelivery: true },
		});
		const first = await trigger.poll();
		expect(first[0]?.delivery).toMatchObject({ caught_up: false, polled_before_at: null });
		expect(fieldsIn(first[0]?.delivery).behind_seconds).toBeGreaterThan(3600);
		const second = await trigger.poll();
		expect(fieldsIn(second[0]?.delivery).polled_before_at).toEqual(expect.any(String));
		expect(notices.filter((text) => /behind/.test(text))).toHaveLength(1);
		for (let polls = 0; polls < 3; polls++) await trigger.poll();
		await simulator.createEvents({ count: 1 });
		const [last] = await trigger.poll();
		expect(last?.delivery).toMatchObject({ caught_up: true, behind_seconds: 0 });
	});
});
