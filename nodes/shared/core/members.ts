/**
 * Members of a group as people write them, turned into what the API takes: `{address}` or `{domain}`,
 * at most 100 in one request (API.md, endpoints 7 and 8).
 */
import type { Member } from '../api/contract';

/** The API refuses more members than this in one request. */
export const MEMBERS_PER_REQUEST = 100;

export type MemberList = { ok: true; members: Member[] } | { ok: false; bad: string[] };

/**
 * Reads a list of addresses and `@domain`s: text separated by commas, semicolons, blanks or new lines,
 * or an array of such texts or of the API's own `{address}` / `{domain}` objects. Empty pieces are ignored and repeated ones taken once; the bad pieces
 * are named and refuse the whole list.
 */
export function readMembers(value: unknown): MemberList {
	const members = new Map<string, Member>();
	const bad: string[] = [];
	for (const piece of pieces(value)) {
		if (/^@[^@\s]+$/.test(piece)) members.set(piece, { domain: piece });
		else if (/^[^@\s]+@[^\s]+$/.test(piece)) members.set(piece, { address: piece });
		else bad.push(piece);
	}
	return bad.length > 0 ? { ok: false, bad } : { ok: true, members: [...members.values()] };
}

/** Cuts a list into the requests that the API accepts. */
export function batches<T>(list: T[], size = MEMBERS_PER_REQUEST): T[][] {
	const parts: T[][] = [];
	for (let start = 0; start < list.length; start += size)
		parts.push(list.slice(start, start + size));
	return parts;
}

function pieces(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(pieces);
	if (typeof value === 'string') return value.split(/[\s,;]+/).filter((piece) => piece !== '');
	if (value === null || value === undefined) return [];
	if (typeof value === 'object') {
		const fields: Record<string, unknown> = { ...value };
		if (typeof fields.address === 'string') return pieces(fields.address);
		if (typeof fields.domain === 'string') return pieces(fields.domain);
	}
	return [JSON.stringify(value) ?? String(value)];
}
