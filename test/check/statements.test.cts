/** Each statement about the API: it holds for the simulator, and there is a portal for which it is said to differ. */
import { fieldsIn } from '@nodes/shared/core/eventRecord';
import { endpoints, type ListEndpointName } from '@nodes/shared/api/endpoints';
import type { Simulator } from '@simulator/client.cjs';
import { goodBody, type Evidence, type Form } from '../../scripts/check/evidence.cjs';
import { statements } from '../../scripts/check/judge.cjs';
import { ownSimulator } from '../../scripts/check/ownSimulator.cjs';
import { answered, changed, idsOf, read, rowsOf } from './reading.cjs';

let simulator: Simulator;
let healthy: Evidence;

beforeAll(async () => {
	simulator = await ownSimulator();
	healthy = await read(simulator, simulator.token);
});
afterAll(() => simulator.stop());

const lists = [
	'events',
	'groups',
	'group',
	'monitoredUsers',
	'anomalies',
	'audits',
	'companyRisk',
] as const satisfies ListEndpointName[];
/** What differed anywhere below. */
const differed = new Set<string>();

/** A portal that differs: set up at the simulator. @returns what of it is named */
async function differing(setUp: () => Promise<unknown>): Promise<string[]> {
	// Fewer events than at the start: each portal is made anew.
	await simulator.reset({ events: 300 });
	await simulator.setRateLimit('off');
	await setUp();
	return named(await read(simulator, simulator.token));
}

function named(evidence: Evidence): string[] {
	const ids = idsOf(rowsOf(evidence), 'differs');
	for (const id of ids) differed.add(id);
	return ids;
}

it('every statement holds for the simulator, in fewer requests than are allowed', () => {
	const rows = [...rowsOf(healthy).values()];
	expect(rows.filter(({ result }) => result !== 'holds')).toEqual([]);
	expect(rows.length).toBe(statements.length);
	expect(new Set(statements.map(({ id }) => id)).size).toBe(statements.length);
	expect(healthy.looks.length).toBeLessThanOrEqual(52);
});

describe('a switch of the simulator', () => {
	it.each(['json', 'text', 'html', 'empty'] as const)('error bodies: %s', async (errorBody) => {
		expect(await differing(() => simulator.set({ errorBody }))).toEqual([
			'errors.400',
			'errors.401',
			'errors.403',
			'errors.404',
		]);
	});
	it('both paging parameters taken', async () => {
		const ids = await differing(() => simulator.set({ bothPagingParameters: 'taken' }));
		expect(ids).toEqual(['events.both']);
	});
	it('another anomaly of the page leads on', async () => {
		const ids = await differing(() => simulator.set({ anomalyCheckpoint: 'first' }));
		expect(ids).toEqual(['anomalies.checkpoint', 'anomalies.pages']);
	});
	it.each([404, 410] as const)('company risk is gone (%d)', async (companyRiskStatus) => {
		const ids = await differing(() => simulator.set({ companyRiskStatus }));
		expect(ids).toContain('companyRisk.served');
		expect(ids.filter((id) => !/^companyRisk|^errors/.test(id))).toEqual([]);
	});
	it('the clock is wrong', async () => {
		expect(await differing(() => simulator.set({ clockOffsetSeconds: 3600 }))).toContain(
			'headers.date',
		);
	});
	it('links lead to another host', async () => {
		const portalUrl = 'https://other.tessian-app.com';
		expect(await differing(() => simulator.set({ portalUrl }))).toEqual(['events.links']);
	});
	it('a quiet day has no anomalies: that could not be told', async () => {
		expect(await differing(() => simulator.set({ quietAnomalies: true }))).toEqual([]);
	});
	it('a rate limit without headers could not be told; one with headers of another name differs', async () => {
		expect(await differing(async () => undefined)).toEqual([]);
		const rows = rowsOf(await read(simulator, simulator.token));
		expect(rows.get('headers.rateLimit')?.result).toBe('unknown');
		const odd = changed(healthy, (look) => {
			if (look.sight.kind !== 'answer') return look;
			return {
				...look,
				sight: {
					...look.sight,
					headers: { ...date(look.sight.headers), 'x-ratelimit-limit': '5' },
				},
			};
		});
		expect(named(odd)).toEqual(['headers.rateLimit']);
	});
});

function date(headers: Record<string, unknown>): Record<string, unknown> {
	return { date: headers.date, 'content-type': headers['content-type'] };
}

