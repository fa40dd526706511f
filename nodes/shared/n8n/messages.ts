/**
 * Faults in words: one table from (what happened, which endpoint) to a message and a way out. A message
 * never contains the token, a stack or raw HTML, and names the permission that the endpoint needs.
 */
import { endpoints, type EndpointName } from '../api/endpoints';
import { ID_FORMS, shortened } from '../core/eventReference';
import { isFromBetween, wasNotCarriedOut, type Fault } from '../core/fault';
import {
	betweenWords,
	busyWords,
	networkWords,
	pausedWords,
	refusedWords,
} from './connectionWords';
import { asked, hostOf, waited, wantedFrom, type Subject, type Words } from './wording';

export { seconds, type Words } from './wording';

const newToken =
	'create a new one in the portal under Integrations > Security Integrations > Proofpoint API and paste it into the credential.';

const checkEventId = `Check the parameter “Event ID”: an ID looks like ${ID_FORMS}. It is the field “id” of a security event; a link copied from the portal works too.`;

/** Statuses whose words depend on the endpoint; everything else is in {@link statusWords}. */
const byEndpoint: Partial<
	Record<EndpointName, Partial<Record<number, (subject: Subject) => Words>>>
> = {
	...eachOf(['group', 'groupUpdate', 'groupDelete', 'membersAdd', 'membersRemove'], {
		404: ({ id }) => ({
			message: `There is no group with the ID ${shortened(id ?? '')}`.trim(),
			hint: 'Check the parameter “Group”. A deleted group cannot be recovered.',
		}),
	}),
	...eachOf(['releaseFromQuarantine', 'deleteFromQuarantine', 'deleteFromInbox'], {
		400: ({ id }) => ({
			message: `Proofpoint refused the action for the event ${shortened(id ?? '')}`.trim(),
			hint: `Actions work on Defender (inbound) events only. ${checkEventId}`,
		}),
		404: ({ id }) => ({
			message: `There is no event with the ID ${shortened(id ?? '')}`.trim(),
			hint: checkEventId,
		}),
	}),
	...eachOf(['events', 'groups', 'monitoredUsers', 'anomalies', 'audits'], {
		400: () => ({
			message: 'Proofpoint refused the request for this list',
			hint: 'If “After Checkpoint” is set, it may have expired or belong to another list: empty it to start from the beginning. If a date is set, check it.',
		}),
	}),
	companyRisk: { 404: retired, 410: retired },
};

/** The message and the way out for a fault. */
export function wordsFor(fault: Fault, subject: Subject): Words {
	switch (fault.kind) {
		case 'status':
			return isFromBetween(fault)
				? withDetail(fault, betweenWords(fault, subject), 'It said')
				: withDetail(fault, statusWords(fault, subject));
		case 'paused':
			return pausedWords(fault);
		case 'busy':
			return busyWords(fault, subject);
		case 'network':
			return networkWords(fault, subject);
		case 'refused':
			return refusedWords(fault, subject);
		case 'unreadable':
			return withDetail(fault, unreadableWords(fault, subject));
		case 'stuck':
			return {
				...stuckWords[fault.why],
				hint: 'The list would be incomplete, so nothing is returned. Try again later; “Get Page” returns what there is page by page.',
			};
		case 'cancelled':
			return { message: 'The execution was cancelled', hint: 'Nothing further was sent.' };
	}
}

const stuckWords = {
	endless: {
		message:
			'Proofpoint said a thousand times in a row that there is more, and sent only empty pages',
	},
	missing: {
		message: 'Proofpoint said that there is more, but gave no checkpoint to go on with',
	},
	repeated: {
		message: 'Proofpoint said that there is more, but gave a checkpoint that it had given before',
	},
};

