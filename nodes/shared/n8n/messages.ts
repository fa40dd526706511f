/**
 * Faults in words: from what happened, and at which endpoint, to a message of the catalogues. A message never contains
 * the token, a stack or raw HTML, and names the permission that the endpoint needs.
 */
import { endpoints, type EndpointName } from '../api/endpoints';
import { shortened } from '../core/eventReference';
import { isFromBetween, wasNotCarriedOut, type Fault } from '../core/fault';
import { answerMessages as say } from '../words/answers';
import { connectionMessages, faultNotes } from '../words/connection';
import { settled, withMore, type Words } from '../words/words';
import { betweenWords, busyWords, networkWords, refusedWords } from './connectionWords';
import { asked, hostOf, retried, seconds, wantedFrom, type Subject } from './wording';

export { seconds } from './wording';

/** Statuses whose words depend on the endpoint; everything else is in {@link statusWords}. */
const byEndpoint: Partial<
	Record<EndpointName, Partial<Record<number, (subject: Subject) => Words>>>
> = {
	...eachOf(['group', 'groupUpdate', 'groupDelete', 'membersAdd', 'membersRemove'], {
		404: ({ id }) => say.groupNotFound(shortened(id ?? '')),
	}),
	...eachOf(['releaseFromQuarantine', 'deleteFromQuarantine', 'deleteFromInbox'], {
		400: ({ id }) => say.actionRefused(shortened(id ?? '')),
		404: ({ id }) => say.eventNotFound(shortened(id ?? '')),
	}),
	...eachOf(['events', 'groups', 'monitoredUsers', 'anomalies', 'audits'], {
		400: say.listRefused,
	}),
	companyRisk: { 404: say.retired, 410: say.retired },
};

/**
 * The message and what to do for a fault. After a write that may have been carried out nothing says "try again":
 * that it is not known stands there instead.
 */
export function wordsFor(fault: Fault, subject: Subject): Words {
	return settled(
		faultWords(fault, subject),
		isInDoubt(fault, subject.endpoint) ? faultNotes.inDoubt : '',
	);
}

/** The words for a fault of a request that was sent for another item; nothing was sent for this one. */
export function wordsForOtherItem(fault: Fault, subject: Subject): Words {
	return settled(faultWords(fault, subject), faultNotes.ofAnotherItem);
}

/** Whether a write may have been carried out although its answer is lost. */
export function isInDoubt(fault: Fault, endpoint: EndpointName): boolean {
	return (
		endpoints[endpoint].method !== 'GET' && fault.kind !== 'cancelled' && !wasNotCarriedOut(fault)
	);
}

function faultWords(fault: Fault, subject: Subject): Words {
	switch (fault.kind) {
		case 'status':
			return isFromBetween(fault)
				? withDetail(fault, betweenWords(fault, subject), 'It')
				: withDetail(fault, statusWords(fault, subject));
		case 'paused':
			return fault.status === 429
				? say.pausedByRateLimit(seconds(fault.retryAfterMs))
				: say.pausedByServer(fault.status, seconds(fault.retryAfterMs));
		case 'busy':
			return busyWords(fault, subject);
		case 'network':
			return networkWords(fault, subject);
		case 'refused':
			return refusedWords(fault, subject);
		case 'unreadable':
			return withDetail(fault, unreadableWords(fault, subject));
		case 'stuck':
			return stuckWords[fault.why]();
		case 'cancelled':
			return connectionMessages.cancelled();
	}
}

const stuckWords = {
	endless: say.endlessList,
	missing: say.noCheckpoint,
	repeated: say.repeatedCheckpoint,
	repeatedRecords: say.repeatedRecords,
	tooLong: say.tooLongList,
};

function statusWords(
	{ status, retryAfterMs, waitedMs }: Extract<Fault, { kind: 'status' }>,
	subject: Subject,
): Words {
	const special = byEndpoint[subject.endpoint]?.[status];
	if (special) return special(subject);
	if (status >= 300 && status < 400) return say.redirect(status);
	if (status >= 500) {
		return withMore(say.serverError(status, retried(waitedMs)), asked(retryAfterMs));
	}
	switch (status) {
		case 400:
			return say.invalid();
		case 401:
			return say.unauthorized();
		case 403:
			return say.forbidden(endpoints[subject.endpoint].permission);
		case 404:
			return say.notFound();
		case 429:
			return withMore(say.rateLimited(retried(waitedMs)), asked(retryAfterMs));
		default:
			return say.refused(status);
	}
}

function unreadableWords(
	{ what, waitedMs }: Extract<Fault, { kind: 'unreadable' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	switch (what) {
		case 'error':
			return connectionMessages.errorAsSuccess(host, wantedFrom(subject));
		case 'html':
			return connectionMessages.webPageAsSuccess(host, wantedFrom(subject));
		case 'truncated':
			return connectionMessages.truncated(host, retried(waitedMs));
		default:
			return connectionMessages.undocumented(host);
	}
}

function withDetail({ detail }: { detail?: string }, words: Words, who = 'Proofpoint'): Words {
	return detail === undefined ? words : withMore(words, faultNotes.said(who, detail));
}

function eachOf<T>(names: EndpointName[], value: T): Partial<Record<EndpointName, T>> {
	return Object.fromEntries(names.map((name) => [name, value]));
}
