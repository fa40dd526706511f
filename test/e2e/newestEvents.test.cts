/** Get Many of events in a real n8n, with what a new node has: its default date is an expression that n8n resolves. */
import { itemsOf } from '@host/runResult.cjs';

import { makeWorld, manual, newestOf, proofpointNode, type World } from './setup.cjs';

const weekMs = 7 * 24 * 3_600_000;
let world: World;

beforeAll(async () => {
	// Half of them are older than the seven days.
	world = await makeWorld({ events: 200, days: 14, seed: 11 });
}, 360_000);
afterAll(async () => await world.stop());

it('by default the newest of the last seven days; filters and outputs as in every n8n', async () => {
	const getMany = (name: string, parameters: Record<string, unknown>) =>
		proofpointNode(name, 'proofpoint', parameters, { executeOnce: true });
	const workflow = manual(
		'newest-events',
		getMany('Untouched', {}),
		getMany('All', { returnAll: true }),
		getMany('Sender', {
			returnAll: true,
			filters: { sender: '={{ $("All").first().json.from.toUpperCase() }}' },
		}),
		getMany('Raw', { returnAll: true, filters: { types: ['defender'] }, output: 'raw' }),
		getMany('Fields', { limit: 3, output: 'fields', fields: 'id, defender_details.confidence' }),
	);
	await world.n8n.importWorkflows([workflow]);
	const startedAt = Date.now();
	const result = await world.n8n.execute('newest-events');
	const endedAt = Date.now();
	expect(result.error?.message).toBeUndefined();
	const read = (node: string) => itemsOf(result, node).map(({ json }) => json);

	const { events } = await world.simulator.ledger();
	const newest = newestOf(events);
	const since = (time: number) =>
		newest.filter((created) => Date.parse(created) > time - weekMs).length;

	const all = read('All').map(({ created_at }) => created_at);
	expect(all).toEqual(newest.slice(0, all.length));
	// The seven days end when n8n resolves the expression.
	expect(all.length).toBeGreaterThanOrEqual(since(endedAt));
	expect(all.length).toBeLessThanOrEqual(since(startedAt));
	expect(all.length).toBeGreaterThan(60);
	expect(all.length).toBeLessThan(140);

	const untouched = read('Untouched');
	expect(untouched).toEqual(read('All').slice(0, 50));
	for (const event of untouched) expect(Object.keys(event)).toHaveLength(10);

	const { from } = read('All')[0] ?? {};
	expect(typeof from).toBe('string');
	expect(read('Sender')).toEqual(read('All').filter((event) => event.from === from));
	const defender = read('All').filter(({ type }) => type === 'defender');
	expect(defender.length).toBeGreaterThan(5);
	expect(read('Raw').map(({ id }) => id)).toEqual(defender.map(({ id }) => id));
	for (const event of read('Raw')) expect(event).toHaveProperty('inbound_email_details');
	expect(read('Fields').map(({ id }) => id)).toEqual(untouched.slice(0, 3).map(({ id }) => id));
	for (const event of read('Fields')) {
		expect(Object.keys(event)).toEqual(['id', 'defender_details']);
	}
}, 360_000);