/** Added to the hint when a write got no answer: it may have happened all the same. */
export function carriedOutWords(fault: Fault, endpoint: EndpointName): string {
	if (endpoints[endpoint].method === 'GET' || wasNotCarriedOut(fault)) return '';
	return fault.kind === 'cancelled'
		? ''
		: 'It is not known whether the action was carried out, so it was not repeated. Look at it in the portal before you run it again.';
}

function statusWords(
	{ status, retryAfterMs, waitedMs }: Extract<Fault, { kind: 'status' }>,
	subject: Subject,
): Words {
	const special = byEndpoint[subject.endpoint]?.[status];
	if (special) return special(subject);
	const { permission } = endpoints[subject.endpoint];
	if (status >= 300 && status < 400) {
		return {
			message: `The portal redirects to another address (${status})`,
			hint: 'The token is never sent along with a redirect. Enter the address that the browser shows in the end as the Portal URL of the credential.',
		};
	}
	switch (status) {
		case 400:
			return {
				message: 'Proofpoint refused the request as invalid (400)',
				hint: 'Check the parameters of this operation.',
			};
		case 401:
			return {
				message: 'Proofpoint did not accept the API token (401)',
				hint: `Yours is unknown or was not sent: ${newToken}`,
			};
		case 403:
			return {
				message: `Proofpoint refused access (403). This request needs the permission “${permission}”`,
				hint: `The API does not say which of three causes it is. 1. The owner of the API token lacks the permission “${permission}”: give it to that user in the portal. 2. The token is wrong or deleted: ${newToken} 3. The Proofpoint API is not enabled for your portal: ask Proofpoint’s support to enable it.`,
			};
		case 404:
			return {
				message: 'The portal does not know this address of the API (404)',
				hint: 'Check the Portal URL of the credential: it must be the host of your own portal.',
			};
		case 429:
			return {
				message: `Proofpoint’s rate limit is used up (429)${waited(waitedMs)}`,
				hint: `${asked(retryAfterMs)}Run it again later, or with fewer items at a time.`,
			};
		default:
			return status >= 500
				? {
						message: `Proofpoint has a problem of its own (${status})${waited(waitedMs)}`,
						hint: `${asked(retryAfterMs)}This usually passes by itself. Try again in a few minutes.`,
					}
				: {
						message: `Proofpoint refused the request (${status})`,
						hint: 'Check the parameters of this operation.',
					};
	}
}

function unreadableWords(
	{ what, waitedMs }: Extract<Fault, { kind: 'unreadable' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	const wanted = wantedFrom(subject);
	switch (what) {
		case 'error':
			return {
				message: `${host} answered with an error instead of ${wanted}`,
				hint: 'It came with a status that means success. Check the Portal URL of the credential, and gateways between n8n and the portal.',
			};
		case 'html':
			return {
				message: `${host} answered with a web page instead of ${wanted}`,
				hint: 'A login page, a proxy, a firewall or a maintenance page is in the way, or the Portal URL of the credential is not the host of the API.',
			};
		case 'truncated':
			return {
				message: `The answer of ${host} was cut off${waited(waitedMs)}`,
				hint: 'Try again. If it stays like this, check proxies between n8n and the portal.',
			};
		default:
			return {
				message: `${host} answered with something other than the Proofpoint API documents`,
				hint: 'Check the Portal URL of the credential. If it is right, the API may have changed: please report it to the authors of this node.',
			};
	}
}

function withDetail({ detail }: { detail?: string }, words: Words, who = 'Proofpoint said'): Words {
	if (detail === undefined) return words;
	return { ...words, hint: `${words.hint} ${who}: “${detail}”` };
}

function retired(): Words {
	return {
		message: 'Proofpoint no longer offers company risk scores',
		hint: 'Proofpoint announced that this data stops on 30 June 2025 and that the endpoint will be removed. Remove this node from the workflow.',
	};
}

function eachOf<T>(names: EndpointName[], value: T): Partial<Record<EndpointName, T>> {
	return Object.fromEntries(names.map((name) => [name, value]));
}
