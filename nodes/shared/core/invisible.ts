/**
 * Characters that nobody sees, in what people give (docs/lists.md, "Values that look right"). They come along when a text
 * is copied from a chat, a page or Windows. What has one is refused where it would be another value, and a message shows it
 * by its number.
 */

/** Control, format and direction characters, soft hyphens, fillers. A tab is a blank. */
const INVISIBLE = /[^\P{C}\t]|[\p{Zl}\p{Zp}\p{DI}\u2800]/u;
/** Such a character at an end; what ends a flag or a colored heart is part of a visible one, and unassigned ones may be new. */
const PART = String.raw`(?![\p{VS}\u{E0020}-\u{E007F}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}\u2800]`;
const AT_AN_END = new RegExp(`^${PART}|${PART}$`, 'u');

/** Whether a character nobody sees is anywhere in a text. */
export function hasInvisible(text: string): boolean {
	return INVISIBLE.test(text);
}

/** Whether a text begins or ends with a character nobody sees: inside of a text in some scripts they belong there. */
export function hasInvisibleEnd(text: string): boolean {
	return AT_AN_END.test(text);
}

/** A text with its invisible characters, and the blanks that are no ordinary ones, as `[U+200B]`. */
export function visible(text: string): string {
	return Array.from(text, visibleLetter).join('');
}

/** The same text without what {@link visible} put in. */
export function withoutMarks(text: string): string {
	return text.replace(/\[U\+[0-9A-F]{4,6}\]/g, '');
}

function visibleLetter(letter: string): string {
	if (/[ \t\r\n]/.test(letter)) return ' ';
	if (!INVISIBLE.test(letter) && !/\p{Zs}/u.test(letter)) return letter;
	const hex = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return `[U+${hex}]`;
}
