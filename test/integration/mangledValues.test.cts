/**
 * Values that do not look like what they are, in every parameter: with an invisible character, which a message has to
 * show, and numbers that JSON has rounded on the way, which would name something else. Each is refused by the
 * parameter's name before anything is sent.
 */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { choicesOf } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { everyParameter, parametersIn, titleOf, type AnyRow } from './parameterRows.cjs';
import { Poller } from './poller.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, users: 9, audits: 9, groups: 4, seed: 21 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

/** More than JSON numbers hold: this is …992 by the time that a node sees it. */
const ROUNDED: unknown = JSON.parse('9007199254740993');

/** Gives a value by an expression; what was said, and what was sent. */
async function give({ operation, property, within }: AnyRow, given: unknown) {
	const value = '={{ $json.given }}';
	const { name } = property;
	const others: INodeParameters = {
		resource: operation.resource,
		operation: String(operation.option.value),
		groupId: { __rl: true, mode: 'id', value: '101' },
		name: 'A group',
		members: 'alice@acme.example',
		eventId: 'defender::inbound-nobody',
		...(name === 'fields' ? { output: 'fields' } : {}),
		...(name === 'confirmationTimeout' ? { options: { waitForConfirmation: true } } : {}),
	};
	const own: INodeParameters = within
		? { [within]: { ...parametersIn(others[within]), [name]: value } }
		: { [name]: property.type === 'resourceLocator' ? { __rl: true, mode: 'id', value } : value };
	let error = '';
	try {
		await runNode({
			nodeType: operation.node,
			parameters: { ...others, ...own },
			items: [Object({ given })],
			credential,
		});
	} catch (caught) {
		if (!(caught instanceof Error)) throw caught;
		error = `${caught.message} ${'description' in caught ? String(caught.description) : ''}`;
	}
	const { requests } = await simulator.requests();
	return { error, sent: requests.map(({ method, path }) => `${method} ${path}`) };
}

/** A value that the parameter takes, as text. */
function plainOf({ property }: AnyRow): string {
	const { name, type } = property;
	const known: Record<string, string> = {
		members: 'bob@acme.example',
		addresses: 'bob@acme.example',
		eventId: 'defender::inbound-1',
		groupId: '101',
	};
	const byType: Record<string, string> = { boolean: 'true', number: '5', dateTime: '2026-11-01' };
	return known[name] ?? byType[type] ?? String(choicesOf(property)[0]?.value ?? 'id');
}

const labelOf = ({ property }: AnyRow) => property.displayName.replace(/ \(.*\)$/, '');

describe.each(everyParameter.map((row): [string, AnyRow] => [titleOf(row), row]))(
	'%s',
	(_t, row) => {
		it.each([
			['behind it', (text: string) => `${text}\u200B`, 'U+200B'],
			['before it', (text: string) => `\u200E${text}`, 'U+200E'],
		])('an invisible character %s is refused and shown', async (_name, mangle, shown) => {
			const { error, sent } = await give(row, mangle(plainOf(row)));
			expect({ error, sent }).toEqual({
				error: expect.stringContaining(`“${labelOf(row)}`),
				sent: [],
			});
			expect(error).toContain(`[${shown}]`);
		});

		const isWords = ['string', 'resourceLocator', 'multiOptions'].includes(row.property.type);
		if (isWords) {
			it('a number that JSON has rounded is refused', async () => {
				const { error, sent } = await give(row, ROUNDED);
				expect({ error, sent }).toEqual({
					error: expect.stringContaining(`“${labelOf(row)}`),
					sent: [],
				});
				// No number at all is taken for these.
				const never = ['eventId', 'members', 'addresses'].includes(row.property.name);
				if (!never) expect(error).toContain('rounded');
			});
		}
	},
);

it('there are parameters to try', () => {
	expect(everyParameter.length).toBeGreaterThan(80);
});

describe('the trigger', () => {
	async function sample(parameters: INodeParameters, given: unknown): Promise<unknown> {
		const variables: IDataObject = {};
		Object.assign(variables, { given });
		const trigger = new Poller(new ProofpointTrigger(), parameters, credential, { variables });
		return await trigger.sample().catch((error: unknown) => error);
	}
	const value = '={{ $vars.given }}';

	it.each<[string, INodeParameters, string]>([
		['Sender', { filters: { sender: value } }, 'a@b'],
		['Recipient', { filters: { recipient: value } }, 'a@b'],
		['Subject', { filters: { subject: value } }, 'invoice'],
		['Types', { filters: { types: value } }, 'defender'],
		['Quarantine Status', { filters: { quarantineStatus: value } }, 'released'],
		['Severities', { event: 'anomalyDetected', filters: { severities: value } }, 'high'],
		['Fields', { output: 'fields', fields: value }, 'id'],
		['Output', { output: value }, 'raw'],
		['Start Date', { startFrom: 'date', startDate: value }, '2026-11-01'],
		['Max Items per Poll', { options: { maxItemsPerPoll: value } }, '5'],
		['Add Delivery Details', { options: { addDelivery: value } }, 'true'],
	])('%s', async (label, parameters, plain) => {
		for (const mangled of [`${plain}\u200B`, `\u200B${plain}`]) {
			expect(await sample(parameters, mangled)).toMatchObject({
				message: expect.stringContaining(`“${label}”`),
				description: expect.stringContaining('[U+200B]'),
			});
		}
		const takesWords = /Sender|Recipient|Subject|Types|Status|Severities|Fields/.test(label);
		if (!takesWords) return;
		expect(await sample(parameters, ROUNDED)).toMatchObject({
			message: expect.stringContaining(`“${label}”`),
			description: expect.stringContaining('rounded'),
		});
	});

	it.each(['❤️', '👨‍👩‍👧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم', '\uFEFF invoice\u00A0'])(
		'Subject %p has nothing invisible at its ends',
		async (subject) => {
			const filters = { subject: value };
			const all = { filters, event: 'securityEventCreatedOrUpdated' };
			const told = await sample(all, subject);
			if (told instanceof Error) expect(told.message).toContain('that pass the filters');
		},
	);
});

it('a token with an invisible character inside is in no message', async () => {
	const { token } = simulator;
	const split = `${token.slice(0, 9)}\u200B${token.slice(9)}`;
	const row = everyParameter.find(({ property }) => property.name === 'limit');
	if (!row) throw new Error('There is no Limit');
	const { error } = await give(row, split);
	expect(error.replace(/\[U\+200B\]/g, '')).not.toContain(token);
	expect(error).toContain('[API token]');
});
