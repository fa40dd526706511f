/**
 * Every filter of security events, for every type of event, in Get Many and in the trigger: one table, and both let the
 * same events through.
 */
import { parametersIn } from './parameterRows.cjs';
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { eventFilterLabels } from '@nodes/shared/core/eventFilters';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { Poller } from './poller.cjs';

let simulator: Simulator;
let credential: CredentialData;

const mail = (from: string, subject: string | null, ...all: string[]) => ({
	message_id: null,
	from,
	subject,
	recipients: { to: all, cc: [], bcc: [], all, count: all.length },
});
const counts = (admin: IDataObject, user: IDataObject = {}, inbox: IDataObject = {}) => ({
	quarantine_status_count: {
		admin_quarantine_status_count: admin,
		user_quarantine_status_count: user,
	},
	deletion_status_count: inbox,
});

/** One of each kind, in the order of the API; the first letter is the type, `x` a type that is not known yet. */
const records: Record<string, IDataObject> = {
	d1: {
		type: 'defender',
		inbound_email_details: mail('Boss@Evil.example', 'Your Invoice', 'alice@acme.example'),
		defender_details: { confidence: 'HIGH', ...counts({ quarantined: 2 }) },
	},
	d2: {
		type: 'defender',
		inbound_email_details: mail(
			'x@news.example',
			'Rückfrage',
			'bob@acme.example',
			'carl@acme.example',
		),
		defender_details: { confidence: 'LOW', ...counts({ released: 1 }, { pending_release: 1 }) },
	},
	d3: {
		type: 'defender',
		inbound_email_details: mail('y@news.example', null, 'bob@acme.example'),
		defender_details: { confidence: null, ...counts({ quarantined: 0 }, {}, { deleted: 3 }) },
	},
	// Nothing is known of it yet.
	d4: { type: 'defender' },
	g1: {
		type: 'guardian',
		outbound_email_details: mail('alice@acme.example', 'Offer', 'boss@evil.example'),
		guardian_details: { type: 'MISDIRECTED_EMAIL', final_outcome: 'NOT_SENT' },
	},
	g2: {
		type: 'guardian',
		outbound_email_details: mail('bob@acme.example', 'Payroll', 'hr@partner.example'),
		guardian_details: { type: 'MISATTACHED_FILE', final_outcome: null },
	},
	a1: {
		type: 'architect',
		outbound_email_details: {
			...mail('carl@acme.example', 'invoice 7', 'c@x.example'),
			final_outcome: 'NOT_SENT',
		},
		architect_details: { final_outcome: 'SENT_WITH_CHANGES' },
	},
	x1: { type: 'sentinel' },
};

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 0, seed: 1 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
	const start = Date.now() - 3_600_000;
	await simulator.load(
		Object.entries(records).map(([id, record], index) => {
			const time = new Date(start + index * 1000).toISOString().replace('Z', '000Z');
			return { id, created_at: time, updated_at: time, portal_link: null, ...record };
		}),
	);
});
afterAll(async () => await simulator.stop());

const all = 'd1 d2 d3 d4 g1 g2 a1 x1';
const notDefender = 'g1 g2 a1 x1';
const notOutbound = 'd1 d2 d3 d4 x1';

/** Events without the details that a filter looks at pass; an event whose value is not known does not, now. */
const table: Array<[keyof typeof eventFilterLabels, unknown, string]> = [
	['types', ['defender'], 'd1 d2 d3 d4'],
	['types', ['guardian'], 'g1 g2'],
	['types', ['architect'], 'a1'],
	['types', 'Sentinel, ARCHITECT', 'a1 x1'],
	['types', [], all],
	['defenderConfidence', ['HIGH'], `d1 ${notDefender}`],
	['defenderConfidence', 'low; VERY_HIGH', `d2 ${notDefender}`],
	['guardianTypes', ['MISDIRECTED_EMAIL'], `d1 d2 d3 d4 g1 a1 x1`],
	['guardianTypes', ['MISATTACHED_FILE'], `d1 d2 d3 d4 g2 a1 x1`],
	['finalOutcomes', ['NOT_SENT'], `d1 d2 d3 d4 g1 x1`],
	['finalOutcomes', ['SENT_WITH_CHANGES'], `d1 d2 d3 d4 a1 x1`],
	['finalOutcomes', ['SENT_WITHOUT_CHANGES'], notOutbound],
	['quarantineStatus', ['quarantined'], `d1 ${notDefender}`],
	['quarantineStatus', ['pendingRelease'], `d2 ${notDefender}`],
	['quarantineStatus', ['released', 'quarantined'], `d1 d2 ${notDefender}`],
	['quarantineStatus', 'Deleted', `d3 ${notDefender}`],
	['sender', 'boss@evil', 'd1 x1'],
	['sender', '@ACME.example', 'g1 g2 a1 x1'],
	['recipient', 'bob@', 'd2 d3 x1'],
	['recipient', 'boss@evil.example', 'g1 x1'],
	['subject', 'INVOICE', 'd1 a1 x1'],
	['subject', 'RÜCK', 'd2 x1'],
	['subject', '', all],
];

it('there is a row for every filter', () => {
	expect([...new Set(table.map(([name]) => name))].sort()).toEqual(
		Object.keys(eventFilterLabels).sort(),
	);
});

const idsOf = (items: IDataObject[]) => items.map(({ id }) => id).join(' ');

async function listed(parameters: INodeParameters): Promise<string> {
	const items = await runNode({
		nodeType: new Proofpoint(),
		parameters: { operation: 'getAll', order: 'oldestFirst', returnAll: true, ...parameters },
		credential,
	});
	return idsOf(items.map(({ json }) => json));
}

async function triggered(parameters: INodeParameters): Promise<string> {
	const trigger = new Poller(
		new ProofpointTrigger(),
		{ startFrom: 'beginning', ...parameters },
		credential,
	);
	return idsOf(await trigger.poll());
}

describe.each(table)('%s %j', (name, value, expected) => {
	const filters = parametersIn({ [name]: value });
	it('in Get Many', async () => expect(await listed({ filters })).toBe(expected));
	it.each(['securityEventCreated', 'securityEventCreatedOrUpdated'])(
		'in the trigger, %s',
		async (event) => expect(await triggered({ event, filters })).toBe(expected),
	);
	it('behind a checkpoint', async () => {
		const [page] = await runNode({
			nodeType: new Proofpoint(),
			parameters: { operation: 'getPage', pageSize: 2 },
			credential,
		});
		const afterCheckpoint = String(page?.json.checkpoint);
		const rest = expected.split(' ').filter((id) => !['d1', 'd2'].includes(id));
		expect(await listed({ filters, options: { afterCheckpoint } })).toBe(rest.join(' '));
	});
});

it('all filters together must hold', async () => {
	const filters = {
		types: ['defender', 'guardian'],
		sender: 'news',
		quarantineStatus: ['released'],
	};
	expect(await listed({ filters })).toBe('d2');
	expect(await triggered({ filters })).toBe('d2');
});
