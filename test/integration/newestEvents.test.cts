/** Get Many of security events in the order of their creation, on the real simulator: what comes, and what it costs. */
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointUserMonitoring } from '@nodes/UserMonitoring/ProofpointUserMonitoring.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 0, seed: 1 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
const timeOf = (millis: number) => new Date(millis).toISOString().replace('Z', '000Z');

/** Fills the portal: `count` events in even steps over the last `spanMs`, each updated up to an hour later. */
async function fill(count: number, spanMs: number): Promise<string[]> {
	await simulator.reset({ events: 0 });
	const now = Date.now() - 1_000;
	const records = Array.from({ length: count }, (_, index) => {
		const created = now - Math.floor((spanMs * (count - index)) / (count + 1));
		const updated = Math.min(now, created + (index % 7) * 9 * MINUTE_MS);
		return {
			id: `defender::inbound-${index}`,
			type: index % 2 === 0 ? 'defender' : 'guardian',
			created_at: timeOf(created),
			updated_at: timeOf(updated),
			portal_link: null,
		};
	});
	await simulator.load(records.sort((a, b) => a.updated_at.localeCompare(b.updated_at)));
	return records.sort((a, b) => b.created_at.localeCompare(a.created_at)).map(({ id }) => id);
}

interface Read {
	ids: string[];
	requests: number;
	hints: string[];
}

async function getMany(parameters: INodeParameters = {}): Promise<Read> {
	await simulator.clearRequests();
	const hints: string[] = [];
	const items = await runNode({
		nodeType: new Proofpoint(),
		parameters: { operation: 'getAll', ...parameters },
		credential,
		hints,
	});
	const { requests } = await simulator.requests();
	return {
		ids: items.map(({ json }: { json: IDataObject }) => String(json.id)),
		requests: requests.length,
		hints,
	};
}

it('without any setting: the newest 50 of the last seven days, the newest first', async () => {
	const newest = await fill(300, 2 * WEEK_MS);
	const { ids } = await getMany();
	expect(ids).toEqual(newest.slice(0, 50));
	// Half of them are older than a week.
	const all = await getMany({ returnAll: true });
	expect(all.ids).toEqual(newest.slice(0, all.ids.length));
	expect(Math.abs(all.ids.length - 150)).toBeLessThan(3);
	const everything = await getMany({ returnAll: true, createdAfter: '' });
	expect(everything.ids).toEqual(newest);
	const oldest = await getMany({ order: 'oldestFirst', createdAfter: '', limit: 20 });
	expect(oldest.ids).toEqual([...newest].reverse().slice(0, 20));
});

it('between two times, both left out', async () => {
	const newest = await fill(300, WEEK_MS);
	const within = {
		createdAfter: timeOf(Date.now() - WEEK_MS / 2),
		createdBefore: timeOf(Date.now() - WEEK_MS / 4),
	};
	const { ids } = await getMany({ returnAll: true, ...within });
	expect(ids).toEqual(
		newest.slice(newest.indexOf(ids[0] ?? ''), newest.indexOf(ids[0] ?? '') + ids.length),
	);
	expect(Math.abs(ids.length - 75)).toBeLessThan(3);
	expect((await getMany({ limit: 5, ...within })).ids).toEqual(ids.slice(0, 5));
	expect((await getMany({ limit: 5, order: 'oldestFirst', ...within })).ids).toEqual(
		ids.slice(-5).reverse(),
	);
});

it('an empty week costs one request per window, and says nothing', async () => {
	await simulator.reset({ events: 0 });
	const { ids, requests, hints } = await getMany();
	expect(ids).toEqual([]);
	expect(requests).toBeLessThanOrEqual(4);
	expect(hints).toEqual([]);
});

it('200 events of a week: a few requests', async () => {
	const newest = await fill(200, WEEK_MS);
	const { ids, requests, hints } = await getMany();
	expect(ids).toEqual(newest.slice(0, 50));
	expect(requests).toBeLessThanOrEqual(6);
	expect(hints).toEqual([]);
});

