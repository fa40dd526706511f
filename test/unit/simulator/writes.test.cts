import {
	eventSchema,
	groupCreatedSchema,
	groupPageSchema,
	remediationResultSchema,
	type RemediationResult,
} from '@nodes/shared/api/contract';
import { startSimulator, type Simulator } from '@simulator/client.cjs';
import { askerOf, type Ask } from './ask.cjs';
import { eventPage, walk } from './walk.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulator({ events: 60, remediationDelay: 60 });
	ask = askerOf(simulator);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.reset());

describe('groups', () => {
	const post = (path: string, body: unknown) => ask(path, { method: 'POST', body });
	const create = async (name: string) => {
		const answer = await post('/api/v1/groups', { name });
		return groupCreatedSchema.parse(answer.json).id;
	};
	const members = async (id: number) =>
		groupPageSchema.parse((await ask(`/api/v1/groups/${id}`)).json).results.members;
	const address = (name: string) => ({ address: `${name}@acme.example` });

	it('live through create, rename, members and delete, with an audit entry each', async () => {
		const id = await create('Night shift');
		const path = `/api/v1/groups/${id}`;
		const domain = { domain: '@partner.example' };
		const add = { members: [address('a'), address('b'), domain] };
		expect(await post(`${path}/add_members`, add)).toMatchObject({ status: 200, text: '' });
		await post(`${path}/add_members`, { members: [address('a'), address('c')] });
		await post(`${path}/remove_members`, { members: [address('b'), address('unknown')] });
		expect(await members(id)).toEqual([address('a'), domain, address('c')]);
		await ask(path, { method: 'PUT', body: { name: 'Day shift' } });
		const group = groupPageSchema.parse((await ask(path)).json).results.metadata;
		expect(group).toMatchObject({ id, name: 'Day shift' });
		expect((await ask(path, { method: 'DELETE' })).status).toBe(200);
		expect((await ask(path)).status).toBe(404);
		const { groupWrites, audits, startAudits } = await simulator.ledger();
		const actions = ['create', 'add', 'add', 'remove', 'rename', 'delete'];
		expect(groupWrites.map(({ action }) => action)).toEqual(actions);
		expect(audits.slice(startAudits)).toHaveLength(6);
	});

	it('take 1 to 100 members, each with exactly one of address and domain', async () => {
		const path = `/api/v1/groups/${await create('Strict')}/add_members`;
		const many = (count: number) => ({
			members: Array.from({ length: count }, (_, n) => address(`u${n}`)),
		});
		expect((await post(path, many(100))).status).toBe(200);
		const bad = [
			many(101),
			many(0),
			{ members: [{ address: '@acme.example' }] },
			{ members: [{ domain: 'acme.example' }] },
			{ members: [{ ...address('a'), domain: '@acme.example' }] },
			{ members: [{}] },
			{},
			'not JSON',
		];
		for (const body of bad) expect((await post(path, body)).status).toBe(400);
	});

	it('refuse an unknown group and a body without a name', async () => {
		for (const id of ['9999', 'abc', '..%2F101']) {
			const path = `/api/v1/groups/${id}`;
			expect((await ask(path)).status).toBe(404);
			expect((await ask(path, { method: 'PUT', body: { name: 'x' } })).status).toBe(404);
			expect((await ask(path, { method: 'DELETE' })).status).toBe(404);
			const answer = await post(`${path}/add_members`, { members: [address('a')] });
			expect(answer.status).toBe(404);
		}
		expect((await post('/api/v1/groups', { name: '' })).status).toBe(400);
		expect((await ask('/api/v1/groups/101', { method: 'PUT', body: {} })).status).toBe(400);
	});

	it('answer without a documented body in three ways', async () => {
		const rename = () => ask('/api/v1/groups/101', { method: 'PUT', body: { name: 'x' } });
		expect(await rename()).toMatchObject({ status: 200, text: '' });
		await simulator.set({ writeAnswer: 'no-content' });
		expect(await rename()).toMatchObject({ status: 204, text: '' });
		await simulator.set({ writeAnswer: 'json' });
		expect(await rename()).toMatchObject({ status: 200, json: { status: 'success' } });
	});
});

