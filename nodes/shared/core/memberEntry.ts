/**
 * The entries of a text of addresses and `@domain`s, as people and programs write them: `Doe, Jane` in quotes before
 * `<jane@example.com>`, `SMTP:jane@example.com`, `mailto:jane@example.com?subject=Hello`. An entry is one plausible
 * address or domain, or it is refused: what is only taken for another address would make "Sync" remove the real one.
 */
import type { Member } from '../api/contract';
import { hasInvisible, visible } from './invisible';
import { canonicalDomain } from './memberDomain';
import { memberKey } from './memberDifference';

const BLANKS = /[\t\p{Zs}]+/u;

/** Quotation marks, and what closes them. An apostrophe may stand inside a name, so it opens only at the beginning. */
const QUOTES: Record<string, { closers: string; onlyFirst?: boolean }> = {
	'"': { closers: '"' },
	'“': { closers: '”' },
	'„': { closers: '“”' },
	'«': { closers: '»' },
	"'": { closers: "'", onlyFirst: true },
	'‘': { closers: '’', onlyFirst: true },
};
const LONGEST_ADDRESS = 320;

/** What may stand between the dots of a local part. `*`, `?`, braces and bars are allowed to, and are always a mistake. */
const LOCAL =
	/^[\p{L}\p{N}!#$%&'+/=^_~-][\p{L}\p{M}\p{N}!#$%&'+/=^_~-]*(\.[\p{L}\p{N}!#$%&'+/=^_~-][\p{L}\p{M}\p{N}!#$%&'+/=^_~-]*)*$/u;

/** What a text holds: its members in order, and the entries that are none. */
export interface Entries {
	members: Member[];
	bad: string[];
}

/** Reads a text: entries with commas, semicolons or line ends between them, and blanks between plain addresses. */
export function readEntries(text: string): Entries {
	const found: Entries = { members: [], bad: [] };
	for (const piece of cut(text)) {
		const { members, bad } = readPiece(piece);
		found.members.push(...members);
		found.bad.push(...bad);
	}
	return found;
}

/** A text as a message can show it: what is invisible by its number, and not too long. */
export function printable(text: string): string {
	const whole = withoutBlanks(text);
	const letters = Array.from(whole.slice(0, LONGEST_ADDRESS)).slice(0, 100);
	const cutOff = letters.join('').length < whole.length;
	return `${visible(letters.join(''))}${cutOff ? '…' : ''}`;
}

/** Not `trim`, which takes the invisible characters at the edges away too. */
function withoutBlanks(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && isSpace(text.charAt(start))) start++;
	while (end > start && isSpace(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

/** Cuts a text at its separators, but not inside quotation marks. */
function cut(text: string): string[] {
	const pieces: string[] = [];
	/** For each mark, up to where it is known to have no partner: a mark without one is looked for once in a line. */
	const alone = new Map<string, number>();
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const char = text.charAt(at);
		const quote = QUOTES[char];
		const isFirst = () => text.slice(start, at).trim() === '';
		if (isSeparator(char)) {
			pieces.push(text.slice(start, at));
			start = at + 1;
		} else if (char === '>' && isBlank(text.charAt(at + 1))) {
			pieces.push(text.slice(start, at + 1));
			start = at + 1;
		} else if (quote) {
			const opens = !quote.onlyFirst && isBlank(text.charAt(at - 1));
			if (at < (alone.get(char) ?? 0) || !(opens || isFirst())) continue;
			const end = endOfQuotation(text, at);
			if (end === undefined) alone.set(char, endOfLine(text, at));
			else at = end;
		} else if ((char === 'x' || char === 'X') && /^x400:/i.test(text.slice(at, at + 5))) {
			// An X.400 address holds semicolons itself: it goes to the end of the line.
			if (isFirst()) at = endOfLine(text, at) - 1;
		}
	}
	pieces.push(text.slice(start));
	return pieces;
}

/** Where the quotation that begins here ends; a closing mark has the end of the entry, a blank or `<` behind it. */
function endOfQuotation(text: string, start: number): number | undefined {
	const { closers = '' } = QUOTES[text.charAt(start)] ?? {};
	const end = endOfLine(text, start);
	for (let at = start + 1; at < end; at++) {
		const char = text.charAt(at);
		const next = text.charAt(at + 1);
		if (char === '\\') at++;
		else if (closers.includes(char) && (isSeparator(next) || isBlank(next) || next === '<')) {
			return at;
		}
	}
	return undefined;
}

function endOfLine(text: string, start: number): number {
	const lineEnds = /[\r\n]/g;
	lineEnds.lastIndex = start;
	return lineEnds.exec(text)?.index ?? text.length;
}

/** The end of the text counts as a separator. */
function isSeparator(char: string): boolean {
	return char === '' || char === ',' || char === ';' || char === '\r' || char === '\n';
}

function isSpace(char: string): boolean {
	return isBlank(char) || char === '\r' || char === '\n';
}

function isBlank(char: string): boolean {
	return char === '\t' || (char !== '' && /\p{Zs}/u.test(char));
}

function readPiece(piece: string): Entries {
	const refused: Entries = { members: [], bad: [printable(piece)] };
	if (hasInvisible(piece)) return refused;
	const text = withoutBlanks(piece);
	if (text === '') return { members: [], bad: [] };
	const quoted = withinQuotes(text);
	if (quoted !== undefined) {
		// A whole list may stand in quotation marks, as a cell of a table does.
		const inside = readEntries(quoted);
		return inside.bad.length > 0 || inside.members.length === 0 ? refused : inside;
	}
	if (/[<>]/.test(text)) {
		const member = readNamed(text);
		return member ? { members: [member], bad: [] } : refused;
	}
	const found: Entries = { members: [], bad: [] };
	for (const word of text.split(BLANKS)) {
		const member = readPlain(withinQuotes(word) ?? word);
		if (member) found.members.push(member);
		else found.bad.push(printable(word));
	}
	return found.members.length === 0 ? refused : found;
}

/** The inside of a text that is one quotation. */
function withinQuotes(text: string): string | undefined {
	return QUOTES[text.charAt(0)] && endOfQuotation(text, 0) === text.length - 1
		? text.slice(1, -1)
		: undefined;
}

/** `Name <address>`, `<address>`. */
function readNamed(text: string): Member | undefined {
	const [, name = '', address = ''] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [];
	const member = readPlain(withinQuotes(address.trim()) ?? address.trim());
	if (!member || withinQuotes(name.trim()) !== undefined) return member;
	// The name may repeat the address. Another one would be lost as a name.
	for (const word of name.split(BLANKS)) {
		const other = readPlain(word);
		if (other && memberKey(other) !== memberKey(member)) return undefined;
	}
	return member;
}

/** An address or a `@domain`, with nothing around it but `SMTP:` or `mailto:`. */
function readPlain(text: string): Member | undefined {
	const [prefix = '', scheme = ''] = /^(smtp|mailto):/i.exec(text) ?? [];
	const behind = text.slice(prefix.length);
	const written = /^mailto$/i.test(scheme) ? readLink(behind) : behind;
	if (written === undefined || written.length > LONGEST_ADDRESS) return undefined;
	const [local = '', domain, ...more] = written.split('@');
	if (domain === undefined || more.length > 0 || canonicalDomain(domain) === undefined) {
		return undefined;
	}
	// Full-width letters of a domain are an input method's; no mail server knows them.
	const narrow = domain.normalize('NFKC');
	const host = /^[!-~]+$/.test(narrow) ? narrow : domain;
	if (local === '') return prefix === '' ? { domain: `@${host}` } : undefined;
	return isLocalPart(local) ? { address: `${local}@${host}` } : undefined;
}

function isLocalPart(text: string): boolean {
	// A quotation mark without its partner, an X.400 address behind a gateway, a formula of a sheet, an encoded character.
	if (/^['/=]|%[0-9a-f]{2}/i.test(text)) return false;
	// Full-width letters of an input method: they look like an address that they are not.
	return !/[\uFF01-\uFF5E]/.test(text) && LOCAL.test(text);
}

/** The address of a `mailto:` link, without its subject; more recipients than this one are not dropped but refused. */
function readLink(text: string): string | undefined {
	const [address = '', ...query] = text.split('?');
	if (/(^|&)(to|cc|bcc)=/i.test(query.join('?'))) return undefined;
	try {
		const decoded = decodeURIComponent(address);
		return hasInvisible(decoded) ? undefined : decoded;
	} catch {
		return undefined;
	}
}
