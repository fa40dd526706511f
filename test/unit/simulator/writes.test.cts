import { groupCreatedSchema, groupPageSchema } from '@nodes/shared/api/contract';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { askerOf, type Ask } from './ask.cjs';

let simulator: Simulator;
let ask: Ask;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20 });
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

it('company risk can be retired', async () => {
	for (const status of [404, 410] as const) {
		await simulator.set({ companyRiskStatus: status });
		expect((await ask('/api/v1/risk/company')).status).toBe(status);
	}
});