// The members are read of a group in the list of groups: where that one is spoilt, nothing is known of them.
describe.each([
	{ which: 'all lists', spoilt: lists.filter((list) => list !== 'group') },
	{ which: 'the members', spoilt: ['group'] as const },
])('$which', ({ spoilt }) => {
	const all = (statement: string) => spoilt.map((list) => `${list}.${statement}`);

	it('have another envelope', async () => {
		const body = { alice_smith: [], items: [] };
		const ids = await differing(() =>
			simulator.addFaults(
				...spoilt.map((endpoint) => ({
					endpoint,
					times: 0,
					action: { kind: 'wrong-envelope', body } as const,
				})),
			),
		);
		expect(ids).toEqual(expect.arrayContaining(all('envelope')));
	});

	it.each(['missing', 'null', 'empty', 'number', 'unchanged'] as const)(
		'have a checkpoint that is %s',
		async (checkpoint) => {
			const ids = await differing(() =>
				simulator.planPages(...spoilt.map((endpoint) => ({ endpoint, times: 0, checkpoint }))),
			);
			expect(ids).toEqual(expect.arrayContaining(all('checkpoint')));
		},
	);

	it('end too early', async () => {
		const ids = await differing(() =>
			simulator.planPages(
				...spoilt.map((endpoint) => ({ endpoint, on: 'first', times: 0, more: false }) as const),
			),
		);
		expect(ids).toEqual(expect.arrayContaining(all('flag')));
	});

	it('have a record twice; two equal audit entries are two', async () => {
		const ids = await differing(() =>
			simulator.planPages(
				...spoilt.map((endpoint) => ({ endpoint, times: 0, duplicate: true }) as const),
			),
		);
		expect(ids).toEqual(expect.arrayContaining(all('pages').filter((id) => id !== 'audits.pages')));
		expect(ids).not.toContain('audits.pages');
	});

	it('leave something out between two pages', () => {
		const ids = named(
			changed(healthy, (look) => {
				const list = spoilt.find((name) => look.name === `${name}.second`);
				const body = list && goodBody(look);
				if (body === undefined || look.sight.kind !== 'answer') return look;
				const whole = healthy.looks.find(({ name }) => name === `${list}.whole`);
				const later = recordsIn(goodBody(whole)).slice(-1);
				return { ...look, sight: { ...look.sight, body: withRecords(body, later) } };
			}),
		);
		expect(ids).toEqual(expect.arrayContaining(all('pages')));
	});

	it('refuse their own largest page', async () => {
		const ids = await differing(() =>
			simulator.addFaults(
				...spoilt.map((endpoint) => ({
					endpoint,
					contains: String(endpoints[endpoint].pageSize.max),
					times: 0,
					action: { kind: 'status', status: 400 } as const,
				})),
			),
		);
		expect(ids).toEqual(expect.arrayContaining(all('limits')));
	});

	it('take a page that is too large, or give more than was asked for', () => {
		const wholeOf = (list: string) =>
			goodBody(healthy.looks.find(({ name }) => name === `${list}.whole`));
		const spoil = (step: string, form: Form) =>
			changed(healthy, (look) => {
				const list = spoilt.find((name) => look.name === `${name}.${step}`);
				if (list === undefined || look.sight.kind !== 'answer') return look;
				return { ...look, sight: { ...look.sight, status: 200, form, body: wholeOf(list) } };
			});
		expect(named(spoil('above', 'json'))).toEqual(expect.arrayContaining(all('limits')));
		expect(named(spoil('first', 'json'))).toEqual(expect.arrayContaining(all('limits')));
		expect(named(spoil('above', 'html'))).toEqual([]);
	});

	it('have an empty page in the middle: allowed', async () => {
		const ids = await differing(() =>
			simulator.planPages(
				...spoilt.map((endpoint) => ({ endpoint, on: 'middle', times: 1, empty: true }) as const),
			),
		);
		expect(ids.filter((id) => /\.(?:flag|envelope|checkpoint)$/.test(id))).toEqual([]);
	});

	it.each([
		{ kind: 'html-200' },
		{ kind: 'truncate', length: 'correct' },
		{ kind: 'redirect', to: 'https://elsewhere.example/' },
		{ kind: 'status', status: 403 },
		{ kind: 'reset' },
	] as const)('could not be told: $kind', async (action) => {
		await simulator.reset({ events: 100 });
		for (const endpoint of spoilt.filter((list) => action.kind !== 'reset' || list === 'audits')) {
			await simulator.addFaults({ endpoint, nth: endpoint === 'events' ? 2 : 1, times: 0, action });
		}
		const rows = rowsOf(await read(simulator, simulator.token));
		// Requests without a token go to the events too: there such an answer is one.
		const odd = idsOf(rows, 'differs').filter((id) => !/^(?:access|errors)\./.test(id));
		expect(odd).toEqual([]);
		if (action.kind === 'reset') return;
		for (const id of all('limits')) expect(rows.get(id)?.result).toBe('unknown');
	});
});

