/**
 * Values that Proofpoint is not known to use, in every filter that takes several of its values: a typing error lets
 * nothing pass and looks like an answer, so it is named, also where other records pass. A model reads no hint: as a tool
 * of an agent the operation fails where nothing passes. The filters are read from the descriptions, so a new one is in
 * the table by itself.
 */
import { Proofpoint } from '@nodes/Proofpoint/Proofpoint.node';
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { choicesOf } from '@test/unit/nodes/everyNode.cjs';
import type { INode, INodeParameters, INodeProperties, Logger } from 'n8n-workflow';

import { runNode, type CredentialData, type NodeRun } from './host.cjs';
import { nameOf, rows, titleOf, type Row } from './parameterRows.cjs';
import { Poller } from './poller.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 30, users: 9, anomalies: 6, seed: 9 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());

/** The one list of ours: another word is refused. */
const isClosed = ({ name }: INodeProperties) => name === 'quarantineStatus';
const named = rows
	.filter(({ property, within }) => property.type === 'multiOptions' && within === 'filters')
	.map((row): [string, Row] => [titleOf(row), row]);

/** How n8n runs a node that an agent has as a tool. */
const asTool = ({ operation: { node } }: Row): Partial<INode> => ({
	type: `n8n-nodes-proofpoint.${node.description.name}Tool`,
});

/** The types of events that a filter on details looks at: all others pass it. */
const typesOf: Record<string, string> = {
	defenderConfidence: 'defender',
	guardianTypes: 'guardian',
	finalOutcomes: 'guardian, architect',
};

async function hintsOf(
	row: Row,
	value: string,
	more: INodeParameters = {},
	{ items = [{}], settings = {}, types = '' }: Partial<NodeRun> & { types?: string } = {},
) {
	const { operation, property } = row;
	const hints: string[] = [];
	const output = await runNode({
		nodeType: operation.node,
		parameters: {
			resource: operation.resource,
			operation: String(operation.option.value),
			returnAll: true,
			createdAfter: '',
			filters: {
				...(types === '' ? {} : { types: `={{ '${types}' }}` }),
				[property.name]: `={{ '${value}' }}`,
			},
			...more,
		},
		items,
		settings,
		credential,
		hints,
	});
	return { hints, output: output.map(({ json }) => json), count: output.length };
}

describe.each(named)('%s', (_title, row) => {
	const known = choicesOf(row.property).map(({ value }) => String(value));

	it('an unknown value is named or refused, also where others pass', async () => {
		const value = [...known, 'of the futrue'].join(',');
		if (isClosed(row.property)) {
			await expect(hintsOf(row, value)).rejects.toMatchObject({
				message: expect.stringContaining(nameOf(row)),
				description: expect.stringContaining(known.join(', ')),
			});
			return;
		}
		const { hints, count } = await hintsOf(row, value);
		expect(count).toBeGreaterThan(0);
		expect(hints).toEqual([expect.stringContaining(`${nameOf(row)}: of the futrue`)]);
		// Once, however many items say the same; and behind a checkpoint too.
		expect((await hintsOf(row, value, {}, { items: [{}, {}, {}] })).hints).toEqual(hints);
		const resumed = await hintsOf(row, value, { options: { afterCheckpoint: 'beginning' } });
		expect(resumed.hints).toEqual(hints);
	});

	it.each<[string, INodeParameters]>([
		['from the beginning', {}],
		['resumed', { options: { afterCheckpoint: 'beginning' } }],
	])('a model is told what to use where nothing passes, %s', async (_way, more) => {
		const types = typesOf[row.property.name] ?? '';
		const run = { types, settings: asTool(row) };
		const failed: unknown = await hintsOf(row, 'of the futrue', more, run).catch(
			(error: unknown) => error,
		);
		const named = [nameOf(row), 'of the futrue', ...known].map((part) => ({
			message: expect.stringContaining(part),
		}));
		for (const part of named) expect(failed).toMatchObject(part);
		if (isClosed(row.property)) return;
		// Where it goes on after errors, the output tells the same; a person has the hint, and no failure.
		const settings = { ...asTool(row), onError: 'continueRegularOutput' as const };
		const { output } = await hintsOf(row, 'of the futrue', more, { types, settings });
		expect(output).toEqual([
			{ error: expect.stringContaining('of the futrue'), message: expect.any(String) },
		]);
		const asNode = await hintsOf(row, 'of the futrue', more, { types });
		expect(asNode).toMatchObject({ count: 0, hints: [expect.any(String)] });
	});

	it('a tool where something passes, or whose values are known, does not fail', async () => {
		const settings = asTool(row);
		const value = [...known, 'of the futrue'].join(',');
		if (!isClosed(row.property)) {
			expect((await hintsOf(row, value, {}, { settings })).count).toBeGreaterThan(0);
		}
		for (const one of known) {
			const { output } = await hintsOf(row, one, { createdAfter: '2099-01-01' }, { settings });
			for (const item of output) expect(item).not.toHaveProperty('error');
		}
	});

	it('known values say nothing, in any spelling', async () => {
		for (const value of [...known, ...choicesOf(row.property).map(({ name }) => name)]) {
			expect((await hintsOf(row, value)).hints).toEqual([]);
		}
	});
});

