import { steadyFetch } from '@host/steadyFetch.cjs';
import {
	anomaliesPageSchema,
	anomalySchema,
	auditEntrySchema,
	eventSchema,
	groupMetadataSchema,
	groupPageSchema,
	groupsPageSchema,
	memberSchema,
	monitoredUserSchema,
	resultsPageSchema,
	riskDatapointSchema,
} from '@nodes/shared/api/contract';
import { endpoints, type ListEndpointName } from '@nodes/shared/api/endpoints';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage, walk } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 300, now: '2026-01-31T12:00:00Z' });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

const lists: ListEndpointName[] = [
	'events',
	'groups',
	'group',
	'monitoredUsers',
	'anomalies',
	'audits',
	'companyRisk',
];
const pathOf = (name: ListEndpointName) => endpoints[name].path.replace('{id}', '101');

describe('every answer keeps the contract', () => {
	it('events of all three types, some with null fields and addresses without @', async () => {
		const { events } = await walk(ask, {}, 100);
		expect(events).toHaveLength(300);
		const page = resultsPageSchema.parse((await ask('/api/v1/events')).json);
		const records = page.results.map((record) => eventSchema.parse(record));
		const types = new Set(records.map(({ type }) => type));
		expect([...types].sort()).toEqual(['architect', 'defender', 'guardian']);
		const mails = records.map(
			(record) => record.inbound_email_details ?? record.outbound_email_details,
		);
		expect(mails.every((mail) => mail !== undefined)).toBe(true);
		expect(mails.some((mail) => mail?.from?.includes('@') === false)).toBe(true);
		expect(records.some(({ created_at: at }) => /:\d\dZ$/.test(at))).toBe(true);
		expect(records.some(({ created_at: at }) => /\.\d{6}Z$/.test(at))).toBe(true);
	});

	it.each([
		['/api/v1/monitoring/users', monitoredUserSchema, 40],
		['/api/v1/audits', auditEntrySchema, 60],
		['/api/v1/risk/company', riskDatapointSchema, 90],
	] as const)('%s', async (path, schema, count) => {
		const page = resultsPageSchema.parse((await ask(path)).json);
		expect(page.additional_results).toBe(false);
		expect(page.results.map((record) => schema.parse(record))).toHaveLength(count);
	});

	it('groups, a group and anomalies, which are wrapped differently', async () => {
		const groups = groupsPageSchema.parse((await ask('/api/v1/groups')).json);
		expect(groups.groups.map((group) => groupMetadataSchema.parse(group).id)).toContain(101);
		const group = groupPageSchema.parse((await ask('/api/v1/groups/101')).json);
		expect(groupMetadataSchema.parse(group.results.metadata).id).toBe(101);
		for (const member of group.results.members) memberSchema.parse(member);
		const anomalies = anomaliesPageSchema.parse((await ask('/reporting/anomalies/v1')).json);
		expect(anomalies.data?.map((item) => anomalySchema.parse(item))).toHaveLength(12);
	});
});

describe('paging of every list', () => {
	it.each(lists)('%s: small pages hold the same records as large ones', async (name) => {
		await ask('/api/v1/groups/101/add_members', {
			method: 'POST',
			body: { members: [1, 2, 3, 4, 5].map((n) => ({ address: `user${n}@acme.example` })) },
		});
		const records = (json: unknown): { records: object[]; next: unknown; more: boolean } => {
			if (name === 'anomalies') {
				const page = anomaliesPageSchema.parse(json);
				const { data, has_more: more } = page;
				return { records: data ?? [], next: data?.at(-1)?.['checkpoint'], more };
			}
			if (name === 'groups') {
				const page = groupsPageSchema.parse(json);
				return { records: page.groups, next: page.checkpoint, more: page.additional_results };
			}
			if (name === 'group') {
				const { results, checkpoint, additional_results: more } = groupPageSchema.parse(json);
				return { records: results.members, next: checkpoint, more };
			}
			const { results, checkpoint, additional_results: more } = resultsPageSchema.parse(json);
			return { records: results, next: checkpoint, more };
		};
		const without = (items: object[]) => items.map((item) => ({ ...item, checkpoint: null }));
		const { max } = endpoints[name].pageSize;
		const found: object[] = [];
		let page = records((await ask(pathOf(name), { query: { limit: 3 } })).json);
		found.push(...page.records);
		while (page.more && found.length < max) {
			const query = { limit: 3, after_checkpoint: String(page.next) };
			page = records((await ask(pathOf(name), { query })).json);
			found.push(...page.records);
		}
		const whole = records((await ask(pathOf(name))).json).records;
		expect(without(found.slice(0, max))).toEqual(without(whole));
	});

	it.each(lists)('%s: refuses a limit out of bounds and a checkpoint not its own', async (name) => {
		const { min, max } = endpoints[name].pageSize;
		for (const limit of [min - 1, max + 1, 'ten', '', '1.5', '-1']) {
			expect((await ask(pathOf(name), { query: { limit } })).status).toBe(400);
		}
		const { checkpoint } = resultsPageSchema.parse(
			(await ask(name === 'audits' ? '/api/v1/events' : '/api/v1/audits')).json,
		);
		for (const foreign of [String(checkpoint), '', 'abc', 'A'.repeat(24)]) {
			const { status } = await ask(pathOf(name), { query: { after_checkpoint: foreign } });
			expect(status).toBe(400);
		}
		const query = { limit: max, unheard_of: 1 };
		expect((await ask(pathOf(name), { query })).status).toBe(200);
	});
});

