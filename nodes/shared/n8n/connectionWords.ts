/** Faults on the way to the API, in words: the network, proxies and firewalls, what was not sent at all. */
import { isCertificateFault, isTlsFault, type Fault } from '../core/fault';
import { asked, hostOf, seconds, waited, wantedFrom, type Subject, type Words } from './wording';

/** No place came free in time. */
export function busyWords({ waitedMs }: Extract<Fault, { kind: 'busy' }>, subject: Subject): Words {
	return {
		message: `This request was not sent: other requests to ${hostOf(subject)} took all places for ${seconds(waitedMs)}`,
		hint: 'At most four requests at a time go from one n8n process to one portal. Run it again later, or run fewer workflows at the same time.',
	};
}

/** Something in between answered, or may have. */
export function betweenWords(
	{ status, retryAfterMs, waitedMs }: Extract<Fault, { kind: 'status' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	if (status === 407) {
		return {
			message: `A proxy between n8n and ${host} asks for a user name and a password (407)`,
			hint: 'Enter them in “Proxy” under “Request Options”, for example http://user:password@proxy.example.com:3128, or in the proxy settings of n8n (HTTPS_PROXY). The request did not reach Proofpoint.',
		};
	}
	return {
		message: `${host} answered with a web page instead of ${wantedFrom(subject)} (${status})${waited(waitedMs)}`,
		hint: `A proxy, a firewall or a maintenance page between n8n and the portal answered, or the Portal URL of the credential is not the host of the API. The page says nothing about the API token or the parameters. ${asked(retryAfterMs)}Ask those who run the network to let requests to ${host} through${status >= 500 ? ', or try again in a few minutes' : ''}.`,
	};
}

/** Known from an earlier answer: this request itself was not sent. */
export function pausedWords({ status, retryAfterMs }: Extract<Fault, { kind: 'paused' }>): Words {
	const time = seconds(retryAfterMs);
	return status === 429
		? {
				message:
					'This request was not sent: an earlier answer of Proofpoint said that the rate limit is used up (429)',
				hint: `It has to be left alone for another ${time}. Run it again later, or with fewer items at a time.`,
			}
		: {
				message: `This request was not sent: an earlier answer of Proofpoint asked for a pause (${status})`,
				hint: `The pause lasts another ${time}, for this part of the API only. Run it again later.`,
			};
}

/** Refused on this side, before anything was sent. */
export function refusedWords(
	{ message, hint = '', bySsrfProtection }: Extract<Fault, { kind: 'refused' }>,
	subject: Subject,
): Words {
	const nothing = 'Nothing was sent.';
	if (bySsrfProtection !== true) return { message, hint: [hint, nothing].join(' ').trim() };
	return {
		message: `The SSRF protection of this n8n does not let requests go to ${hostOf(subject)}${subject.viaProxy ? ' or to its proxy' : ''}`,
		hint: `n8n said: “${[message, hint].join('. ').trim()}” An administrator can allow the host (N8N_SSRF_ALLOWED_HOSTNAMES) or its address (N8N_SSRF_ALLOWED_IP_RANGES). ${nothing}`,
	};
}

/** No usable answer arrived. */
export function networkWords(
	{ code, waitedMs }: Extract<Fault, { kind: 'network' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	if (isCertificateFault(code)) {
		return {
			message: `No secure connection to ${host} could be made`,
			hint: 'The certificate of the host is not trusted, is for another name, or has expired. A gateway that inspects TLS needs its certificate authority in n8n (NODE_EXTRA_CA_CERTS).',
		};
	}
	if (isTlsFault(code)) {
		return {
			message: `The secure connection to ${host} failed${waited(waitedMs)}`,
			hint: 'Try again. If it stays like this, check that the host speaks TLS at this port, and proxies and firewalls between n8n and the portal.',
		};
	}
	if (subject.viaProxy && ['ENOTFOUND', 'ECONNREFUSED'].includes(code)) {
		return {
			message:
				code === 'ENOTFOUND'
					? `The proxy for requests to ${host} could not be found`
					: `The proxy for requests to ${host} refused the connection`,
			hint: 'Check host and port of “Proxy” under “Request Options”.',
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
				hint: 'Check the Portal URL of the credential for a typing mistake, and that this n8n can resolve names. Where n8n uses a proxy, check its name too.',
			};
		case 'ECONNREFUSED':
			return {
				message: `The portal ${host} refused the connection`,
				hint: 'Check the Portal URL of the credential (host and port), and that no firewall is in the way. Where n8n uses a proxy, check that it runs.',
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