/** The records of an answer, whatever its envelope. */
function recordsIn(body: unknown): unknown[] {
	return Object.values(fieldsIn(body)).flatMap((value): unknown[] =>
		Array.isArray(value)
			? value
			: typeof value === 'object' && value !== null && 'members' in value
				? recordsIn(value)
				: [],
	);
}

function withRecords(body: unknown, records: unknown[]): unknown {
	return Object.fromEntries(
		Object.entries(fieldsIn(body)).map(([name, value]) => [
			name,
			Array.isArray(value)
				? records
				: typeof value === 'object' && value !== null && 'members' in value
					? { ...value, members: records }
					: value,
		]),
	);
}

describe('records', () => {
	type Fields = Record<string, unknown>;
	/** Gives every record of a list, or of all lists, another look. */
	const alter = (which: ListEndpointName | 'all', change: (record: Fields) => unknown) =>
		named(
			changed(healthy, (look) => {
				const isMeant = look.list !== undefined && (which === 'all' || which === look.list);
				const body = isMeant ? goodBody(look) : undefined;
				if (body === undefined || look.sight.kind !== 'answer') return look;
				const records = recordsIn(body).map((record) => change({ ...fieldsIn(record) }));
				return { ...look, sight: { ...look.sight, body: withRecords(body, records) } };
			}),
		);
	const all = (statement: string) => lists.map((list) => `${list}.${statement}`);

	it('of all lists: a new field, a field of another type, a missing one', () => {
		const first = (record: Fields) => Object.keys(record)[0] ?? '';
		expect(alter('all', (record) => ({ ...record, brand_new: 1 }))).toEqual(
			expect.arrayContaining(all('newFields')),
		);
		expect(alter('all', (record) => ({ ...record, [first(record)]: { odd: true } }))).toEqual(
			expect.arrayContaining(all('types')),
		);
		expect(alter('all', (record) => Object.fromEntries(Object.entries(record).slice(1)))).toEqual(
			expect.arrayContaining(all('types')),
		);
	});

	it('a new value, where the contract knows a list', () => {
		const ids = alter('all', (record) => ({
			...record,
			type: 'coach',
			status: 'Fine',
			severity_label: 'extreme',
		}));
		expect(ids).toEqual(
			expect.arrayContaining(['events.values', 'monitoredUsers.values', 'anomalies.values']),
		);
	});

	it('times in another form', () => {
		const isTime = /_at$|^timestamp$|_start$|^user_created$/;
		const odd = (record: Fields) =>
			Object.fromEntries(
				Object.entries(record).map(([name, value]) => [
					name,
					isTime.test(name) ? '2026-01-31T12:00:00+02:00' : value,
				]),
			);
		expect(alter('all', odd)).toEqual(
			expect.arrayContaining(all('times').filter((id) => id !== 'group.times')),
		);
	});

	it('a field that never came could not be told', () => {
		const without = changed(healthy, (look) => {
			const body = look.list === 'monitoredUsers' ? goodBody(look) : undefined;
			if (body === undefined || look.sight.kind !== 'answer') return look;
			const records = recordsIn(body).map((record) => ({
				...fieldsIn(record),
				gateway_ping: undefined,
			}));
			const kept: unknown = JSON.parse(JSON.stringify(withRecords(body, records)));
			return { ...look, sight: { ...look.sight, body: kept } };
		});
		expect(rowsOf(without).get('monitoredUsers.coverage')).toMatchObject({
			result: 'unknown',
			seen: 'never seen: gateway_ping',
		});
	});

	it('of events: IDs, links, bursts, counts, details, early times', () => {
		expect(alter('events', (event) => ({ ...event, id: `x-${String(event.id)}` }))).toContain(
			'events.ids',
		);
		expect(
			alter('events', (event) => ({ ...event, portal_link: 'https://127.0.0.1/0/events' })),
		).toContain('events.links');
		const bare = (event: Record<string, unknown>) => ({
			...event,
			defender_details: { burst_attack_id: null },
		});
		expect(alter('events', bare)).toEqual(
			expect.arrayContaining(['events.bursts', 'events.quarantine']),
		);
		expect(alter('events', ({ defender_details: _, ...event }) => event)).toContain(
			'events.details',
		);
		expect(
			alter('events', (event) => ({ ...event, created_at: '2099-01-01T00:00:00Z' })),
		).toContain('events.early');
	});

	it('a Guardian event that was updated after a day: late or updated, nobody can tell', () => {
		const late = changed(healthy, (look) => {
			const body = look.list === 'events' ? goodBody(look) : undefined;
			if (body === undefined || look.sight.kind !== 'answer') return look;
			const records = recordsIn(body).map((event) => ({
				...fieldsIn(event),
				created_at: '2020-01-01T00:00:00Z',
			}));
			return { ...look, sight: { ...look.sight, body: withRecords(body, records) } };
		});
		expect(rowsOf(late).get('events.late')?.result).toBe('unknown');
	});
});