it('there are filters to try', () => {
	expect(named.length).toBeGreaterThan(5);
});

/** What a trigger writes to the log, without what is not about its parameters. */
function loggedTrigger(parameters: INodeParameters, variables = {}): [Poller, string[]] {
	const lines: string[] = [];
	const note = (line: string) => void lines.push(line);
	const logger: Logger = { error: note, warn: note, info: () => {}, debug: () => {} };
	return [
		new Poller(new ProofpointTrigger(), parameters, credential, { logger, variables }),
		lines,
	];
}
const about = (lines: string[]) => lines.filter((line) => line.includes('Check the spelling'));

describe('the trigger', () => {
	const base = { event: 'securityEventCreatedOrUpdated', startFrom: 'beginning' };

	it.each<[string, INodeParameters, string]>([
		['Types', { ...base, filters: { types: 'gaurdian, defender' } }, '“Types”: gaurdian'],
		['Confidence', { ...base, filters: { defenderConfidence: ['Hihg'] } }, 'Confidence”: Hihg'],
		['Outcomes', { ...base, filters: { finalOutcomes: ['Sent'] } }, '“Final Outcomes”: Sent'],
		['Severities', { event: 'anomalyDetected', filters: { severities: 'low' } }, '”: low'],
		['Statuses', { event: 'userConnectionChanged', filters: { statuses: 'bad' } }, '”: bad'],
		['Fields', { ...base, output: 'fields', fields: 'id, subjct' }, '“subjct”'],
		[
			'Fields in the depth',
			{ ...base, output: 'fields', fields: 'type, defender_details.confidense' },
			'“defender_details.confidense”',
		],
	])('%s: the log names what is not known, once', async (_name, parameters, expected) => {
		const [trigger, lines] = loggedTrigger(parameters);
		for (let polls = 0; polls < 3; polls++) await trigger.poll();
		expect(about(lines)).toEqual([expect.stringContaining(expected)]);
		// n8n goes on in the same process, with the same mistake: it is known.
		trigger.republish({});
		await trigger.poll();
		expect(about(lines)).toHaveLength(1);
	});

	it('tells each change, and tells a mistake again that came back', async () => {
		const filters = (types: string) => ({ parameters: { ...base, filters: { types } } });
		const [trigger, lines] = loggedTrigger(filters('gaurdian').parameters);
		await trigger.poll();
		for (const types of ['defnder', 'defender', 'defnder']) {
			trigger.republish(filters(types));
			await trigger.poll();
		}
		expect(about(lines).map((line) => /: (\w+)\.?$/.exec(line)?.[1])).toEqual([
			'gaurdian',
			'defnder',
			'defnder',
		]);
	});

	it('what is known says nothing', async () => {
		const fields =
			'id, created_at, inbound_email_details.subject, outbound_email_details.recipients.all, defender_details.quarantine_status_count.user_quarantine_status_count.released';
		const filters = { types: 'Defender, GUARDIAN', defenderConfidence: ['Very High', ''] };
		const [trigger, lines] = loggedTrigger({ ...base, output: 'fields', fields, filters });
		await trigger.poll();
		await trigger.poll();
		expect(about(lines)).toEqual([]);
	});

	it('a test event that no record passes names the value, and never the token', async () => {
		const { token } = simulator;
		const filters = { types: `gaurdian, ${token}` };
		const [trigger] = loggedTrigger({ ...base, filters });
		const failed: unknown = await trigger.sample().catch((error: unknown) => error);
		expect(failed).toMatchObject({ description: expect.stringContaining('“Types”: gaurdian') });
		expect(failed).not.toMatchObject({ description: expect.stringContaining(token) });
		const [polled, lines] = loggedTrigger({ ...base, filters });
		await polled.poll();
		expect(about(lines)).toHaveLength(1);
		expect(lines.join()).not.toContain(token);
	});
});

it.each<[string, INodeParameters]>([
	['Get Many', { operation: 'getAll', returnAll: true }],
	['Get Many, resumed', { operation: 'getAll', options: { afterCheckpoint: 'beginning' } }],
	['Get', { operation: 'get', createdAfter: '2020-01-01' }],
])(
	'%s: a field that no event is known to have is named, and one that an event has is not',
	async (_name, parameters) => {
		const id = 'guardian::outbound-of-the-future';
		await simulator.load([{ id, type: 'guardian', ...now(), brand_new: { field: 1 } }]);
		const hintsFor = async (fields: string) => {
			const hints: string[] = [];
			await runNode({
				nodeType: new Proofpoint(),
				parameters: { ...parameters, eventId: id, output: 'fields', fields },
				credential,
				hints,
			});
			return hints;
		};
		// Defender alone has it: it is no mistake that a Guardian event lacks it.
		expect(await hintsFor('id, subjct, defender_details.confidence')).toEqual([
			expect.stringContaining('the fields “subjct”.'),
		]);
		expect(await hintsFor('id, guardian_details.type')).toEqual([]);
		if (parameters.options === undefined) expect(await hintsFor('brand_new.field')).toEqual([]);
	},
);

function now() {
	const time = new Date().toISOString();
	return { created_at: time, updated_at: time };
}
