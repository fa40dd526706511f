/**
 * What the body of an answer is, when it is not what was hoped for: a web page, a text, half an answer, an error
 * under the status 200. And the words in it that a person may read.
 */
import type { Unreadable } from './fault';
import { safeText } from './outsideText';

/** The longest that we quote, in UTF-16 units. */
const LONGEST_QUOTE = 200;
/** So much of a text is looked at; a page of megabytes is not searched for a token. */
const LOOKED_AT = 4_000;

/** Tags, comments and declarations; an address in angle brackets is none. */
const markup = /<(?:[!?/]|[a-z][a-z0-9-]*(?:[\s/>]|$))/i;

/** Names of fields that hold an error whenever they hold anything. Without regard to case, `_` and `-`. */
const errorFields = new Set([
	'error',
	'errorcode',
	'errordescription',
	'errordetail',
	'errordetails',
	'errormessage',
	'errormessages',
	'errors',
	'errortype',
	'exception',
	'failure',
	'failures',
	'fault',
]);
/** Names of fields that say whether it went well. */
const successFields = new Set(['issuccess', 'ok', 'succeeded', 'success', 'successful']);
/** Names of fields that say whether something was done: only `false` says that it was not. */
const doneFields = new Set([
	'accepted',
	'added',
	'applied',
	'changed',
	'completed',
	'done',
	'executed',
	'modified',
	'performed',
	'processed',
	'queued',
	'renamed',
	'saved',
	'updated',
]);
/** Names of fields that hold what was not done. */
const undoneFields =
	/^(?:not(?:accepted|added|applied|changed|deleted|found|processed|removed|updated)|(?:failed|ignored|invalid|refused|rejected|skipped|unprocessed)[a-z]*|[a-z]*(?:errors?|failed|failures|rejected))$/;
/** Names of fields that hold a status, of HTTP or in words. */
const statusFields = new Set([
	'code',
	'httpcode',
	'httpstatus',
	'result',
	'state',
	'status',
	'statuscode',
]);
/** Names of fields with words for people. Only beside a code, or where the words say so, they tell of an error. */
const wordFields = new Set(['detail', 'details', 'message', 'msg', 'reason']);

