/**
 * What the answer to a remediation action means. The API reports what was queued, per recipient; an
 * answer 200 may be a partial failure, or nothing at all. The list of recipients and the two counts may
 * disagree: the list decides, and the counts only where there is no list.
 */
import type { ApiRecord } from '../../shared/api/contract';
import type { RemediationAction } from '../../shared/api/endpoints';
import { isErrorObject, readableDetail } from '../../shared/core/answerBody';
import { countOf } from '../../shared/core/eventRecord';
import { shortened } from '../../shared/core/eventReference';
import type { Words } from '../../shared/words/words';
import { remediationMessages as say } from '../words';

/**
 * `queued`: for every recipient (on a deletion also where some were deleted before). `partial`: for some.
 * `alreadyHandled`: the mail was handled before; how, the answer does not say. `nothingDone`: there was no recipient to
 * act on. `unknown`: the answer does not say what was done.
 */
export type RemediationOutcome =
	| 'alreadyHandled'
	| 'failed'
	| 'nothingDone'
	| 'partial'
	| 'queued'
	| 'unknown';

export const failOnValues = ['allFailed', 'anyFailed', 'never'] as const;
/** When an outcome makes the item fail. */
export type FailOn = (typeof failOnValues)[number];

/** An answer, read as far as it can be. */
export interface RemediationAnswer {
	outcome: RemediationOutcome;
	/** For how many recipients the action was queued; `undefined` where the answer does not say. */
	queued: number | undefined;
	/** How many recipients the answer is about; `undefined` where it does not say. */
	recipients: number | undefined;
	/** The errors per recipient in words: `EMAIL_NOT_FOUND_IN_QUARANTINE (alice@…, bob@…)`. */
	errors: string;
}

/** These say that the mail had been handled before; every other error, known or not, says that nothing was done. */
const handledBefore = new Set(['ALREADY_DELETED', 'EMAIL_ALREADY_REMEDIATED']);
/** The errors name this many recipients each. */
const MOST_NAMES = 5;

interface Entry {
	user: string;
	/** Empty where the action was queued. */
	error: string;
}

/**
 * Reads the outcome from an answer's body, whatever is missing in it. Of an answer about another event nothing is known.
 * @param eventId the event that was asked for; without it the answer is taken to be about it
 */
export function readAnswer(
	action: RemediationAction,
	body: ApiRecord,
	eventId?: string,
): RemediationAnswer {
	if (eventId !== undefined && namesOther(body.event_id, eventId)) {
		return { outcome: 'unknown', queued: undefined, recipients: undefined, errors: '' };
	}
	const attempted = countOf(body.number_of_actions_attempted);
	const succeeded = countOf(body.number_of_actions_succeeded);
	const entries = entriesOf(body.results);
	if (entries.length === 0) {
		return {
			outcome: byCounts(attempted, succeeded),
			queued: succeeded,
			recipients: attempted,
			errors: '',
		};
	}
	return {
		outcome: byList(action, entries),
		queued: entries.filter(({ error }) => error === '').length,
		recipients: entries.length,
		errors: errorsOf(entries),
	};
}

/** Whether an answer names another event. It may leave out the kind of it: "inbound-1" for "defender::inbound-1". */
function namesOther(named: unknown, eventId: string): boolean {
	if (named === undefined || named === null || named === '') return false;
	if (typeof named !== 'string' && typeof named !== 'number') return true;
	const id = String(named).trim().toLowerCase();
	const asked = eventId.trim().toLowerCase();
	return id !== asked && !asked.endsWith(`::${id}`);
}

/** Whether the item fails: "all failed" includes that nothing was attempted, and that nothing is known. */
export function failsItem(outcome: RemediationOutcome, failOn: FailOn): boolean {
	switch (failOn) {
		case 'never':
			return false;
		case 'anyFailed':
			return outcome !== 'queued';
		case 'allFailed':
			return outcome === 'failed' || outcome === 'nothingDone' || outcome === 'unknown';
	}
}

/** What to tell the person whose item failed: nothing is called done that is only queued. */
export function failureWords(
	id: string,
	{ outcome, queued = 0, recipients = 0, errors }: RemediationAnswer,
): Words {
	const eventId = shortened(id);
	const why = errors === '' ? '' : `: ${errors}`;
	switch (outcome) {
		case 'queued':
		case 'partial':
			return say.partial(queued, recipients, eventId, why);
		case 'alreadyHandled':
			return say.alreadyHandled(eventId, why);
		case 'failed':
			return say.failed(recipients, recipients, eventId, why);
		case 'nothingDone':
			return say.nothingDone(eventId);
		case 'unknown':
			return say.unknown(eventId);
	}
}

function byList(action: RemediationAction, entries: Entry[]): RemediationOutcome {
	const errors = entries.map(({ error }) => error.toUpperCase()).filter((error) => error !== '');
	const good = entries.length - errors.length;
	if (good > 0) {
		if (errors.length === 0) return 'queued';
		// What shall be deleted and is deleted already is no failure.
		const deletes = action !== 'releaseFromQuarantine';
		return deletes && errors.every((error) => error === 'ALREADY_DELETED') ? 'queued' : 'partial';
	}
	return errors.every((error) => handledBefore.has(error)) ? 'alreadyHandled' : 'failed';
}

function byCounts(
	attempted: number | undefined,
	succeeded: number | undefined,
): RemediationOutcome {
	if (attempted === 0) return 'nothingDone';
	if (attempted === undefined || succeeded === undefined) return 'unknown';
	if (succeeded >= attempted) return 'queued';
	return succeeded === 0 ? 'failed' : 'partial';
}

/** The entries that are objects. Others say nothing of a recipient, so they decide nothing. One entry may stand without its list. */
function entriesOf(results: unknown): Entry[] {
	const list: unknown[] = Array.isArray(results) ? results : isEntry(results) ? [results] : [];
	return list.flatMap((entry) => {
		if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
		const { user_address: user, error, ...others } = { user_address: '', error: '', ...entry };
		const told = errorOf(error) || otherError(others);
		return [{ user: typeof user === 'string' ? user : '', error: told }];
	});
}

/** The error of an entry that tells of one in another field than the documented `error`. */
function otherError(fields: object): string {
	return isErrorObject(fields) ? (readableDetail(fields) ?? JSON.stringify(fields)) : '';
}

function isEntry(results: unknown): boolean {
	return typeof results === 'object' && results !== null && 'user_address' in results;
}

/** An error as text. What is no text and not empty is an error all the same. */
function errorOf(error: unknown): string {
	if (error === null || error === undefined || error === false) return '';
	return typeof error === 'string' ? error.trim() : JSON.stringify(error);
}

function errorsOf(entries: Entry[]): string {
	const byError = new Map<string, string[]>();
	for (const { user, error } of entries) {
		if (error !== '') byError.set(error, [...(byError.get(error) ?? []), user]);
	}
	return [...byError]
		.map(([error, users]) => {
			const names = users.filter((user) => user !== '');
			if (names.length === 0) return error;
			const more = names.length > MOST_NAMES ? ', …' : '';
			return `${error} (${names.slice(0, MOST_NAMES).join(', ')}${more})`;
		})
		.join('; ');
}
