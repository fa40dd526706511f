/**
 * Every switch and every list of every node, in every form in which people, agents, webhooks and sheets give one:
 * written into the field, as an expression, and as an expression with a blank behind it. Each form does what the plain
 * form of its meaning does (the same output, the same requests), or is refused by the parameter's name before anything
 * is written. The parameters are read from the descriptions, so a new one is in the table by itself.
 */
import { jsonText } from '@nodes/shared/core/jsonText';
import type { Simulator } from '@simulator/client.cjs';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Result } from './comparable.cjs';
import { fastTime } from './fastTime.cjs';
import { entriesOf, give, isAction, prepared, run, startFormsWorld } from './formsWorld.cjs';
import { runNode, type CredentialData } from './host.cjs';
import { LIST_FIELDS, nameOf, rows, titleOf, type Row } from './parameterRows.cjs';
import {
	isPossible,
	listForms,
	meaningOf,
	switchForms,
	WAYS,
	type Form,
	type Meaning,
} from './valueForms.cjs';

fastTime();

let simulator: Simulator;
let credential: CredentialData;

beforeAll(async () => {
	({ simulator, credential } = await startFormsWorld());
});
afterAll(async () => await simulator.stop());

function expectRefused(value: unknown, result: Result | undefined, row: Row): void {
	const error = expect.stringContaining(nameOf(row));
	expect([show(value), result]).toEqual([
		show(value),
		{ output: [], error, writes: [], reads: expect.any(Array) },
	]);
}

/** Forms of actions at the same time, all others one after the other: their requests cannot be told apart. */
async function eachOf<T>(
	row: Row,
	forms: T[],
	work: (form: T) => Promise<Result>,
): Promise<Result[]> {
	if (isAction(row)) return await Promise.all(forms.map(work));
	const results: Result[] = [];
	for (const form of forms) results.push(await work(form));
	return results;
}

const show = (value: unknown) => jsonText(value) ?? 'undefined';
const isSwitch = ({ kind }: Row) => kind === 'switch';
const named = (list: Row[]) => list.map((row): [string, Row] => [titleOf(row), row]);
let cases = 0;

describe.each(named(rows.filter(isSwitch)))('%s', (_title, row) => {
	let plain: { on: Result; off: Result };

	beforeAll(async () => {
		plain = { on: await run(row, true), off: await run(row, false) };
	});

	it('makes a difference', () => {
		expect(plain.on).not.toEqual(plain.off);
		const understood = [plain.on, plain.off].filter(({ error }) => error === '');
		expect(understood.length).toBeGreaterThan(0);
	});

	it.each(WAYS)('every form of on, off and junk, %s', async (way) => {
		const forms = switchForms.filter(({ value }) => isPossible(row, value, way));
		cases += forms.length;
		const results = await eachOf(row, forms, async ({ value }) => await give(row, value, way));
		for (const [at, { value, means }] of forms.entries()) {
			const result = results[at];
			if (means === 'refused') expectRefused(value, result, row);
			else expect([show(value), result]).toEqual([show(value), means ? plain.on : plain.off]);
		}
	});
});

describe.each(named(rows.filter((row) => !isSwitch(row))))('%s', (_title, row) => {
	let plain: Record<Meaning, Result>;
	let forms: Array<Form<Meaning>>;

	beforeAll(async () => {
		const [one, other] = entriesOf(row);
		forms = listForms([one, other], row);
		plain = {
			both: await run(row, [one, other]),
			first: await run(row, [one]),
			none: await run(row, []),
		};
	});

	it('makes a difference', () => {
		expect(plain.both.error).toBe('');
		expect(new Set(Object.values(plain).map(show)).size).toBe(3);
	});

	it.each(WAYS)('every form of lists and junk, %s', async (way) => {
		for (const form of forms.filter(({ value }) => isPossible(row, value, way))) {
			cases++;
			const { value } = form;
			const means = meaningOf(form, way);
			const result = await give(row, value, way);
			// An operation that needs members refuses a field without any. “[]” is the list that it says.
			const needsMore = means === 'none' && value !== '[]' && result.error.includes(nameOf(row));
			if (means === 'refused' || needsMore) expectRefused(value, result, row);
			else expect([show(value), result]).toEqual([show(value), plain[means]]);
		}
	});
});

it.each([[undefined], [null], [['']], [[null, null]], ['[""]']])(
	'members that are %j never empty a group, allowed or not',
	async (value) => {
		const row = rows.find(
			({ operation, property }) => operation.option.value === 'sync' && property.name === 'members',
		);
		if (!row) throw new Error('There is no Sync');
		const { parameters } = await prepared(row);
		await simulator.clearRequests();
		const nodeType = row.operation.node;
		const options = { allowEmpty: true, maxRemovals: 2 };
		const synced = runNode({
			nodeType,
			parameters: { ...parameters, options, members: '={{ $json.value }}' },
			items: [z.custom<IDataObject>().parse({ value })],
			credential,
		});
		await expect(synced).rejects.toThrow(/“Members” has no value|could not be used/);
		const { requests } = await simulator.requests();
		expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	},
);

it('covers every switch and list that there is', () => {
	const names = new Set(rows.map(({ property }) => property.name));
	for (const name of [
		'returnAll',
		'dryRun',
		'allowEmpty',
		'waitForConfirmation',
		'types',
		...LIST_FIELDS,
	]) {
		expect(names).toContain(name);
	}
	const ways = WAYS.length;
	// Every row has been through its forms; a way cannot express some of them.
	expect(cases).toBeGreaterThan(rows.length * 60);
	process.stdout.write(
		`${cases} cases: ${rows.length} parameters, ${ways} ways to give each form\n`,
	);
});
