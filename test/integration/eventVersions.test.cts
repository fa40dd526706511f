/**
 * A list that holds an event twice, in either order, where the API's own has the version that was updated later at the end: one
 * version counts, and it alone decides whether the event passes the filters (docs/api.md, "Events are not immutable").
 */
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
/** By the vendor's rule the version that was returned last counts; where reading may begin again further back, the one updated last. */
type Rule = 'returned last' | 'updated last';
const readers: Array<[name: string, rule: Rule, read: Read]> = [
	['Get Many, newest first', 'returned last', getMany({})],
	['Get Many, oldest first', 'returned last', getMany({ order: 'oldestFirst' })],
	['Get Many, Return All', 'returned last', getMany({ returnAll: true })],
	['Get Many behind a checkpoint', 'updated last', getMany({ options: { afterCheckpoint: 'c0' } })],
	...(['securityEventCreated', 'securityEventCreatedOrUpdated'] as const).map(
		(event): [string, Rule, Read] => [
			`the trigger, ${event}`,
			'updated last',
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

	it.each(readers)('%s: the one %s, once, and its filters', async (_reader, rule, read) => {
		const counts = rule === 'updated last' ? newer : list.at(-1);
		expect(await read({})).toEqual([counts?.inbound_email_details.subject]);
		for (const each of [older, newer]) {
			const { subject } = each.inbound_email_details;
			expect(await read({ subject })).toEqual(each === counts ? [subject] : []);
		}
	});

	it('Get: the one returned last', async () => {
		const parameters = { operation: 'get', eventId: newer.id };
		const items = await runNode({ nodeType: new Proofpoint(), parameters, credential });
		const { subject } = list.at(-1)?.inbound_email_details ?? {};
		expect(items.map(({ json }) => json.subject)).toEqual([subject]);
	});
});