describe('checkpoints', () => {
	it('contain characters that must be encoded in a URL', async () => {
		const { pages } = await walk(ask, {}, 3);
		const all = pages.map(({ checkpoint }) => checkpoint).join('');
		for (const character of ['+', '/', '=', '%', '&']) expect(all).toContain(character);
		const plain = pages.find(({ checkpoint }) => checkpoint.includes('+'))?.checkpoint;
		const response = await steadyFetch(`${simulator.url}/api/v1/events?after_checkpoint=${plain}`, {
			headers: { Authorization: `API-Token ${simulator.token}` },
		});
		expect(response.status).toBe(400);
	});

	it('expire when told so, and new ones work', async () => {
		const { checkpoint } = await eventPage(ask);
		await simulator.expireCheckpoints();
		const query = { after_checkpoint: checkpoint };
		expect((await ask('/api/v1/events', { query })).status).toBe(400);
		const fresh = await eventPage(ask);
		expect(fresh.checkpoint).not.toBe(checkpoint);
		expect((await eventPage(ask, { after_checkpoint: fresh.checkpoint })).events).toHaveLength(100);
	});
});

describe('events', () => {
	it('come in the order of their last update, each once', async () => {
		const { events } = await walk(ask, {}, 7);
		const updates = events.map(({ updated_at: at }) => at);
		const exact = (at: string) => (at.includes('.') ? at : at.replace('Z', '.000000Z'));
		expect(updates.map(exact)).toEqual(updates.map(exact).sort());
		expect(new Set(events.map(({ id }) => id)).size).toBe(300);
		expect(events.some((event) => event.updated_at !== event.created_at)).toBe(true);
	});

	it('answers the documentation’s own paging loop', async () => {
		const [middle] = (await eventPage(ask, { limit: 100 })).events.slice(-1);
		const { events } = await walk(ask, { created_after: middle?.created_at ?? '' }, 10);
		const { events: all } = await walk(ask, {}, 100);
		const wanted = all.filter((event) => event.created_at > (middle?.created_at ?? ''));
		const ids = new Set(events.map(({ id }) => id));
		expect(wanted.every(({ id }) => ids.has(id))).toBe(true);
	});

	it('created_after is strict to the microsecond', async () => {
		const at = (micros: string) => `2026-02-01T00:00:00.${micros}Z`;
		for (const micros of ['000001', '000002', '000003']) {
			await simulator.createEvents({ createdAt: at(micros) });
		}
		const { events } = await eventPage(ask, { created_after: at('000002') });
		expect(events.map(({ created_at: created }) => created)).toEqual([at('000003')]);
		const zone = await eventPage(ask, { created_after: '2026-02-01T01:00:00.000001+01:00' });
		expect(zone.events).toHaveLength(2);
		expect((await ask('/api/v1/events', { query: { created_after: 'today' } })).status).toBe(400);
	});

	it('the trap: nothing created after leads back to the beginning of the platform', async () => {
		const empty = await eventPage(ask, { created_after: '2026-03-01T00:00:00Z' });
		expect(empty).toMatchObject({ events: [], more: false });
		const next = await eventPage(ask, { after_checkpoint: empty.checkpoint, limit: 5 });
		const beginning = await eventPage(ask, { limit: 5 });
		expect(next).toEqual(beginning);
	});

	it('from the second page on nothing filters: an older event that was updated comes along', async () => {
		const [oldest] = (await eventPage(ask, { limit: 2 })).events;
		await simulator.createEvents({ count: 3 });
		const after = { created_after: '2026-01-31T12:00:00Z', limit: 2 };
		const first = await eventPage(ask, after);
		expect(first.events).toHaveLength(2);
		await simulator.updateEvents({ ids: [oldest?.id ?? ''] });
		const second = await eventPage(ask, { after_checkpoint: first.checkpoint, limit: 5 });
		expect(second.events.map(({ id }) => id)).toContain(oldest?.id);
	});

	it('refuses both parameters together', async () => {
		const { checkpoint } = await eventPage(ask);
		const query = { created_after: '2026-01-01T00:00:00Z', after_checkpoint: checkpoint };
		expect((await ask('/api/v1/events', { query })).status).toBe(400);
	});

	it('an update brings only the newest version back, also in the middle of a run', async () => {
		const first = await eventPage(ask, { limit: 10 });
		const [seen] = first.events;
		await simulator.updateEvents({ ids: [seen?.id ?? ''], fields: { note: { step: 1 } } });
		await simulator.updateEvents({ ids: [seen?.id ?? ''], fields: { note: { more: true } } });
		let page = first;
		const again: string[] = [];
		while (page.more) {
			page = await eventPage(ask, { after_checkpoint: page.checkpoint });
			again.push(...page.events.map(({ id }) => id));
		}
		expect(again.filter((id) => id === seen?.id)).toHaveLength(1);
		expect(again.at(-1)).toBe(seen?.id);
		expect(await simulator.event(seen?.id ?? '')).toMatchObject({ note: { step: 1, more: true } });
		expect(page.more).toBe(false);
		const end = await eventPage(ask, { after_checkpoint: page.checkpoint });
		expect(end).toEqual({ events: [], checkpoint: page.checkpoint, more: false });
	});

	it('an update leaves sender, recipients and subject as they were', async () => {
		const { events } = await eventPage(ask, { limit: 100 });
		for (const { id } of events.slice(0, 30)) {
			const before = eventSchema.parse(await simulator.event(id));
			await simulator.updateEvents({ ids: [id] });
			const after = eventSchema.parse(await simulator.event(id));
			for (const key of ['from', 'recipients', 'subject'] as const) {
				const mails = [before, after].map(
					(e) => e.inbound_email_details ?? e.outbound_email_details,
				);
				expect(mails[1]?.[key]).toEqual(mails[0]?.[key]);
			}
		}
	});

	it('unknown types and fields can be made', async () => {
		const [made] = await simulator.createEvents({ type: 'sentinel', fields: { novel: [1] } });
		const record = eventSchema.parse(await simulator.event(made?.id ?? ''));
		expect(record).toMatchObject({ type: 'sentinel', novel: [1] });
	});
});

