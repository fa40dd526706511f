import {
	MOST_USERS,
	newConnections,
	pack,
	readConnections,
	unpack,
	watchConnections,
	type ConnectionState,
} from '@nodes/Trigger/core/connections';
import type { ApiRecord } from '@nodes/shared/api/contract';
import type { Fault } from '@nodes/shared/core/fault';

const fingerprint = 'this configuration';
const fresh = () => newConnections(fingerprint);

/** Lists users in pages of 2,000; a fault stands in for the page with that number. */
async function watch(users: ApiRecord[], state: ConnectionState, failing?: number, fault?: Fault) {
	return await watchConnections({
		state,
		pageSize: { min: 1, max: 2000 },
		maxItems: 1000,
		matches: () => true,
		outOfTime: () => false,
		fetchPage: async ({ after_checkpoint: checkpoint = '0', limit }) => {
			const from = Number(checkpoint);
			if (fault && from / limit === failing) return { ok: false, fault };
			const to = from + limit;
			return {
				ok: true,
				value: {
					records: users.slice(from, to),
					checkpoint: String(to),
					more: to < users.length,
				},
			};
		},
	});
}

const users = (count: number, status = 'Good connection'): ApiRecord[] =>
	Array.from({ length: count }, (_, index) => ({ id: 7 + index * 3, status }));

it('packs and unpacks', () => {
	const statuses = new Map([
		[900, 'b'],
		[3, 'a'],
		[35, 'a'],
		[36, 'b'],
	]);
	expect(pack(statuses)).toEqual({ a: '3.w', b: '10.o0' });
	expect(new Map([...unpack(pack(statuses))].sort())).toEqual(new Map([...statuses].sort()));
});

it('emits nothing at first, then each change once with the status before', async () => {
	const first = await watch(users(5), fresh());
	expect(first.emit).toEqual([]);
	expect(first.progressed).toBe(true);
	const changed = users(5).map((user, index) => (index === 2 ? { ...user, status: 'Bad' } : user));
	const second = await watch(changed, first.state);
	expect(second.emit).toEqual([{ id: 13, status: 'Bad', previous_status: 'Good connection' }]);
	const third = await watch(changed, second.state);
	expect(third).toMatchObject({ emit: [], progressed: false });
});

it('forgets who is gone only after a complete listing', async () => {
	const { state } = await watch(users(4001), fresh());
	const fault: Fault = { kind: 'status', status: 503 };
	const cut = await watch(users(4001), state, 1, fault);
	expect(cut).toMatchObject({ fault, progressed: false });
	expect(unpack(cut.state.statuses).size).toBe(4001);
	const shorter = await watch(users(10), state);
	expect(unpack(shorter.state.statuses).size).toBe(10);
});

it.each([
	[50_000, 500_000],
	[MOST_USERS + 500, 500_000],
])('%i users with ids far apart take at most %i characters', async (count, most) => {
	const far = Array.from({ length: count }, (_, index) => ({
		id: 10_000_000 + index * 40_000,
		status: `Status ${index % 4}`,
	}));
	const { state, notice } = await watch(far, fresh());
	expect(JSON.stringify(state).length).toBeLessThanOrEqual(most);
	expect(notice === undefined).toBe(count <= MOST_USERS);
});

it('the state of another configuration or of another event is not used', () => {
	const state = fresh();
	expect(readConnections(state, fingerprint)).toEqual({ state, discarded: 'none' });
	expect(readConnections(state, 'another').discarded).toBe('otherConfiguration');
	expect(readConnections({ version: 1, seen: {} }, fingerprint).discarded).toBe('unreadable');
});
