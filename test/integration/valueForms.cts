/** The forms in which people, agents, webhooks and sheets give a switch or a list, and what each means. */
import { choicesOf } from '@test/unit/nodes/everyNode.cjs';

import type { Row } from './parameterRows.cjs';

/** A value, and what it means: for a switch on or off, for a list its entries; else it is refused. */
export interface Form<Meaning> {
	value: unknown;
	means: Meaning | 'refused';
}

/** How a value reaches a parameter. */
export type Way = 'written' | 'expression' | 'expression with a blank behind it';
export const WAYS: Way[] = ['written', 'expression', 'expression with a blank behind it'];

/** A blank behind an expression makes a text of its value; a list or an object is another thing then. */
const isPlain = ({ kind }: Row, value: unknown) =>
	value === null ||
	(typeof value !== 'object' && (kind === 'switch' || typeof value !== 'boolean'));

/** n8n takes what is not set, and `null` in a list's field, for the default. */
export function isPossible(row: Row, value: unknown, way: Way): boolean {
	if (way === 'written') return value !== undefined && (value !== null || row.kind === 'switch');
	return way === 'expression' || isPlain(row, value);
}

/** Forms of on and off, and what is neither. */
export const switchForms: Array<Form<boolean>> = [
	...[true, 'true', 'TRUE', ' True ', 'true\n', 1, '1', ' 1 '].map((value) => ({
		value,
		means: true,
	})),
	...[false, 'false', 'FALSE', ' False ', 'false\n', 0, '0', ' 0 '].map((value) => ({
		value,
		means: false,
	})),
	...['yes', 'no', 'on', 'off', 'truthy', '', ' ', 'null', 2, -1, 0.5].map((value) => ({
		value,
		means: 'refused' as const,
	})),
	...[null, undefined, {}, { value: true }, [], [true], [false]].map((value) => ({
		value,
		means: 'refused' as const,
	})),
];

/** What a list of two entries may mean: both, the first, none. */
export type Meaning = 'both' | 'first' | 'none';

/** Forms of a list with up to two entries, and what is none. */
export function listForms([one, other]: [string, string], row: Row): Array<Form<Meaning>> {
	const forms: Array<Form<Meaning>> = [
		{ value: [one, other], means: 'both' },
		{ value: [` ${one}`, `${other}\n`], means: 'both' },
		{ value: `${one},${other}`, means: 'both' },
		{ value: ` ${one} ; ${other};`, means: 'both' },
		{ value: `${one}\n${other}\r\n`, means: 'both' },
		{ value: `,${one},,${other},`, means: 'both' },
		{ value: JSON.stringify([one, other]), means: 'both' },
		{ value: ` ${JSON.stringify([one, other], null, 2)}\n`, means: 'both' },
		{ value: [one], means: 'first' },
		{ value: one, means: 'first' },
		{ value: ` ${one} `, means: 'first' },
		{ value: JSON.stringify([one]), means: 'first' },
		{ value: [], means: 'none' },
		{ value: '[]', means: 'none' },
		{ value: '', means: 'none' },
		{ value: ' \n', means: 'none' },
		...[null, undefined, true, false, {}, { 0: one }, [{}], [null], [one, null], [[{}]]].map(
			(value) => ({ value, means: 'refused' as const }),
		),
		// Not empty, and yet no entry: what is left of values that an expression did not find.
		...[', ;', ',', '\n;\n', [''], ['', ' \n'], '[""]', '["", " "]'].map((value) => ({
			value,
			means: 'refused' as const,
		})),
		...[`["${one}"`, `[${one}]`, '[1,{}]', '[null]', '[object Object]'].map((value) => ({
			value,
			means: 'refused' as const,
		})),
	];
	// The spelling of a member is sent as it is; a filter compares without regard to case.
	if (row.within !== undefined) {
		forms.push({ value: `${one.toUpperCase()}, ${other.toUpperCase()}`, means: 'both' });
	}
	const choices = choicesOf(row.property);
	const labels = [one, other].map(
		(value) => choices.find((choice) => choice.value === value)?.name,
	);
	// As the editor shows a value, and with other blanks, underscores and hyphens.
	if (labels.every((label) => label !== undefined)) {
		forms.push({ value: labels, means: 'both' });
		for (const between of ['_', '-', '', '  ']) {
			forms.push({ value: labels.join(',').replace(/ /g, between), means: 'both' });
		}
	}
	return forms;
}

/** For a list: what a form means in one way of giving it. A blank behind an expression that gives nothing is an empty text. */
export function meaningOf({ value, means }: Form<Meaning>, way: Way): Meaning | 'refused' {
	const isNothing = value === null || value === undefined;
	return isNothing && way === 'expression with a blank behind it' ? 'none' : means;
}
