/** The gate of the playbooks that act, as n8n's Code node runs it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

const file = path.resolve(__dirname, '../../../../playbooks/shared/mayAct.txt');
const code = readFileSync(file, 'utf8');
const gateSchema = z.array(
	z.object({
		json: z.object({
			gate: z.object({ act: z.boolean(), kind: z.string(), by: z.string(), why: z.string() }),
		}),
	}),
);
const acting = { dryRun: false, maxPerRun: 2, maxPerHour: 3 };

/** What the gate says of three items. */
function gates(
	settings: Record<string, unknown>,
	rows: Array<Record<string, unknown>> = [],
	mode = 'production',
) {
	const nodes: Record<string, Array<Record<string, unknown>>> = {
		Settings: [{ settings }],
		'Ready to act': [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
	};
	const output: unknown = runInNewContext(`(() => {${code}\n})()`, {
		$: (name: string) => {
			const items = (nodes[name] ?? []).map((json) => ({ json }));
			return { all: () => items, first: () => items[0] };
		},
		$input: { all: () => rows.map((json) => ({ json })) },
		$workflow: { id: 'w' },
		$execution: { mode },
	});
	return gateSchema.parse(output).map(({ json }) => json.gate);
}

const kinds = (...given: Parameters<typeof gates>) => gates(...given).map(({ kind }) => kind);

it('acts as often as a run allows', () => {
	expect(kinds(acting)).toEqual(['act', 'act', 'cap']);
	expect(gates(acting)[2]?.why).toBe('maxPerRun (2) is reached');
});

it.each([true, undefined, null, 0, '', 'false', 'off'])('dryRun %p is a dry run', (dryRun) => {
	expect(kinds({ ...acting, dryRun })).toEqual(['dryRun', 'dryRun', 'dryRun']);
});

it.each([undefined, null, false, 'true', 'yes', 1])(
	'run by hand with actWhenRunByHand %p, it only reports',
	(actWhenRunByHand) => {
		const said = gates({ ...acting, actWhenRunByHand }, [], 'test');
		expect(said.map(({ kind }) => kind)).toEqual(['dryRun', 'dryRun', 'dryRun']);
		expect(said[0]?.why).toBe('it was run by hand, and actWhenRunByHand is off in Settings');
	},
);

it('run by hand with actWhenRunByHand on, it acts', () => {
	expect(kinds({ ...acting, actWhenRunByHand: true }, [], 'test')).toEqual(['act', 'act', 'cap']);
});

it.each(['on', 'ON', 'true', '1', 'yes', 'please', ' x '])('stopAll %p stops it', (value) => {
	expect(kinds(acting, [{ name: 'stopAll', value }])).toEqual(['stopped', 'stopped', 'stopped']);
});

it.each(['', ' ', null, 'off', 'Off', 'no', 'false', '0'])('stopAll %p does not', (value) => {
	expect(kinds(acting, [{ name: 'stopAll', value }])).toEqual(['act', 'act', 'cap']);
});

it('a table that cannot be read stops it', () => {
	expect(kinds(acting, [{ error: 'no such table' }])).toEqual(['stopped', 'stopped', 'stopped']);
});

it.each(['maxPerRun', 'maxPerHour'])('%s that is no whole number stops it', (name) => {
	for (const value of [undefined, null, '5', 1.5, -1, NaN]) {
		expect(kinds({ ...acting, [name]: value })).toEqual(['stopped', 'stopped', 'stopped']);
	}
	expect(kinds({ ...acting, [name]: 0 })).toEqual(['cap', 'cap', 'cap']);
});

it('a place is taken for an hour, also if its time cannot be read', () => {
	const at = (ms: number) => new Date(Date.now() - ms).toISOString();
	const taken = (time: unknown) =>
		kinds(acting, [
			{ name: 'w action 1', at: time },
			{ name: 'w action 2', at: time },
		]);
	expect(taken(at(60_000))).toEqual(['act', 'cap', 'cap']);
	expect(taken('soon')).toEqual(['act', 'cap', 'cap']);
	expect(taken(at(3_700_000))).toEqual(['act', 'act', 'cap']);
});

it.each([
	['the dry run', { dryRun: true }, []],
	['the stop switch', {}, [{ name: 'stopAll', value: 'on' }]],
	['a stop switch that could not be read', {}, [{ error: 'no such table' }]],
	['a cap that is not set', { maxPerHour: 'many' }, []],
	['the cap of 0 per run', { maxPerRun: 0 }, []],
	['the cap of 0 per hour', { maxPerHour: 0 }, []],
])('it says by what it is kept from acting: %s', (by, settings, rows) => {
	expect(gates({ ...acting, ...settings }, rows).map((gate) => gate.by)).toEqual([by, by, by]);
});

it('what it lets through is kept back by nothing; a run by hand is named', () => {
	expect(gates(acting).map(({ by }) => by)).toEqual(['', '', 'the cap of 2 per run']);
	expect(gates(acting, [], 'test')[0]?.by).toBe('the run by hand');
});
