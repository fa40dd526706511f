/** Values: times, clocks, unknown types and fields, and stored states that are not ours. */
import { z } from 'zod';
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import type { IDataObject } from 'n8n-workflow';

import type { FaultCase } from './cases.cjs';
import { hostModes } from './setting.cjs';
import type { Stage } from './stage.cjs';

const eventModes = ['securityEventCreated', 'securityEventCreatedOrUpdated'] as const;

/** A moment ahead without a fraction of a second. */
function wholeSecond(stage: Stage): string {
	const second = Math.ceil((stage.time.now() - stage.time.offByMs) / 1000) * 1000 + 2000;
	return new Date(second).toISOString().replace('.000Z', 'Z');
}

const times: FaultCase[] = [
	{
		name: 'equal times, with and without microseconds',
		events: eventModes,
		play: async (stage) => {
			await stage.begin();
			await stage.followTime();
			const at = wholeSecond(stage);
			const create = async (createdAt: string, count = 1) =>
				await stage.simulator.createEvents({ count, createdAt, updatedAt: createdAt });
			await create(at, 2);
			await stage.poll();
			await create(at);
			await create(at.replace('Z', '.000001Z'), 2);
			await stage.poll();
			await create(at.replace('Z', '.000001Z'));
			await create(at.replace('Z', '.000000Z'));
			await create(at.replace('Z', '.5Z'));
			await stage.poll();
			stage.restart();
			await create(at, 2);
			await stage.poll();
		},
	},
	{
		name: 'equal audit entries are two',
		events: ['auditEntryCreated'],
		play: async (stage) => {
			await stage.begin();
			const timestamp = wholeSecond(stage);
			const fields = { timestamp, type: 'T', category: 'C', details: 'same', user: null, ip: null };
			await stage.simulator.createAudits({ count: 3, fields });
			await stage.poll();
			await stage.simulator.createAudits({ count: 2, fields });
			await stage.poll();
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.simulator.createAudits({ count: 2, fields });
			await stage.poll();
		},
	},
	{
		name: 'an event that becomes visible 50 minutes after its creation',
		events: ['securityEventCreated'],
		hosts: hostModes,
		play: async (stage) => {
			await stage.begin();
			stage.time.skip(2 * 3_600_000);
			await stage.poll();
			await stage.happen(3);
			await stage.poll();
			const createdAt = new Date(stage.time.now() - 50 * 60_000).toISOString();
			await stage.simulator.createEvents({ count: 2, createdAt });
			await stage.poll();
			stage.restart();
			await stage.simulator.createEvents({ count: 2, createdAt });
		},
	},
	{
		name: 'old events that are updated are no news',
		events: ['securityEventCreated'],
		hosts: hostModes,
		play: async (stage) => {
			await stage.begin();
			await stage.simulator.updateEvents({ count: 20 });
			await stage.happen(5);
			await stage.poll();
			await stage.simulator.updateEvents({ count: 20 });
			stage.restart();
			await stage.poll();
		},
	},
	...[10, -10].flatMap((minutes): FaultCase[] => [
		{
			name: `n8n's clock ${minutes > 0 ? '+' : ''}${minutes} minutes`,
			starts: ['now', 'beginning'],
			hosts: hostModes,
			play: async (stage) => {
				stage.time.offByMs = minutes * 60_000;
				await stage.prepare();
				await stage.poll();
				stage.restart();
				await stage.happen(5);
				stage.refuses = true;
				await stage.simulator.expireCheckpoints();
				await stage.poll();
			},
		},
		{
			name: `n8n's clock jumps ${minutes > 0 ? '+' : ''}${minutes} minutes`,
			play: async (stage) => {
				await stage.begin();
				await stage.happen(5);
				stage.time.offByMs = minutes * 60_000;
				await stage.poll();
				await stage.happen(5);
				stage.time.offByMs = 0;
				await stage.poll();
			},
		},
	]),
	{
		name: 'a minute passes between polls for two days',
		events: eventModes,
		hosts: ['default'],
		play: async (stage) => {
			await stage.begin();
			for (let hours = 0; hours < 48; hours += 3) {
				await stage.happen(3);
				await stage.simulator.updateEvents({ count: 3 });
				stage.time.skip(3 * 3_600_000);
				await stage.poll();
			}
			stage.refuses = true;
			await stage.simulator.expireCheckpoints();
			await stage.happen(3);
			await stage.poll();
		},
	},
];

async function checkUntouched(stage: Stage, items: IDataObject[]): Promise<void> {
	for (const item of items) {
		const record = await stage.simulator.event(String(item.id));
		const isSame = JSON.stringify(record) === JSON.stringify(item);
		stage.check(isSame, `changed the event ${String(item.id)}`);
	}
}

