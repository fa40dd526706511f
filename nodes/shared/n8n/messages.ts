/**
 * Faults in words: one table from (what happened, which endpoint) to a message and a way out. A message
 * never contains the token, a stack or raw HTML, and names the permission that the endpoint needs.
 */
import { endpoints, type EndpointName } from '../api/endpoints';
import { ID_FORMS } from '../core/eventReference';
import { isTlsFault, wasNotCarriedOut, type Fault } from '../core/fault';

export interface Words {
	message: string;
	/** What to do about it. */
	hint: string;
}

/** What the words are about. */
export interface Subject {
	endpoint: EndpointName;
	/** The portal's origin, for "could not be reached". */
	origin: string;
	/** The ID in the request, if there is one: a group's or an event's. */
	id?: string;
}

const newToken =
	'Create a new token in the portal under Integrations > Security Integrations > Proofpoint API and paste it into the credential.';

const checkEventId = `Check the parameter “Event ID”: an ID looks like ${ID_FORMS}. It is the field “id” of a security event; a link copied from the portal works too.`;

/** Statuses whose words depend on the endpoint; everything else is in {@link statusWords}. */
const byEndpoint: Partial<
	Record<EndpointName, Partial<Record<number, (subject: Subject) => Words>>>
> = {
	...eachOf(['group', 'groupUpdate', 'groupDelete', 'membersAdd', 'membersRemove'], {
		404: ({ id }) => ({
			message: `There is no group with the ID ${id ?? ''}`.trim(),
			hint: 'Check the parameter “Group”. A deleted group cannot be recovered.',
		}),
	}),
	...eachOf(['releaseFromQuarantine', 'deleteFromQuarantine', 'deleteFromInbox'], {
		400: ({ id }) => ({
			message: `Proofpoint refused the action for the event ${id ?? ''}`.trim(),
			hint: `Actions work on Defender (inbound) events only. ${checkEventId}`,
		}),
		404: ({ id }) => ({
			message: `There is no event with the ID ${id ?? ''}`.trim(),
			hint: checkEventId,
		}),
	}),
	...eachOf(['events', 'groups', 'monitoredUsers', 'anomalies', 'audits'], {
		400: () => ({
			message: 'Proofpoint refused the request for this list',
			hint: 'If “After Checkpoint” is set: it may have expired or belong to another list. Empty it to start from the beginning.',
		}),
	}),
	companyRisk: { 404: retired, 410: retired },
};

/** The message and the way out for a fault. */
export function wordsFor(fault: Fault, subject: Subject): Words {
	switch (fault.kind) {
		case 'status':
			return withDetail(fault, statusWords(fault, subject));
		case 'network':
			return networkWords(fault, subject);
		case 'refused':
			return {
				message: fault.message,
				hint: [fault.hint ?? '', 'Nothing was sent.'].join(' ').trim(),
			};
		case 'unreadable':
			return withDetail(fault, unreadableWords(fault, subject));
		case 'stuck':
			return {
				message:
					fault.why === 'missing'
						? 'Proofpoint said that there is more, but gave no checkpoint to go on with'
						: 'Proofpoint said that there is more, but gave a checkpoint that it had given before',
				hint: 'The list would be incomplete, so nothing is returned. Try again later; “Get Page” returns what there is page by page.',
			};
		case 'cancelled':
			return { message: 'The execution was cancelled', hint: 'Nothing further was sent.' };
	}
}

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
			return { message: 'Proofpoint did not accept the API token (401)', hint: newToken };
		case 403:
			return {
				message: `Proofpoint refused access (403): the API token needs the permission “${permission}”`,
				hint: `The API does not say which of these it is: the owner of the API token lacks the permission “${permission}”, the token is wrong or deleted, or the Proofpoint API is not enabled for your portal. ${newToken}`,
			};
		case 404:
			return {
				message: 'The portal does not know this address of the API (404)',
				hint: 'Check the Portal URL of the credential: it must be the host of your own portal.',
			};
		case 429:
			return {
				message: `Proofpoint’s rate limit is used up (429)${waited(waitedMs)}`,
				hint: `${retryAfterMs ? `Proofpoint asks to wait another ${seconds(retryAfterMs)}. ` : ''}Run it again later, or with fewer items at a time.`,
			};
		default:
			return status >= 500
				? {
						message: `Proofpoint has a problem of its own (${status})${waited(waitedMs)}`,
						hint: 'This usually passes by itself. Try again in a few minutes.',
					}
				: {
						message: `Proofpoint refused the request (${status})`,
						hint: 'Check the parameters of this operation.',
					};
	}
}

