/**
 * Every number and every time of every operation, in the forms in which people, agents, webhooks and sheets give one. Each
 * form does what the plain one does; what means none is refused by the parameter's name before anything is sent. The
 * parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { jsonText } from '@nodes/shared/core/jsonText';
import { startSimulatorHere, type Simulator } from '@simulator/client.cjs';
import { DateTime, Duration } from 'luxon';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode, type CredentialData } from './host.cjs';
import { everyParameter, parametersIn, titleOf, type AnyRow } from './parameterRows.cjs';

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	simulator = await startSimulatorHere({ events: 20, users: 9, audits: 9, groups: 4, seed: 21 });
	credential = { portalUrl: simulator.url, apiToken: simulator.token, allowCustomHost: true };
});
afterAll(async () => await simulator.stop());
beforeEach(async () => await simulator.clearRequests());

const rows = everyParameter.filter(({ property }) =>
	['number', 'dateTime'].includes(property.type),
);
const titled = rows.map((row): [string, AnyRow] => [titleOf(row), row]);

interface Told {
	output: unknown;
	error: string;
	hint: string;
	requests: string[];
}

async function run({ operation, property, within }: AnyRow, given: unknown): Promise<Told> {
	await simulator.clearRequests();
	const [group] = (await simulator.state()).groups;
	const value = '={{ $json.given }}';
	const parameters: INodeParameters = {
		resource: operation.resource,
		operation: operation.option.value,
		groupId: { __rl: true, mode: 'id', value: group?.id ?? 0 },
		name: 'A group',
		members: 'alice@acme.example',
		eventId: 'defender::inbound-nobody',
		// The newest are looked for from now on, which passes.
		...(property.name === 'limit' ? { order: 'oldestFirst', createdAfter: '' } : {}),
		// Without it the number is not read at all.
		...(property.name === 'confirmationTimeout' ? { options: { waitForConfirmation: true } } : {}),
	};
	const own: INodeParameters = within
		? { [within]: { ...parametersIn(parameters[within]), [property.name]: value } }
		: { [property.name]: value };
	const told: Told = { output: [], error: '', hint: '', requests: [] };
	try {
		const items = await runNode({
			nodeType: operation.node,
			parameters: { ...parameters, ...own },
			items: [Object({ given })],
			credential,
		});
		told.output = items.map(({ json }: { json: IDataObject }) => json);
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		told.error = error.message;
		told.hint = 'description' in error ? String(error.description) : '';
	}
	const { requests } = await simulator.requests();
	told.requests = requests.map(
		({ method, path, query }) => `${method} ${path} ${JSON.stringify(query)}`,
	);
	return told;
}

it('there are numbers and times to try', () => {
	expect(rows.length).toBeGreaterThan(20);
});

const moment = Date.now() - 3_600_000;
const iso = new Date(moment).toISOString();
/** Mistakes that look like times: nothing in a `Date`, seconds, digits of a date, a duration. */
const farTimes = [
	new Date(0),
	new Date(1_793_000_000),
	DateTime.fromMillis(1_793_000_000),
	Duration.fromObject({ days: 1 }),
	Duration.fromMillis(moment),
	'20261101080000',
	20_261_101_080_000,
	'202611010800',
	'20261101',
	'1793000000',
];

describe.each(titled)('%s', (_title, row) => {
	const isTime = row.property.type === 'dateTime';
	const junk = isTime
		? [
				'lately',
				true,
				{},
				[],
				12,
				1_700_000_000,
				null,
				undefined,
				'2026-13-01',
				'0000-01-01',
				'0001-01-01T00:00:00+05:00',
				253_402_300_800_000,
				[iso],
				...farTimes,
			]
		: ['many', true, {}, [], null, undefined, -1, 1.5, 'NaN', '1e999', [3]];

	it.each(junk.map((given) => [jsonText(given) ?? 'undefined', given] as const))(
		'%s is refused by name, and nothing is sent',
		async (_given, given) => {
			// Seconds may have a fraction.
			if (row.property.name === 'confirmationTimeout' && given === 1.5) return;
			const { error, requests } = await run(row, given);
			const name = row.property.displayName.replace(/ \(.*\)$/, '');
			expect(error).toContain(`“${name}`);
			expect(requests).toEqual([]);
		},
	);

	if (!isTime) {
		it('has an upper bound, which the editor knows and the refusal says', async () => {
			const { typeOptions: { maxValue = NaN } = {} } = row.property;
			expect(maxValue).toBeLessThanOrEqual(1_000_000);
			for (const given of [maxValue + 1, 1e300, '1e15']) {
				const { error, hint, requests } = await run(row, given);
				expect(error).toContain(`“${row.property.displayName.replace(/ \(.*\)$/, '')}`);
				expect(hint).toContain(` to ${maxValue.toLocaleString('en')}.`);
				expect(requests).toEqual([]);
			}
		});
	}

	const reads = /^(get|getAll|getPage)$/.test(String(row.operation.option.value));
	const forms = isTime ? [new Date(moment), moment, String(moment), ` ${iso} `] : ['3', ' 3 '];
	if (reads) {
		it.each(forms.map((form) => [String(form), form] as const))('%s', async (_form, form) => {
			const plain = await run(row, isTime ? iso : 3);
			expect(plain.error).not.toMatch(/invalid value|not a valid date/);
			const { output, requests, error } = await run(row, form);
			expect({ output, error, first: requests[0] }).toEqual({
				output: plain.output,
				error: plain.error,
				first: plain.requests[0],
			});
		});
	}
});