const bad =
	/\b(?:errors?|fail(?:s|ed|ure)?|denied|refused|rejected|forbidden|unauthori[sz]ed|not (?:accepted|allowed|applied|authori[sz]ed|exist|found|performed|permitted|processed|supported)|invalid|unable|can(?:no|')t|could not|expired|exceeded|timed? ?out|unavailable|disabled|locked|blocked|skipped|ignored)\b/i;

type Fields = Record<string, unknown>;

/** What came instead of an answer that could be read. */
export function kindOfBody(body: unknown): Unreadable {
	if (typeof body !== 'string') return isErrorObject(body) ? 'error' : 'envelope';
	const text = body.replace(/^\uFEFF/, '').trimStart();
	if (text.startsWith('<') || markup.test(text.slice(0, LOOKED_AT))) return 'html';
	// The host hands JSON that does not parse over as text.
	return /^[[{]/.test(text) ? 'truncated' : 'text';
}

/** Whether there is nothing in it: no body, blanks, `null`, or an object without fields. */
export function isEmptyBody(body: unknown): boolean {
	if (body === undefined || body === null) return true;
	if (typeof body === 'string') return body.replace(/^\uFEFF/, '').trim() === '';
	return isFields(body) && Object.keys(body).length === 0;
}

/**
 * What speaks against taking an answer for the confirmation of a write, whatever the write was: it must be nothing
 * at all or an object that tells of no error. `undefined` when nothing does.
 */
export function notAConfirmation(body: unknown): Unreadable | undefined {
	if (isEmptyBody(body) || (isFields(body) && !isErrorObject(body))) return undefined;
	return kindOfBody(body);
}

/** Whether an object tells of an error, in one of the ways in which APIs and gateways do so under the status 200. */
export function isErrorObject(body: unknown): boolean {
	return isFields(body) && tellsOfError(body, 2);
}

/**
 * Whether anything in an answer says that something was not done: an error, in lists too, a field such as `failed` or `not_added`
 * that holds anything, or `false` for what was asked for.
 * @param asked names of fields that say whether it was done, beside the usual ones
 */
export function tellsOfRefusal(body: unknown, asked: readonly string[], depth = 4): boolean {
	if (depth < 0) return false;
	if (Array.isArray(body)) return body.some((one) => tellsOfRefusal(one, asked, depth - 1));
	if (!isFields(body)) return false;
	return (
		isErrorObject(body) ||
		entriesOf(body).some(
			([name, value]) =>
				(undoneFields.test(name) && isSomething(value)) ||
				(asked.includes(name) && saysNo(value)) ||
				tellsOfRefusal(value, asked, depth - 1),
		)
	);
}

function entriesOf(fields: Fields): Array<readonly [string, unknown]> {
	return Object.entries(fields).map(
		([name, value]) => [name.toLowerCase().replace(/[_-]/g, ''), value] as const,
	);
}

function saysNo(value: unknown): boolean {
	return /^(?:false|0|no)$/i.test(String(value).trim());
}

function tellsOfError(fields: Fields, depth: number): boolean {
	const entries = entriesOf(fields);
	const hasWords = entries.some(([name, value]) => wordFields.has(name) && isSomething(value));
	const names = new Set(entries.map(([name]) => name));
	// A problem of RFC 9457 may leave out its status.
	if (names.has('title') && (hasWords || names.has('type'))) return true;
	if (hasWords && ['code', 'statuscode', 'type'].some((name) => names.has(name))) return true;
	return entries.some(([name, value]) => {
		if (errorFields.has(name)) return isSomething(value);
		if (successFields.has(name)) return saysNo(value);
		// Nought may be the number of what there was to do.
		if (doneFields.has(name)) return saysNo(value) && String(value).trim() !== '0';
		if (statusFields.has(name) && typeof value !== 'object') return isBadStatus(value);
		if (wordFields.has(name) && typeof value === 'string') return bad.test(value);
		return depth > 0 && isFields(value) && tellsOfError(value, depth - 1);
	});
}

function isBadStatus(value: unknown): boolean {
	const text = String(value).trim();
	return /^\d+$/.test(text) ? Number(text) >= 400 : bad.test(text.replace(/[_-]/g, ' '));
}

/** `error: null`, `errors: []` and the like say that there was none. */
function isSomething(value: unknown): boolean {
	if (value === undefined || value === null || value === false || value === 0) return false;
	if (typeof value === 'string') return value.trim() !== '';
	if (Array.isArray(value)) return value.length > 0;
	return typeof value !== 'object' || Object.keys(value).length > 0;
}

/**
 * What the API said in its error, where that is words for people: a short text or the usual fields of JSON, never a
 * web page or raw JSON. The shape of error bodies is not documented.
 */
export function readableDetail(body: unknown, secrets: readonly string[] = []): string | undefined {
	const words =
		typeof body === 'string' && kindOfBody(body) !== 'text' ? undefined : wordsIn(body, 3);
	// Taken out before it is cut: a half token would not be recognised any more.
	const line =
		words === undefined ? '' : safeText(words.slice(0, LOOKED_AT), secrets, LONGEST_QUOTE);
	return line === '' ? undefined : line;
}

function wordsIn(value: unknown, depth: number): string | undefined {
	if (typeof value === 'string') {
		return value.trim() === '' || markup.test(value.slice(0, LOOKED_AT)) ? undefined : value;
	}
	if (depth === 0) return undefined;
	if (Array.isArray(value)) {
		const words = value.slice(0, 3).map((entry: unknown) => wordsIn(entry, depth - 1));
		const said = words.filter((entry) => entry !== undefined);
		return said.length === 0 ? undefined : said.join('; ');
	}
	if (!isFields(value)) return undefined;
	for (const name of [
		'detail',
		'message',
		'msg',
		'error_description',
		'error',
		'errors',
		'title',
		'reason',
		'error_message',
		'error_code',
	]) {
		const words = wordsIn(value[name], depth - 1);
		if (words !== undefined) return words;
	}
	return undefined;
}

function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
