/** A list that holds an event twice, in either order: whatever reads it takes the version that was updated later. */
import { createServer, type Server } from 'node:http';

import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import type { INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { Poller } from './poller.cjs';

const timeOf = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
const created_at = timeOf(600);
const version = (subject: string, secondsAgo: number) => ({
	id: `defender::inbound-${'a'.repeat(64)}`,
	type: 'defender',
	created_at,
	updated_at: timeOf(secondsAgo),
	portal_link: null,
	inbound_email_details: { from: 'x@partner.example', recipients: {}, subject },
});
const older = version('older', 300);
const newer = version('newer', 60);

let server: Server;
let credential: CredentialData;
let records: object[];
let pollers = 0;

beforeAll(async () => {
	server = createServer((_request, response) => {
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ results: records, checkpoint: 'c1', additional_results: false }));
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	credential = { portalUrl: `http://127.0.0.1:${port}`, apiToken: 't', allowCustomHost: true };
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});

type Read = (filters: INodeParameters) => Promise<unknown[]>;
const getMany =
	(more: INodeParameters): Read =>
	async (filters) => {
		const parameters = { operation: 'getAll', filters, ...more };
		const items = await runNode({ nodeType: new Proofpoint(), parameters, credential });
		return items.map(({ json }) => json.subject);
	};
const readers: Array<[name: string, read: Read]> = [
	['Get Many, newest first', getMany({})],
	['Get Many, oldest first', getMany({ order: 'oldestFirst' })],
	['Get Many, Return All', getMany({ returnAll: true })],
	['Get Many behind a checkpoint', getMany({ options: { afterCheckpoint: 'c0' } })],
	...(['securityEventCreated', 'securityEventCreatedOrUpdated'] as const).map(
		(event): [string, Read] => [
			`the trigger, ${event}`,
			async (filters) => {
				const parameters = { event, startFrom: 'beginning', filters };
				const poller = new Poller(new ProofpointTrigger(), parameters, credential, {
					workflowId: `workflow-${++pollers}`,
				});
				return (await poller.poll()).map(({ subject }) => subject);
			},
		],
	),
];

describe.each([
	['the older version last', [newer, older]],
	['the newer version last', [older, newer]],
	['the older version between two of the newer', [newer, older, newer]],
])('%s', (_name, list) => {
	beforeEach(() => (records = list));

	it.each(readers)('%s: the newer one, once', async (_reader, read) => {
		expect(await read({})).toEqual(['newer']);
		expect(await read({ subject: 'newer' })).toEqual(['newer']);
	});

	it.each(readers)(
		'%s: nothing where only the older one passes the filters',
		async (_reader, read) => {
			expect(await read({ subject: 'older' })).toEqual([]);
		},
	);

	it('Get: the newer one', async () => {
		const parameters = { operation: 'get', eventId: newer.id };
		const items = await runNode({ nodeType: new Proofpoint(), parameters, credential });
		expect(items.map(({ json }) => json.subject)).toEqual(['newer']);
	});
});
