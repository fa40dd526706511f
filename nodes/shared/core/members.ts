/**
 * Members of a group as people and programs give them, turned into what the API takes: `{address}` or `{domain}`,
 * at most 100 in one request (docs/api.md, "Endpoints and envelopes").
 */
import { jsonText } from './jsonText';
import type { Member } from '../api/contract';
import { unionOfMembers } from './memberDifference';
import { printable, readEntries } from './memberEntry';

/** The API refuses more members than this in one request. */
export const MEMBERS_PER_REQUEST = 100;

/** Lists inside lists, and JSON texts inside JSON texts, deeper than this are somebody's mistake. */
const DEEPEST = 8;

/**
 * How a list can hold nothing. `emptyText` and `emptyList` may be meant. `missing` may not: an expression gave
 * nothing, or every entry of a list is empty, as when the column with the addresses has another name.
 */
export type Nothing = 'missing' | 'emptyText' | 'emptyList';

/**
 * What a list says. Either its members, each once, in the spelling that comes first; `nothing` says why there are
 * none. Or the entries that are neither an address nor a domain: they refuse the whole list, and can be shown as they are.
 */
export type MemberList =
	| { ok: true; members: Member[]; nothing?: Nothing }
	| { ok: false; bad: string[] };

/**
 * Reads a list of addresses and `@domain`s: a text with separators, a list of such texts or of the API's own
 * `{address}` / `{domain}` objects, or the JSON text of one.
 *
 * In a text, empty pieces are ignored (a separator at the end). An entry of a list that holds nothing is refused by
 * its position: it is somebody whose address is missing, and leaving them out would remove them from the group.
 */
export function readMembers(value: unknown): MemberList {
	if (value === undefined || value === null) return { ok: true, members: [], nothing: 'missing' };
	const found: Found = { members: [], bad: [], empty: [], isList: false };
	readValue(value, found, { place: '', depth: 0 });
	const { members, bad, empty, isList } = found;
	if (bad.length > 0 || (members.length > 0 && empty.length > 0)) {
		return { ok: false, bad: [...bad, ...empty] };
	}
	if (members.length > 0) return { ok: true, members: unionOfMembers([members]) };
	// Separators with nothing between them are what is left of addresses that an expression did not find.
	const isMissing = empty.length > 0 || (typeof value === 'string' && /[^\s"]/.test(value));
	const nothing = isList && empty.length === 0 ? 'emptyList' : isMissing ? 'missing' : 'emptyText';
	return { ok: true, members: [], nothing };
}

/** Cuts a list into the requests that the API accepts. */
export function batches<T>(list: T[], size = MEMBERS_PER_REQUEST): T[][] {
	const parts: T[][] = [];
	for (let start = 0; start < list.length; start += size)
		parts.push(list.slice(start, start + size));
	return parts;
}

interface Found {
	members: Member[];
	bad: string[];
	/** Entries of lists that hold nothing, by their position. */
	empty: string[];
	isList: boolean;
}

/** Where a value stands: `''` outside of any list, `3` for the third entry, `3.1` for the first of the list in it. */
interface Position {
	place: string;
	depth: number;
}

function readValue(value: unknown, found: Found, { place, depth }: Position): void {
	if (depth > DEEPEST) found.bad.push(named(value, place));
	else if (typeof value === 'string') readText(value, found, { place, depth });
	else if (Array.isArray(value)) readList(value, found, { place, depth });
	else if (typeof value === 'object' && value !== null) readRecord(value, found, place);
	else found.bad.push(named(value, place));
}

function readText(text: string, found: Found, { place, depth }: Position): void {
	if (/^[ \t\r\n]*["[{]/.test(text)) {
		const parsed = parsedJson(text);
		if (parsed !== undefined) return readValue(parsed, found, { place, depth: depth + 1 });
		if (!/^[ \t\r\n]*"/.test(text)) {
			found.bad.push(printable(text));
			return;
		}
	}
	const { members, bad } = readEntries(text);
	append(found.members, members);
	append(found.bad, bad);
}

function readList(list: unknown[], found: Found, { place, depth }: Position): void {
	found.isList = true;
	// Not `forEach`: it leaves out the holes of a list.
	for (let at = 0; at < list.length; at++) {
		const entry = list[at];
		const own = place === '' ? String(at + 1) : `${place}.${at + 1}`;
		const before = sizeOf(found);
		if (entry !== undefined && entry !== null) {
			readValue(entry, found, { place: own, depth: depth + 1 });
		}
		if (sizeOf(found) === before) found.empty.push(named(entry, own));
	}
}

/** One of the API's own objects; other fields beside it, such as a name, do not matter. */
function readRecord(value: object, found: Found, place: string): void {
	const address: unknown = Reflect.get(value, 'address') ?? '';
	const domain: unknown = Reflect.get(value, 'domain') ?? '';
	const [kind, text] =
		address === '' ? (['domain', domain] as const) : (['address', address] as const);
	const isOne = address === '' || domain === '';
	const { members, bad } = readEntries(typeof text === 'string' ? text : '');
	const [member] = members;
	if (isOne && member && kind in member && members.length === 1 && bad.length === 0) {
		found.members.push(member);
	} else {
		found.bad.push(named(value, place));
	}
}

function sizeOf({ members, bad, empty }: Found): number {
	return members.length + bad.length + empty.length;
}

function append<T>(to: T[], more: T[]): void {
	for (const one of more) to.push(one);
}

/** A list, a record or a text; anything else in JSON is read as the text that it is. */
function parsedJson(text: string): object | string | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		if (typeof parsed === 'string') return parsed;
		return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
	} catch {
		return undefined;
	}
}

/** What is no text is named by its position too: nobody finds `null` in a list of 5,000. */
function named(value: unknown, place: string): string {
	const text = typeof value === 'string' ? `"${value}"` : jsonOf(value);
	return place === '' ? printable(text) : `entry ${place} (${printable(text)})`;
}

function jsonOf(value: unknown): string {
	try {
		return jsonText(value) ?? String(value);
	} catch {
		// A circle, a depth or a big number that JSON has no text for.
		return typeof value;
	}
}