it('a filter that little passes reads the whole week, and says what it cost and how to narrow it', async () => {
	await fill(12_000, WEEK_MS);
	const { ids, requests, hints } = await getMany({ filters: { types: ['architect'] } });
	expect(ids).toEqual([]);
	expect(requests).toBeGreaterThanOrEqual(120);
	expect(hints).toHaveLength(1);
	expect(hints[0]).toContain(`so this took ${requests} requests`);
	expect(hints[0]).toContain('“Created After”');
	const cheap = await getMany();
	expect(cheap.hints).toEqual([]);
	expect(cheap.requests).toBeLessThan(10);
}, 120_000);

it('behind a checkpoint nothing is dropped, whatever the dates and the order say', async () => {
	const newest = await fill(150, 3 * WEEK_MS);
	const [page] = await runNode({
		nodeType: new Proofpoint(),
		parameters: { operation: 'getPage', pageSize: 20 },
		credential,
	});
	const first = new Set(JSON.stringify(page?.json.results).match(/defender::inbound-\d+/g));
	expect(first.size).toBe(20);
	const options = { afterCheckpoint: String(page?.json.checkpoint) };
	for (const dates of [
		{},
		{ createdBefore: timeOf(Date.now() - 2 * WEEK_MS) },
		{ createdAfter: timeOf(Date.now()), order: 'oldestFirst' },
		{ createdAfter: 'lately', order: 'sideways' },
	]) {
		const { ids } = await getMany({ returnAll: true, options, ...dates });
		expect([...ids].sort()).toEqual(newest.filter((id) => !first.has(id)).sort());
	}
});

it.each(['beginning', "={{ $json.none ?? 'beginning' }}", '={{ "Beginning " }}', ' '])(
	'After Checkpoint %p: every event from the beginning on, as the editor shows no dates',
	async (afterCheckpoint) => {
		const newest = await fill(30, 30 * DAY_MS);
		const options = { afterCheckpoint };
		for (const dates of [
			{},
			{ createdAfter: timeOf(Date.now() - DAY_MS), createdBefore: timeOf(Date.now()) },
			{ createdAfter: 'lately', order: 'sideways' },
		]) {
			const { ids } = await getMany({ returnAll: true, options, ...dates });
			expect([...ids].sort()).toEqual([...newest].sort());
		}
		// In the order of the API.
		expect((await getMany({ limit: 3, options })).ids).toEqual([...newest].reverse().slice(0, 3));
	},
);

it('a field that no event has is named in a hint', async () => {
	await fill(3, WEEK_MS);
	const output = { output: 'fields', fields: 'id, subjekt, type' };
	const { hints } = await getMany(output);
	expect(hints).toEqual([expect.stringContaining('“subjekt”')]);
	expect((await getMany({ ...output, fields: 'id, type' })).hints).toEqual([]);
});

it('a value that Proofpoint is not known to send is named, also where others pass', async () => {
	await fill(4, WEEK_MS);
	const types = ['gardian', 'Sentinel'];
	const { ids, hints } = await getMany({ filters: { types, defenderConfidence: 'high' } });
	expect(ids).toEqual([]);
	expect(hints).toEqual([expect.stringContaining('“Types”: gardian, Sentinel.')]);
	expect((await getMany({ filters: { types: ['architect'] } })).hints).toEqual([]);
	const { hints: beside } = await getMany({ filters: { types: ['gardian', 'guardian'] } });
	expect(beside).toEqual([expect.stringContaining('“Types”: gardian.')]);

	const told: string[] = [];
	const users = await runNode({
		nodeType: new ProofpointUserMonitoring(),
		parameters: {
			operation: 'getAll',
			filters: { statuses: 'Conection issues, good connection of the future' },
		},
		credential,
		hints: told,
	});
	expect(users).toEqual([]);
	expect(told).toEqual([expect.stringContaining('“Statuses”: Conection issues')]);
});