const unknown: FaultCase[] = [
	{
		name: 'unknown types and fields',
		events: eventModes,
		play: async (stage) => {
			await stage.begin();
			await stage.simulator.createEvents({
				count: 3,
				type: 'sentinel_2031',
				fields: { severity: { score: 3, labels: ['a', null] }, portal_link: null },
			});
			await stage.simulator.createEvents({ count: 2, fields: { future: [1, { deep: true }] } });
			const { items } = await stage.poll();
			stage.check(items.length === 5, `${items.length} of 5 came`);
			await checkUntouched(stage, items);
		},
	},
	{
		name: 'unknown fields and severities',
		events: ['anomalyDetected', 'auditEntryCreated'],
		play: async (stage) => {
			await stage.begin();
			const fields = { severity_label: 'apocalyptic', future: { deep: [1] } };
			if (stage.event === 'auditEntryCreated')
				await stage.simulator.createAudits({ count: 3, fields });
			else await stage.simulator.createAnomalies({ count: 3, fields });
			const { items } = await stage.poll();
			stage.check(
				items.length === 3 && items.every((item) => JSON.stringify(item.future) === '{"deep":[1]}'),
				'did not pass unknown fields through',
			);
		},
	},
];

const savedSchema = z.object({
	state: z.record(z.string(), z.custom<IDataObject[string]>()).optional(),
});

/** Puts a state into the host's database, as if another version or a fault had written it. */
function replaceState(stage: Stage, change: (state: IDataObject) => unknown): void {
	for (const [key, text] of stage.store.saved) {
		const saved = savedSchema.parse(JSON.parse(text));
		stage.store.saved.set(key, JSON.stringify({ state: change(saved.state ?? {}) }));
	}
	stage.restart();
}

/** States that cannot be used: the trigger starts over and says so. */
const unusable: Array<[string, (state: IDataObject) => unknown]> = [
	['from the future', (state) => ({ ...state, version: 99, positions: [] })],
	['a text', () => 'state'],
	['null', () => null],
	['a list', () => [1, 2]],
	['an empty object', () => ({})],
	['without its fingerprint', ({ fingerprint: _, ...state }) => state],
	[
		'with an unknown place',
		(state) => ({ ...state, body: { ...fieldsIn(state.body), position: 7 } }),
	],
	[
		'with a broken memory',
		(state) => ({ ...state, body: { ...fieldsIn(state.body), memory: 5, seen: { x: 5 } } }),
	],
	['of an unknown event', (state) => ({ ...state, event: 'somethingElse' })],
	['1 MB of nonsense', () => ({ junk: 'x'.repeat(1_000_000) })],
];

/** States that can be used though something is odd: nothing is lost, nothing doubled. */
const usable: Array<[string, (state: IDataObject) => unknown]> = [
	['with unknown fields', (state) => ({ ...state, later: { more: true } })],
	['with 1 MB beside it', (state) => ({ ...state, junk: 'x'.repeat(1_000_000) })],
	[
		'with 1 MB of memory',
		(state) => ({ ...state, seen: { ...hoursOf(state.seen), ...madeUpHours() } }),
	],
];

function hoursOf(seen: unknown): IDataObject {
	return typeof seen === 'object' && seen !== null ? { ...seen } : {};
}

/** A memory far beyond the bound, of hours long ago. */
function madeUpHours(): IDataObject {
	const hours: IDataObject = {};
	for (let hour = 0; hour < 200; hour++) {
		const name = new Date(Date.UTC(2001, 0, 1, hour)).toISOString().slice(0, 13);
		hours[name] = `${hour}`.padStart(16, 'A').repeat(320);
	}
	return hours;
}

const states: FaultCase[] = [
	...unusable.map(
		([name, change]): FaultCase => ({
			name: `stored state ${name}`,
			play: async (stage) => {
				await stage.begin();
				await stage.happen(3);
				await stage.poll();
				replaceState(stage, change);
				await stage.poll();
				await stage.poll();
				// Nothing is as good as no state, and nothing to speak of.
				stage.check(
					name === 'null' || stage.notices.join().includes('Starting over'),
					'did not say so',
				);
				await stage.happen(3);
			},
		}),
	),
	...usable.map(
		([name, change]): FaultCase => ({
			name: `stored state ${name}`,
			play: async (stage) => {
				await stage.begin();
				await stage.happen(3);
				await stage.poll();
				replaceState(stage, change);
				await stage.happen(3);
				await stage.pollInVain();
				stage.restart();
			},
		}),
	),
];

const sample: FaultCase = {
	name: 'a manual test leaves the state byte for byte',
	hosts: hostModes,
	play: async (stage) => {
		await stage.begin();
		await stage.happen(5);
		await stage.poll();
		await stage.happen(5);
		const bytes = () => JSON.stringify([[...stage.store.saved], stage.poller.staticData]);
		const before = bytes();
		const items = await stage.poller.sample();
		stage.check(items.length > 0, 'showed nothing');
		stage.check(bytes() === before, 'changed the state');
	},
};

/** Everything about values. */
export const valueCases: FaultCase[] = [...times, ...unknown, ...states, sample];