describe('remediation', () => {
	const act = async (action: string, id: string) =>
		ask(`/api/v1/remediation/${action}`, { method: 'POST', body: { event_id: id } });
	const result = async (action: string, id: string): Promise<RemediationResult> =>
		remediationResultSchema.parse((await act(action, id)).json);
	const mailTo = (...all: string[]) => ({
		inbound_email_details: { recipients: { to: all, cc: [], bcc: [], all, count: all.length } },
	});
	const create = async (all: string[], place?: 'quarantined' | 'inbox') => {
		const fields = mailTo(...all);
		const options = place ? { fields, place } : { fields };
		const [event] = await simulator.createEvents({ type: 'defender', ...options });
		return event?.id ?? '';
	};
	const [ann, bob] = ['ann@acme.example', 'bob@acme.example'];

	it('release: every recipient once, then not found; the event comes back through the chain', async () => {
		const id = await create([ann, bob], 'quarantined');
		const { checkpoint } = (await walk(ask, {}, 100)).pages.at(-1) ?? { checkpoint: '' };
		expect(await result('release_from_quarantine', id)).toEqual({
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 2,
			results: [{ user_address: ann }, { user_address: bob }],
		});
		const error = 'EMAIL_NOT_FOUND_IN_QUARANTINE';
		expect(await result('release_from_quarantine', id)).toEqual({
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 0,
			results: [
				{ user_address: ann, error },
				{ user_address: bob, error },
			],
		});
		expect((await eventPage(ask, { after_checkpoint: checkpoint })).events).toEqual([]);
		await new Promise((resolve) => setTimeout(resolve, 120));
		const page = await eventPage(ask, { after_checkpoint: checkpoint });
		expect(page.events.map((event) => event.id)).toEqual([id]);
		expect(await simulator.event(id)).toMatchObject({
			remediation_status: { quarantined: 0, released: 2, deleted: 0 },
		});
		const { remediationCounts, remediations } = await simulator.ledger();
		expect(remediationCounts[id]).toEqual({ releaseFromQuarantine: 2 });
		expect(remediations.map(({ succeeded }) => succeeded)).toEqual([2, 0]);
	});

	it('delete from the inbox, also after a release, then already deleted', async () => {
		const id = await create([ann], 'quarantined');
		const inbox = () => result('delete_from_inbox', id);
		expect((await inbox()).results).toEqual([
			{ user_address: ann, error: 'EMAIL_NOT_FOUND_IN_INBOX' },
		]);
		await result('release_from_quarantine', id);
		expect(await inbox()).toMatchObject({ number_of_actions_succeeded: 1 });
		expect((await inbox()).results).toEqual([{ user_address: ann, error: 'ALREADY_DELETED' }]);
	});

	it('partial failure, and nothing to do at all', async () => {
		const id = await create([ann, bob], 'quarantined');
		await simulator.placeMail({ id, place: 'deleted', addresses: [bob] });
		expect(await result('delete_from_quarantine', id)).toMatchObject({
			number_of_actions_attempted: 2,
			number_of_actions_succeeded: 1,
		});
		expect((await simulator.mail(id)).places).toEqual({ [ann]: 'deleted', [bob]: 'deleted' });
		expect(await result('delete_from_quarantine', await create([]))).toEqual({
			number_of_actions_attempted: 0,
			number_of_actions_succeeded: 0,
			results: [],
		});
	});

	it('refuses other events, unknown ones and bodies of another shape', async () => {
		const [guardian] = await simulator.createEvents({ type: 'guardian' });
		expect((await act('release_from_quarantine', guardian?.id ?? '')).status).toBe(400);
		expect((await act('delete_from_inbox', 'no-such-event')).status).toBe(404);
		const path = '/api/v1/remediation/release_from_quarantine';
		for (const body of [{}, { event_id: 1 }, { event_id: '' }, 'x']) {
			expect((await ask(path, { method: 'POST', body })).status).toBe(400);
		}
		expect((await simulator.ledger()).remediations).toEqual([]);
	});

	it('releasable events are what the playbook lets go, and no others are', async () => {
		const isReleasable = (record: unknown) => {
			const details = eventSchema.parse(record).defender_details;
			const { safe = 0, malicious = 0 } = details?.users_responded ?? {};
			const trusted = details?.confidence === 'LOW' && details.dmarc_result === 'PASSED';
			return trusted && safe > 1 && malicious === 0;
		};
		for (const releasable of [true, false]) {
			const made = await simulator.createEvents({ type: 'defender', count: 60, releasable });
			for (const { id } of made) {
				expect(isReleasable(await simulator.event(id))).toBe(releasable);
				if (releasable) {
					expect(Object.values((await simulator.mail(id)).places)).not.toContain('inbox');
				}
			}
		}
	});
});

it('company risk can be retired', async () => {
	for (const status of [404, 410] as const) {
		await simulator.set({ companyRiskStatus: status });
		expect((await ask('/api/v1/risk/company')).status).toBe(status);
	}
});