describe('the chain of events', () => {
	const swap = (name: string, records: (body: unknown) => unknown[]) =>
		named(
			changed(healthy, (look) => {
				const body = look.name === name ? goodBody(look) : undefined;
				if (body === undefined || look.sight.kind !== 'answer') return look;
				return { ...look, sight: { ...look.sight, body: withRecords(body, records(body)) } };
			}),
		);
	const of = (name: string) =>
		recordsIn(goodBody(healthy.looks.find((look) => look.name === name)));

	it('runs the other way, or holds an event twice at one time', () => {
		expect(swap('events.whole', (body) => recordsIn(body).reverse())).toContain('events.order');
		expect(swap('events.whole', (body) => [...recordsIn(body), recordsIn(body).at(-1)])).toContain(
			'events.ties',
		);
	});

	it('gives another page for the same checkpoint', () => {
		expect(swap('events.again', () => of('events.first'))).toContain('events.again');
	});

	it('begins again at its end, or after a quiet poll', () => {
		expect(swap('events.poll', () => of('events.whole'))).toContain('events.end');
		expect(swap('events.pollAgain', () => of('events.whole'))).toContain('events.quietEnd');
	});

	it('created_after lets older events through, or gives fewer than a page', () => {
		expect(swap('events.since', () => of('events.whole'))).toContain('events.createdAfter');
		expect(swap('events.default', () => of('events.first'))).toContain('events.default');
	});

	it('has no trap, or takes a checkpoint that nobody gave', () => {
		expect(swap('events.trapUsed', () => [])).toContain('events.trap');
		expect(named(answered(healthy, 'events.unknown', { status: 200 }))).toEqual(
			expect.arrayContaining(['events.unknownCheckpoint']),
		);
	});

	it('the audit trail runs the other way, or begins again', () => {
		const whole = of('audits.whole');
		expect(swap('audits.whole', () => [...whole].reverse())).toContain('audits.order');
		expect(swap('audits.poll', () => whole)).toContain('audits.end');
	});
});

it('refusals have another status', () => {
	for (const name of [
		'access.noToken',
		'access.wrongToken',
		'access.unknownPath',
		'group.unknown',
	]) {
		expect(named(answered(healthy, name, { status: 418 }))).toContain(name);
	}
});

it('a token with fewer permissions: what it may not read could not be told, and is named', async () => {
	await simulator.reset({ events: 100 });
	const token = await simulator.putToken('reader', ['Security Events']);
	const rows = rowsOf(await read(simulator, token));
	expect(idsOf(rows, 'differs')).toEqual([]);
	expect(rows.get('access.permissions')).toMatchObject({
		result: 'unknown',
		seen: 'no permission: Groups, User Monitoring, Audit Trail',
	});
	expect(rows.get('groups.flag')?.seen).toBe('403: the token has no permission “Groups”');
});

// Last: it looks at what the tests above have seen.
it('there is no statement that cannot differ, but for those that can only be untold', () => {
	const untold = /\.coverage$|^access\.permissions$|^events\.late$/;
	const rest = statements.filter(({ id }) => !differed.has(id) && !untold.test(id));
	expect(rest.map(({ id }) => id)).toEqual([]);
});
