/**
 * The credential as a user filled it in, turned into the one origin that may see the token, and the token.
 * Every request of the package goes through here before the token is attached.
 */
import { credentialMessages as say } from '../words/credential';
import type { Words } from '../words/words';
import { readSwitch } from './parameters';

/** Only these are Proofpoint's own hosts (docs/api.md, "Hosts and access"). */
const officialHost = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.tessian-(?:platform|app)\.com$/;
/** What a message may repeat. What looks otherwise may be a token that got into the field. */
const hostName = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]+)$/;
const hostAddress = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;
/** A shorter token may be a part of an ordinary name. */
const SHORTEST_TOKEN = 8;
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Why a credential cannot be used. */
type Refused = { ok: false } & Words;
export type Portal = Refused | { ok: true; origin: string };
/** Where requests go, and the token that they carry. */
export type Access = Refused | { ok: true; origin: string; token: string };

/** The fields of the credential; each may come from an expression and hold anything. */
export interface CredentialFields {
	portalUrl?: unknown;
	allowCustomHost?: unknown;
	apiToken?: unknown;
}

/** Reads the whole credential; see {@link readPortal} and {@link readToken}. */
export function readAccess(fields: CredentialFields): Access {
	const portal = readPortal(fields);
	if (!portal.ok) return portal;
	if (isNotText(fields.apiToken)) return refuse(say.tokenNotText());
	const token = readToken(fields.apiToken);
	if (token === '') return refuse(say.tokenEmpty());
	if (/[^\x21-\x7e]/.test(token)) return refuse(say.tokenInvalid());
	return { ok: true, origin: portal.origin, token };
}

/**
 * Reads the "Portal URL" of a credential.
 *
 * Takes what people paste (a bare host, a deep link, a trailing slash) and returns the origin
 * `https://<host>`, or a message and a way out for the person who filled in the credential. Plain http is accepted for a loopback
 * host alone, another host than Proofpoint's only when `allowCustomHost` is on. No message holds the token, also
 * where the fields were swapped (docs/security.md).
 */
export function readPortal({ portalUrl, allowCustomHost, apiToken }: CredentialFields): Portal {
	if (isNotText(portalUrl)) return refuse(say.portalUrlNotText());
	const text = typeof portalUrl === 'string' ? portalUrl.trim() : '';
	if (text === '') return refuse(say.portalUrlEmpty());
	const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
	if (!url || url.hostname === '') return refuse(say.portalUrlInvalid());
	if (url.username !== '' || url.password !== '') return refuse(say.portalUrlWithUser());
	// `new URL` keeps the dot of a fully qualified host name, which would be another host to compare.
	const host = url.hostname.toLowerCase().replace(/\.$/, '');
	const token = readToken(apiToken).toLowerCase();
	// Its name would go to the DNS server, and into every message about the portal.
	if (token.length >= SHORTEST_TOKEN && host.includes(token) && !officialHost.test(host)) {
		return refuse(say.portalUrlHoldsToken());
	}
	const loopback = loopbackHost.test(host);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
		return refuse(say.portalUrlUnencrypted(url.protocol));
	}
	// Absent in a credential that was saved by the API: off then.
	const custom = readSwitch(allowCustomHost ?? false);
	if (custom === undefined) return refuse(say.customHostNeither());
	if (!custom && (!officialHost.test(host) || url.port !== '')) {
		if (![hostName, hostAddress, loopbackHost].some((form) => form.test(host))) {
			return refuse(say.notAHost());
		}
		return refuse(say.notAPortal(url.port === '' ? host : `${host}:${url.port}`));
	}
	return { ok: true, origin: `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}` };
}

/**
 * The token as the API wants it: without the prefix `API-Token ` and the blanks that people paste with it.
 * Anything but a string gives an empty token.
 */
export function readToken(apiToken: unknown): string {
	if (typeof apiToken !== 'string') return '';
	return apiToken
		.trim()
		.replace(/^(?:Authorization:\s*)?API-Token(?:\s+|$)/i, '')
		.trim();
}

/**
 * Why the token may not be sent with a request, in words for the person at the screen; `undefined` when it may.
 * The credential asks before it attaches the token, and our nodes before they hand a request to n8n.
 * @param url absolute, or relative to `baseURL`
 */
export function whyNotSent(
	credentials: CredentialFields,
	url: string,
	baseURL?: string,
): Words | undefined {
	const access = readAccess(credentials);
	if (!access.ok) return { message: access.message, hint: access.hint };
	if (isOnPortal(access.origin, url, baseURL)) return undefined;
	return say.otherHost(access.origin);
}

/** Whether a request to `url` (absolute, or relative to `baseURL`) stays on the portal's own host. */
export function isOnPortal(origin: string, url: string, baseURL?: string): boolean {
	const target = parse(url, baseURL === undefined || baseURL === '' ? undefined : baseURL);
	return (
		target !== undefined &&
		target.username === '' &&
		target.password === '' &&
		`${target.protocol}//${target.host.replace(/\.(?=:|$)/, '')}` === origin
	);
}

/** Whether a field holds something, but not a text. */
function isNotText(given: unknown): boolean {
	return given !== undefined && given !== null && typeof given !== 'string';
}

function refuse(words: Words): Refused {
	return { ok: false, ...words };
}

function parse(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}