describe('anomalies and audits', () => {
	it('an anomaly checkpoint never leads to another day', async () => {
		const read = async (query: Record<string, number | string>) =>
			anomaliesPageSchema.parse((await ask('/reporting/anomalies/v1', { query })).json);
		const today = await read({ limit: 10 });
		expect(today).toMatchObject({ has_more: true });
		const checkpoint = String(today.data?.at(-1)?.['checkpoint']);
		await simulator.createAnomalies({ day: '2026-02-01', count: 2 });
		const rest = await read({ after_checkpoint: checkpoint });
		expect(rest).toMatchObject({ has_more: false });
		expect(rest.data).toHaveLength(2);
		const last = String(rest.data?.at(-1)?.['checkpoint']);
		expect(await read({ after_checkpoint: last })).toEqual({ status: 200, has_more: false });
		const newest = await read({});
		expect(newest.data).toHaveLength(2);
	});

	it('the audit chain can be followed for ever', async () => {
		const read = async (query: Record<string, number | string>) =>
			resultsPageSchema.parse((await ask('/api/v1/audits', { query })).json);
		const all = await read({});
		const times = all.results.map((entry) => auditEntrySchema.parse(entry).timestamp);
		expect(times).toEqual([...times].sort());
		const after = { after_checkpoint: String(all.checkpoint) };
		expect((await read(after)).results).toEqual([]);
		await ask('/api/v1/groups', { method: 'POST', body: { name: 'Night shift' } });
		const [entry] = (await read(after)).results;
		expect(entry).toMatchObject({ type: 'Group Created', category: 'Group Management' });
	});
});
