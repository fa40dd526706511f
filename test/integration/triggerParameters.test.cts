/** Every parameter of the trigger that people can give in several ways: each way is understood or refused, none ignored. */
import { ProofpointTrigger } from '@nodes/Trigger/ProofpointTrigger.node';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { choicesOf } from '@test/unit/nodes/everyNode.cjs';
import type { IDataObject, INodeParameters, INodeProperties } from 'n8n-workflow';

import { Poller } from './poller.cjs';
import { switchForms } from './valueForms.cjs';

let simulator: Simulator;
let cases = 0;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 60, anomalies: 12, users: 8, seed: 5 });
});
afterAll(async () => {
	await simulator.stop();
	process.stdout.write(`the trigger's parameters: ${cases} cases\n`);
});

/** What was given: a value that an expression gives, or no value at all. */
type Given = { value: unknown };

interface Told {
	items: IDataObject[];
	error?: Error & { description?: string | null };
}

/** Fetches test events with parameters of which `$vars.given` is what an expression gives. */
async function fetch(parameters: INodeParameters, { value }: Given): Promise<Told> {
	cases++;
	const variables: IDataObject = {};
	Object.assign(variables, { given: value });
	const trigger = new Poller(
		new ProofpointTrigger(),
		parameters,
		{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
		{ variables },
	);
	try {
		return { items: await trigger.sample() };
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		return { items: [], error };
	}
}

const given = '={{ $vars.given }}';
const nothing: unknown[] = [null, undefined];

describe('Output', () => {
	it.each([
		['simple', 'findings'],
		[' RAW ', 'portal_link'],
		['fields', 'created_at'],
	])('%p', async (value, field) => {
		const { items, error } = await fetch({ output: given, fields: 'created_at' }, { value });
		expect(error).toBeUndefined();
		expect(items.length).toBeGreaterThan(0);
		for (const item of items) expect(item).toHaveProperty(field);
		expect(Object.keys(items[0] ?? {})).toHaveLength(
			value === 'simple' ? 10 : value === 'fields' ? 1 : Object.keys(items[0] ?? {}).length,
		);
	});

	it.each(['full', '', 2, true, {}, [], ['raw'], ...nothing])(
		'%p is refused by name',
		async (value) => {
			const { error } = await fetch({ output: given }, { value });
			expect(error?.message).toContain('“Output”');
			expect(error?.description).toMatch(/Its value is|returned nothing/);
		},
	);

	it.each(['', 'a..b', {}, [], ...nothing])('Fields: %p is refused by name', async (value) => {
		const { error } = await fetch({ output: 'fields', fields: given }, { value });
		expect(error?.message).toContain('“Fields”');
	});
});

const filters: Array<{
	event: string;
	name: string;
	displayName: string;
	/** One value of the API, and one that no record has. */
	value: string;
	field(record: IDataObject): unknown;
}> = [
	{
		event: 'securityEventCreated',
		name: 'types',
		displayName: 'Types',
		value: 'defender',
		field: ({ type }) => type,
	},
	{
		event: 'securityEventCreatedOrUpdated',
		name: 'defenderConfidence',
		displayName: 'Defender Confidence',
		value: 'HIGH',
		field: (record) => inside(record, 'defender_details', 'confidence') ?? 'HIGH',
	},
	{
		event: 'securityEventCreated',
		name: 'guardianTypes',
		displayName: 'Guardian Types',
		value: 'MISDIRECTED_EMAIL',
		field: (record) => inside(record, 'guardian_details', 'type') ?? 'MISDIRECTED_EMAIL',
	},
	{
		event: 'securityEventCreatedOrUpdated',
		name: 'finalOutcomes',
		displayName: 'Final Outcomes',
		value: 'NOT_SENT',
		field: (record) =>
			record.type === 'defender'
				? 'NOT_SENT'
				: (inside(record, 'guardian_details', 'final_outcome') ??
					inside(record, 'architect_details', 'final_outcome') ??
					inside(record, 'outbound_email_details', 'final_outcome')),
	},
	{
		event: 'anomalyDetected',
		name: 'severities',
		displayName: 'Severities',
		value: 'high',
		field: (record) => record.severity_label,
	},
	{
		event: 'userConnectionChanged',
		name: 'statuses',
		displayName: 'New Statuses',
		value: 'Good connection',
		field: (record) => record.status,
	},
];

function inside(record: IDataObject, details: string, name: string): unknown {
	const value = record[details];
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** How the editor shows a value of a filter. */
function labelOf(name: string, value: string): string {
	const labels = new ProofpointTrigger().description.properties
		.flatMap(({ options = [] }) => options)
		.filter((option): option is INodeProperties => 'type' in option && option.name === name)
		.flatMap(choicesOf)
		.filter((choice) => choice.value === value)
		.map((choice) => choice.name);
	return labels[0] ?? '';
}

describe.each(filters)('$displayName', ({ event, name, displayName, value, field }) => {
	const parameters = { event, output: 'raw', filters: { [name]: given } };
	const forms: Array<[string, unknown]> = [
		['a list', [value]],
		['a text', value],
		['a text with commas', `${value},something else`],
		['semicolons and line ends', `something else;\r\n${value};`],
		['a JSON text', JSON.stringify([value])],
		['another case', value.toUpperCase()],
		['another case in a list', [value.toLowerCase()]],
		['blanks around', `  ${value} `],
		['a list with empty entries', ['', value, ' ']],
		['the editor shows it', labelOf(name, value)],
		['the editor shows it, with hyphens', labelOf(name, value).replace(/ /g, '-')],
		['the editor shows it, with underscores', labelOf(name, value).replace(/ /g, '_')],
	];
	it.each(forms)('as %s lets the same pass as the plain value', async (_form, form) => {
		const plain = await fetch(parameters, { value: [value] });
		const { items, error } = await fetch(parameters, { value: form });
		expect([items, error?.message]).toEqual([plain.items, plain.error?.message]);
	});

	it.each(forms)('as %s lets only what was asked for pass', async (_form, form) => {
		const { items, error } = await fetch(parameters, { value: form });
		// None of the few records may have the value: then the test run says so, which is no less a filter.
		if (error) expect(error.message).toContain('that pass the filters');
		for (const item of items) expect(String(field(item)).toLowerCase()).toBe(value.toLowerCase());
	});

	it('that no record has lets only what lacks the field pass', async () => {
		const { items } = await fetch(parameters, { value: 'of the future' });
		for (const item of items) expect(field(item)).toBe(value);
	});

	it.each([[[]], [''], ['  '], ['[]']])('%j is no filter', async (form) => {
		const all = await fetch({ event, output: 'raw' }, { value: 0 });
		const { items } = await fetch(parameters, { value: form });
		expect(items).toEqual(all.items);
	});

	// The last ones hold something, and yet no value: what is left of values that an expression did not find.
	const empty = [',', ' ;\n, ', [''], ['', ' '], '[""]'];
	it.each([true, {}, { a: 1 }, [null], [{}], [['a']], '[broken', ...nothing, ...empty])(
		'%j is refused by name',
		async (form) => {
			const { error } = await fetch(parameters, { value: form });
			expect(error?.message).toContain(`“${displayName}”`);
			expect(error?.description).toMatch(/Its value is|returned nothing/);
		},
	);
});

describe('Max Items per Poll', () => {
	const parameters = { startFrom: 'beginning', options: { maxItemsPerPoll: given } };

	async function poll(value: unknown): Promise<{ count: number; error?: Error }> {
		cases++;
		const variables: IDataObject = {};
		Object.assign(variables, { given: value });
		const trigger = new Poller(
			new ProofpointTrigger(),
			parameters,
			{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
			{ variables, logger: silent },
		);
		const { length } = await trigger.poll();
		const stored = JSON.stringify(trigger.staticData);
		try {
			return { count: length > 0 ? length : (await trigger.poll()).length };
		} catch (error) {
			if (!(error instanceof Error)) throw error;
			// Refused: nothing was stored, at the activation and later.
			expect([stored, JSON.stringify(trigger.staticData)]).toEqual(['{}', '{}']);
			return { count: length, error };
		}
	}
	const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

	it.each([
		[7, 7],
		['7', 7],
		[' 7 ', 7],
		[60, 60],
		['1000', 60],
	])('%p delivers %p items', async (value, expected) => {
		expect((await poll(value)).count).toBe(expected);
	});

	it.each([0, -1, 1.5, '1.5', 'many', '', '7 items', true, [7], {}, 100_001, 1e300, ...nothing])(
		'%p is refused by name, in the log at the activation and as an error later',
		async (value) => {
			const { count, error } = await poll(value);
			expect(count).toBe(0);
			expect(error?.message).toContain('“Max Items per Poll”');
		},
	);
});

describe('Add Delivery Details', () => {
	async function poll(value: unknown): Promise<IDataObject[]> {
		cases++;
		const variables: IDataObject = {};
		Object.assign(variables, { given: value });
		const trigger = new Poller(
			new ProofpointTrigger(),
			{ startFrom: 'beginning', options: { addDelivery: given } },
			{ portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true },
			{ variables },
		);
		const items = await trigger.poll();
		return items.length > 0 ? items : await trigger.poll();
	}

	it.each(switchForms)('$value is $means', async ({ value, means }) => {
		if (means === 'refused') {
			await expect(poll(value)).rejects.toThrow('“Add Delivery Details”');
			return;
		}
		const [item] = await poll(value);
		expect(Object.hasOwn(item ?? {}, 'delivery')).toBe(means);
	});
});

describe.each([
	['event', 'Event'],
	['startFrom', 'Start From'],
])('%s', (name, displayName) => {
	it.each(['somethingElse', '', '{{ $json.x }}'])('%p is refused by name', async (value) => {
		const { error } = await fetch({ [name]: value }, { value: 0 });
		expect(error?.message).toContain(`“${displayName}”`);
		expect(error?.description).toContain(JSON.stringify(value));
	});
});
