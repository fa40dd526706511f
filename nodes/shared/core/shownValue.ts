/** What a message says of a value that somebody gave: one way for the nodes and the trigger. */
import { visible, withoutMarks } from './invisible';
import { jsonText } from './jsonText';
import { safeText } from './outsideText';

/** More of a given value than this does not stand in a message. */
const LONGEST_SHOWN = 200;

/** A value as JSON on one line, what is invisible by its number. */
export function shownValue(given: unknown, most = LONGEST_SHOWN): string {
	// JSON knows neither NaN nor the infinite.
	const text = typeof given === 'number' ? String(given) : jsonText(given);
	return safeText(visible(text ?? typeof given), [], most);
}

/** What there is to know of a value beside itself; empty where it is what it looks like. */
export function notesOn(given: unknown): string {
	const shown = shownValue(given);
	const notes = [
		...(withoutMarks(shown) === shown
			? []
			: ['[U+…] stands for an invisible character: remove it.']),
		...(isRounded(given) ? [ROUNDED] : []),
	];
	return notes.join(' ');
}

/**
 * Whether a number is beyond what JSON can say exactly (2^53): it was rounded before anybody here saw it, and names
 * something else than was meant.
 */
export function isRounded(given: unknown): boolean {
	if (Array.isArray(given)) return given.some(isRounded);
	return typeof given === 'number' && Number.isInteger(given) && !Number.isSafeInteger(given);
}

const ROUNDED = 'A number this large comes rounded, so it may be another one: pass it as text.';
