/** Faults on the way to the API, in words: the network, proxies and firewalls, what was not sent at all. */
import { isCertificateFault, isTlsFault, type Fault } from '../core/fault';
import { connectionMessages as say, faultNotes } from '../words/connection';
import { withMore, type Words } from '../words/words';
import { asked, hostOf, retried, seconds, wantedFrom, type Subject } from './wording';

/** No place came free in time. */
export function busyWords({ waitedMs }: Extract<Fault, { kind: 'busy' }>, subject: Subject): Words {
	return say.busy(hostOf(subject), seconds(waitedMs));
}

/** Something in between answered, or may have. */
export function betweenWords(
	{ status, retryAfterMs, waitedMs }: Extract<Fault, { kind: 'status' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	if (status === 407) return say.proxyPassword(host);
	const words = withMore(
		say.webPage(host, wantedFrom(subject), status, retried(waitedMs)),
		asked(retryAfterMs),
	);
	return status >= 500 ? { ...words, again: faultNotes.tryInMinutes } : words;
}

/** Refused on this side, before anything was sent. */
export function refusedWords(
	{ message, hint = '', bySsrfProtection }: Extract<Fault, { kind: 'refused' }>,
	subject: Subject,
): Words {
	if (bySsrfProtection !== true) return withMore({ message, hint }, faultNotes.nothingSent);
	const target = `${hostOf(subject)}${subject.viaProxy ? ' or to its proxy' : ''}`;
	return say.ssrfProtection(target, [message, hint].join('. ').trim());
}

/** No usable answer arrived. */
export function networkWords(
	{ code, waitedMs }: Extract<Fault, { kind: 'network' }>,
	subject: Subject,
): Words {
	const host = hostOf(subject);
	const ending = retried(waitedMs);
	if (isCertificateFault(code)) return say.certificate(host);
	if (isTlsFault(code)) return say.tls(host, ending);
	switch (code) {
		case 'ERR_INVALID_CHAR':
		case 'ERR_INVALID_PROTOCOL':
		case 'ERR_INVALID_URL':
		case 'ERR_UNESCAPED_CHARACTERS':
			return say.invalidAddress(host);
		case 'ENOTFOUND':
			return subject.viaProxy ? say.proxyNotFound(host) : say.notFound(host);
		case 'ECONNREFUSED':
			return subject.viaProxy ? say.proxyRefused(host) : say.refused(host);
		case 'ECONNABORTED':
		case 'ETIMEDOUT':
		case 'ESOCKETTIMEDOUT':
			return say.timeout(host, ending);
		case 'EAI_AGAIN':
		case 'EHOSTUNREACH':
		case 'ENETDOWN':
		case 'ENETUNREACH':
			return say.noNetwork(host, ending);
		default:
			return say.interrupted(host, ending);
	}
}
