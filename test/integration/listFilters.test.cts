/** What lists are filtered by, although the API cannot: on the host's real RoutingNode. */
import { ProofpointAudit } from '@nodes/Audit/ProofpointAudit.node';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointUserMonitoring } from '@nodes/UserMonitoring/ProofpointUserMonitoring.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 60, users: 2500, audits: 1200, seed: 3 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

async function audits(parameters: INodeParameters): Promise<IDataObject[]> {
	const nodeType = new ProofpointAudit();
	const items = await runNode({
		nodeType,
		parameters: { operation: 'getAll', ...parameters },
		credential,
	});
	return items.map(({ json }) => json);
}

async function events(parameters: INodeParameters, item: IDataObject = {}): Promise<IDataObject[]> {
	const nodeType = new Proofpoint();
	const items = await runNode({
		nodeType,
		parameters: { operation: 'getAll', returnAll: true, createdAfter: '', ...parameters },
		items: [item],
		credential,
	});
	return items.map(({ json }) => json);
}

async function users(parameters: INodeParameters): Promise<IDataObject[]> {
	const nodeType = new ProofpointUserMonitoring();
	const items = await runNode({
		nodeType,
		parameters: { operation: 'getAll', ...parameters },
		credential,
	});
	return items.map(({ json }) => json);
}

it('audit entries after a time, to the microsecond, on every page', async () => {
	const { audits: all } = await simulator.ledger();
	const boundary = all[1099]?.timestamp ?? '';
	expect(await audits({ returnAll: true, filters: { createdAfter: boundary } })).toEqual(
		all.slice(1100),
	);
	const { requests } = await simulator.requests();
	expect(requests.map(({ query }) => query.limit)).toEqual(['1000', '1000']);
	// The limit counts what passes.
	expect(await audits({ limit: 3, filters: { createdAfter: boundary } })).toEqual(
		all.slice(1100, 1103),
	);
	expect(await audits({ limit: 3, filters: {} })).toEqual(all.slice(0, 3));
});

it('a text that is no time names the parameter, and nothing is asked', async () => {
	const run = audits({ filters: { createdAfter: 'lately' } });
	await expect(run).rejects.toThrow('The parameter “Created After” is not a valid date and time');
	expect((await simulator.requests()).requests).toEqual([]);
});

it('monitored users by address and by status, on every page', async () => {
	const all = await users({ returnAll: true });
	expect(all).toHaveLength(2500);
	const [one, other] = [all[5], all[2400]];
	const addresses = `${String(one?.address).toUpperCase()}, ${String(other?.address)},\n nobody@acme.example`;
	expect(await users({ filters: { addresses } })).toEqual([one, other]);
	const bad = all.filter(({ status }) => status === 'Connection issues');
	expect(bad.length).toBeGreaterThan(50);
	const filters = { statuses: 'connection issues' };
	expect(await users({ returnAll: true, filters })).toEqual(bad);
	expect(await users({ filters })).toEqual(bad.slice(0, 50));
	expect(await users({ filters: { ...filters, addresses: String(bad[1]?.address) } })).toEqual([
		bad[1],
	]);
});

it.each([
	['brackets and a name', (address: string) => `Jane <${address}>`],
	['as a directory writes it', (address: string) => `SMTP:${address.toUpperCase()}`],
	['as a link', (address: string) => `mailto:${address}?subject=Hello`],
	['in quotes', (address: string) => `"${address}"`],
	['as JSON', (address: string) => JSON.stringify([{ address }])],
	['as a list', (address: string) => [address, 'nobody@acme.example']],
])('a monitored user by an address in another spelling: %s', async (_name, spell) => {
	const [one] = await users({ limit: 1 });
	const addresses = spell(String(one?.address));
	expect(await users({ returnAll: true, filters: { addresses } })).toEqual([one]);
});

it.each([
	['alice, a@x', 'alice'],
	['@acme.example', '@acme.example'],
	['al\u200Bice@acme.example', 'al[U+200B]ice@acme.example'],
	[['a@x', null], 'entry 2 (null)'],
	[[''], ''],
])(
	'addresses that are none are refused by name, and nothing is asked: %j',
	async (given, named) => {
		const item = { given };
		const nodeType = new ProofpointUserMonitoring();
		const parameters = { operation: 'getAll', filters: { addresses: '={{ $json.given }}' } };
		const run = runNode({ nodeType, parameters, items: [item], credential });
		await expect(run).rejects.toMatchObject({
			message: 'The parameter “Addresses” has an invalid value',
			description: expect.stringContaining(named),
		});
		expect((await simulator.requests()).requests).toEqual([]);
	},
);

it('events by their type, whatever the case, also a type that is not known yet', async () => {
	await simulator.createEvents({ type: 'Sentinel' });
	const all = await events({});
	const wanted = all.filter(({ type }) => type === 'guardian' || type === 'Sentinel');
	expect(wanted.length).toBeGreaterThan(1);
	expect(wanted.length).toBeLessThan(all.length);
	for (const types of ['guardian, sentinel', ' GUARDIAN\nSENTINEL ', '["Guardian","Sentinel"]']) {
		expect(await events({ filters: { types: '={{ $json.types }}' } }, { types })).toEqual(wanted);
	}
});
