/**
 * The answers to requests that change something. What was asked for counts as done only with an answer that can be
 * the API's; with any other it is not known whether it was done. That an error object or a web page is none is
 * seen to for every write in `exchange`; here are the shapes that the API documents, read as far as they can be: a
 * number may be its text, and a list may be null or missing.
 */
import { isEmptyBody, tellsOfRefusal } from '../core/answerBody';
import type { ApiRecord } from './contract';
import { digitsOf, idsIn, nameIn } from './groupIds';

/** What counts as done for a group: any other status says that it is not done yet, or only in part. */
const DONE = [200, 201, 204];
/** What an envelope around nothing may deny: more pages, an error. */
const FLAGS = ['additional_results', 'has_more', 'error', 'errors'];

/** Reads an answer's body. @param status the status of the answer, 2xx */
export type ReadAnswer<T> = (body: unknown, status?: number) => T | undefined;

/**
 * The reader for writes on a group that exists (rename, delete, add and remove members). The API documents no body
 * for them, so the answer is nothing, or the group in one of the shapes in which the API gives it elsewhere: by itself,
 * as `{id}`, or as metadata and members. It must be the group that was asked for, and nothing in it may say that something
 * was not done.
 * @param id the group's ID as it stands in the path
 * @param asked names of fields that say whether it was done, beside the usual ones
 */
export function confirmsGroup(id: string, asked: readonly string[] = []): ReadAnswer<true> {
	return (body, status = 200) =>
		DONE.includes(status) &&
		!tellsOfRefusal(body, asked) &&
		(isEmptyBody(body) || isGroup(body, id))
			? true
			: undefined;
}

/** The reader for a deletion. A group that got members may be `deleted: false`; one that was deleted may not. */
export function confirmsDeletion(id: string): ReadAnswer<true> {
	return confirmsGroup(id, ['deleted', 'removed']);
}

/**
 * The answer to "create group" in one of the shapes in which the API gives a group: the new ID, and the name if it tells. Whatever
 * its status, the group has its ID.
 */
export function readCreatedGroup(
	body: unknown,
): { id: number | string; name?: string | undefined } | undefined {
	if (tellsOfRefusal(body, [])) return undefined;
	const [id, ...others] = idsIn(body, 2).map(digitsOf);
	if (id === undefined || others.some((other) => other !== id)) return undefined;
	return { id: idValue(id), name: nameIn(body) };
}

/** The reader for a rename: that the answer is about the group, and the name that it has now if it tells. */
export function readRenamedGroup(id: string): ReadAnswer<{ name?: string | undefined }> {
	return (body, status) => (confirmsGroup(id)(body, status) ? { name: nameIn(body) } : undefined);
}

/** An ID as the output has it: a number, or its digits where a number would lose some. */
export function idValue(digits: string): number | string {
	const value = Number(digits);
	return Number.isSafeInteger(value) ? value : digits;
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
	if (found.length === 0) return saysNothing(body);
	const wanted = digitsOf(id);
	return found.every((other) => digitsOf(other) === wanted);
}

/** Whether all that an object holds is empty: `{additional_results: false, results: null}`, an envelope around nothing. */
function saysNothing(body: unknown): boolean {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
	return Object.entries(body).every(
		([name, value]) => value === null || (value === false && FLAGS.includes(name)),
	);
}
