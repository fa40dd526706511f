/**
 * Text from outside (an error of the API, a name, an address, a value that somebody gave) before it becomes part of
 * a message: without the API token in any form in which it can come back, without characters that control or
 * reverse what is shown, on one line.
 */
import { withoutMarks } from './invisible';
import { withoutSecret } from './secretText';

/** Invisible: soft hyphens, zero width, direction, tags, lone surrogates, what is no character at all. */
const invisible =
	/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]/gu;
/** Blanks of every kind, line ends, and control characters. */
const blank = /[\p{Cc}\p{Z}\s]+/gu;

/**
 * The text as it may stand in a message.
 * @param secrets what must not stand in it: the API token, without its prefix
 * @param most the longest that it may become, in UTF-16 units; what is cut off ends in an ellipsis
 */
export function safeText(text: string, secrets: readonly string[] = [], most = Infinity): string {
	let safe = text.replace(invisible, '').replace(blank, ' ').trim();
	for (const secret of secrets) safe = withoutMarkedSecret(safe, secret.trim());
	return cut(safe, most);
}

/** Where an invisible character inside of the secret is shown by its number, no character is shown by its number. */
function withoutMarkedSecret(text: string, secret: string): string {
	const bare = withoutMarks(text);
	const safe = withoutSecret(bare, secret);
	return safe === bare ? withoutSecret(text, secret) : safe;
}

/** The words of a message, with everything from outside that got into them made safe. */
export function safeWords<T extends { message: string; hint: string }>(
	words: T,
	secrets: readonly string[],
): T {
	return {
		...words,
		message: safeText(words.message, secrets),
		hint: safeText(words.hint, secrets),
	};
}

function cut(text: string, most: number): string {
	if (text.length <= most) return text;
	// Half a surrogate pair would be left at the end otherwise.
	return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
