/**
 * What people give for a parameter, read in one way for every node and the trigger. A field of the editor gives
 * the right type; an expression, an agent, a webhook or a sheet gives texts and numbers that mean the same.
 *
 * Each reader returns `undefined` for what it does not understand. The caller refuses that by the parameter's name:
 * a value that is silently taken for "off" or "empty" does the opposite of what was asked for.
 */

import { hasInvisible, hasInvisibleEnd } from './invisible';
import { isRounded } from './shownValue';

/** Reads a switch: `true`/`false`, `1`/`0`, or their text in any case with blanks around. */
export function readSwitch(given: unknown): boolean | undefined {
	const value = typeof given === 'string' ? given.trim().toLowerCase() : given;
	if (value === true || value === 'true' || value === 1 || value === '1') return true;
	if (value === false || value === 'false' || value === 0 || value === '0') return false;
	return undefined;
}

/** Reads a number, or its text with blanks around. */
export function readNumber(given: unknown): number | undefined {
	const text = typeof given === 'string' ? given.trim() : given;
	const value = typeof text === 'string' && text !== '' ? Number(text) : text;
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The bounds of a number that a parameter takes. Each has an upper one: nobody waits for ages, or means a million million. */
export interface NumberBounds {
	min: number;
	max: number;
	/** Whether a fraction is refused. It is, unless it is false. */
	whole?: boolean;
}

/** Reads a number within bounds, or its text. */
export function readWithin(given: unknown, { min, max, whole = true }: NumberBounds) {
	const value = readNumber(given);
	const isWithin = value !== undefined && value >= min && value <= max;
	return isWithin && (!whole || Number.isInteger(value)) ? value : undefined;
}

/** What to enter: a number within the bounds. */
export function wantedNumber({ min, max, whole = true }: NumberBounds): string {
	const kind = whole ? 'a whole number' : 'a number';
	return `Enter ${kind} from ${min.toLocaleString('en')} to ${max.toLocaleString('en')}.`;
}

/**
 * Reads a text without the blanks around it, or a number that is exact. What begins or ends with an invisible character
 * looks like another text, so it is not understood.
 */
export function readText(given: unknown): string | undefined {
	const isExact = typeof given === 'number' && Number.isFinite(given) && !isRounded(given);
	const text = isExact ? String(given) : given;
	if (typeof text !== 'string' || hasInvisibleEnd(text.trim())) return undefined;
	return text.trim();
}

/** What to give for a list that lets everything pass when it is empty. */
export const wantedList =
	'Use a list, or a text with commas between the entries. Leave it empty for all.';

/**
 * Reads a list of texts: a list, a text with commas, semicolons or line ends between the entries, or the JSON text of
 * a list. Blanks around an entry and empty entries beside others are left out; an empty text or list is an empty list.
 * `null` and `undefined` are not understood: an expression that finds nothing is no choice. Nor are separators or empty
 * entries alone, which are left of several such expressions. Nor is an entry with an invisible character, which no name
 * has.
 */
export function readList(given: unknown): string[] | undefined {
	if (typeof given === 'number') return entriesOf([given]);
	if (typeof given === 'string') {
		const text = given.trim();
		if (text === '') return [];
		return text.startsWith('[') ? fromJson(text) : entriesOf(text.split(/[,;\r\n]/));
	}
	return Array.isArray(given) ? entriesOf(given) : undefined;
}

function fromJson(text: string): string[] | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		return Array.isArray(parsed) ? entriesOf(parsed) : undefined;
	} catch {
		return undefined;
	}
}

function entriesOf(list: unknown[]): string[] | undefined {
	const entries: string[] = [];
	for (const entry of list) {
		const text = readText(entry);
		if (text === undefined || hasInvisible(text)) return undefined;
		if (text !== '') entries.push(text);
	}
	return entries.length === 0 && list.length > 0 ? undefined : entries;
}