function networkWords(
	{ code, waitedMs }: Extract<Fault, { kind: 'network' }>,
	{ origin }: Subject,
): Words {
	const host = origin.replace(/^https?:\/\//, '');
	if (isTlsFault(code)) {
		return {
			message: `No secure connection to ${host} could be made`,
			hint: 'The certificate of the host is not trusted, is for another name, or has expired. A gateway that inspects TLS needs its certificate authority in n8n (NODE_EXTRA_CA_CERTS).',
		};
	}
	switch (code) {
		case 'ERR_INVALID_CHAR':
		case 'ERR_INVALID_PROTOCOL':
		case 'ERR_INVALID_URL':
		case 'ERR_UNESCAPED_CHARACTERS':
			return {
				message: `No request to ${host} could be made: an address in it is not valid`,
				hint: 'Check the Portal URL of the credential, and “Proxy” under “Request Options”. Nothing was sent.',
			};
		case 'ENOTFOUND':
			return {
				message: `The portal ${host} could not be found`,
				hint: 'Check the Portal URL of the credential for a typing mistake, and that this n8n can resolve names.',
			};
		case 'ECONNREFUSED':
			return {
				message: `The portal ${host} refused the connection`,
				hint: 'Check the Portal URL of the credential (host and port), and that no firewall is in the way.',
			};
		case 'ECONNABORTED':
		case 'ETIMEDOUT':
		case 'ESOCKETTIMEDOUT':
			return {
				message: `The portal ${host} did not answer in time${waited(waitedMs)}`,
				hint: 'Try again later. If it stays like this, check the network between n8n and the portal.',
			};
		case 'EAI_AGAIN':
		case 'EHOSTUNREACH':
		case 'ENETDOWN':
		case 'ENETUNREACH':
			return {
				message: `The portal ${host} could not be reached: this n8n has no network at the moment${waited(waitedMs)}`,
				hint: 'Check the network and the name server of the machine that n8n runs on.',
			};
		default:
			return {
				message: `The connection to the portal ${host} was cut${waited(waitedMs)}`,
				hint: 'Try again. If it stays like this, check proxies and firewalls between n8n and the portal.',
			};
	}
}

function unreadableWords(
	{ what, waitedMs }: Extract<Fault, { kind: 'unreadable' }>,
	{ endpoint, origin }: Subject,
): Words {
	const host = origin.replace(/^https?:\/\//, '');
	const wanted = endpoints[endpoint].method === 'GET' ? 'data' : 'confirming the action';
	switch (what) {
		case 'error':
			return {
				message: `${host} answered with an error instead of ${wanted}`,
				hint: 'It came with a status that means success. Check the Portal URL of the credential, and gateways between n8n and the portal.',
			};
		case 'html':
			return {
				message: `${host} answered with a web page instead of ${wanted}`,
				hint: 'A login page, a proxy or a maintenance page is in the way, or the Portal URL of the credential is not the host of the API.',
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

function withDetail({ detail }: { detail?: string }, words: Words): Words {
	if (detail === undefined) return words;
	return { ...words, hint: `${words.hint} Proofpoint said: “${detail}”` };
}

function retired(): Words {
	return {
		message: 'Proofpoint no longer offers company risk scores',
		hint: 'Proofpoint announced that this data stops on 30 June 2025 and that the endpoint will be removed. Remove this node from the workflow.',
	};
}

function waited(ms: number | undefined): string {
	return ms === undefined || ms < 1000 ? '' : `, also after waiting ${seconds(ms)}`;
}

/** Milliseconds in words: `40 s`, `5 min`, `2 h`. */
export function seconds(ms: number): string {
	const total = Math.max(1, Math.round(ms / 1000));
	if (total < 120) return `${total} s`;
	return total < 7200 ? `${Math.round(total / 60)} min` : `${Math.round(total / 3600)} h`;
}

function eachOf<T>(names: EndpointName[], value: T): Partial<Record<EndpointName, T>> {
	return Object.fromEntries(names.map((name) => [name, value]));
}
