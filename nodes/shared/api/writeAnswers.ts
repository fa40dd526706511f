/**
 * The answers to requests that change something. What was asked for counts as done only with an answer that can be
 * the API's; with any other it is not known whether it was done. That an error object or a web page is none is
 * seen to for every write in `exchange`; here are the shapes that the API documents.
 */
import { isEmptyBody } from '../core/answerBody';
import { groupCreatedSchema, type ApiRecord } from './contract';

/**
 * The reader for writes on a group that exists (rename, delete, add and remove members). The API documents no body
 * for them, so the answer is nothing, or the group in one of the shapes in which the API gives it elsewhere: by itself,
 * as `{id}`, or as metadata and members. It must be the group that was asked for.
 * @param id the group's ID as it stands in the path
 */
export function confirmsGroup(id: string): (body: unknown) => true | undefined {
	return (body) => (isEmptyBody(body) || isGroup(body, id) ? true : undefined);
}

/** The answer to "create group": the new ID. */
export function readCreatedGroup(body: unknown): { id: number } | undefined {
	const { data } = groupCreatedSchema.safeParse(body);
	return data && { id: data.id };
}

/**
 * The answer to a remediation action: any object that tells of no error, also an empty one. How much of it can be
 * read, and what is not known, is the matter of its outcome.
 */
export function readRemediationAnswer(body: unknown): ApiRecord | undefined {
	if (isEmptyBody(body)) return {};
	return typeof body === 'object' && !Array.isArray(body) ? { ...body } : undefined;
}

function isGroup(body: unknown, id: string): boolean {
	const found = idsIn(body, 2);
	return found.length > 0 && found.every((other) => isSameId(other, id));
}

/** The IDs of the group in `{id}`, `{metadata: {id}}` and `{results: …}` of either. */
function idsIn(body: unknown, depth: number): unknown[] {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
	const found: unknown[] = 'id' in body ? [body.id] : [];
	if (depth === 0) return found;
	for (const part of ['metadata', 'results'] as const) {
		found.push(...idsIn(Reflect.get(body, part), depth - 1));
	}
	return found;
}

/** A number or its digits. Leading zeros in what was asked for mean nothing. */
function isSameId(given: unknown, id: string): boolean {
	if (typeof given === 'number') return Number.isInteger(given) && given === Number(id);
	const digits = (text: string) => text.trim().replace(/^0+(?=\d)/, '');
	return typeof given === 'string' && /^\s*\d+\s*$/.test(given) && digits(given) === digits(id);
}
