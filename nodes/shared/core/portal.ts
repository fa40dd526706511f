/**
 * The credential as a user filled it in, turned into the one origin that may see the token, and the token.
 * Every request of the package goes through here before the token is attached.
 */
import type { Refusal } from './fault';
import { readSwitch } from './parameters';

/** Only these are Proofpoint's own hosts (docs/api.md, "Hosts and access"). */
const officialHost = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.tessian-(?:platform|app)\.com$/;
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Why a credential cannot be used. */
type Refused = { ok: false } & Required<Refusal>;
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
	const token = readToken(fields.apiToken);
	if (token === '') {
		return refuse(
			'The API Token of the credential is empty',
			'Paste the token from the portal. If the field holds an expression, check that it finds a value for this item.',
		);
	}
	if (/[^\x21-\x7e]/.test(token)) {
		return refuse(
			'The API Token of the credential contains blanks, line breaks or special characters',
			'Copy it once more from the portal.',
		);
	}
	return { ok: true, origin: portal.origin, token };
}

/**
 * Reads the "Portal URL" of a credential.
 *
 * Takes what people paste (a bare host, a deep link, a trailing slash) and returns the origin
 * `https://<host>`, or a message and a way out for the person who filled in the credential. Plain http is accepted for a loopback
 * host alone, another host than Proofpoint's only when `allowCustomHost` is on.
 */
export function readPortal({ portalUrl, allowCustomHost }: CredentialFields): Portal {
	const text = typeof portalUrl === 'string' ? portalUrl.trim() : '';
	if (text === '') {
		return refuse(
			'The Portal URL of the credential is empty',
			'Copy the address of your Proofpoint portal from the browser, for example https://acme.tessian-platform.com.',
		);
	}
	const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
	if (!url || url.hostname === '') {
		return refuse(
			'The Portal URL of the credential is not an address',
			'Copy the address of your Proofpoint portal from the browser, for example https://acme.tessian-platform.com.',
		);
	}
	if (url.username !== '' || url.password !== '') {
		return refuse(
			'The Portal URL of the credential contains a user name or password',
			'Remove everything between “//” and “@”. The API token belongs into its own field.',
		);
	}
	// `new URL` keeps the dot of a fully qualified host name, which would be another host to compare.
	const host = url.hostname.toLowerCase().replace(/\.$/, '');
	const loopback = loopbackHost.test(host);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
		return refuse(
			`The Portal URL of the credential must begin with https://, but begins with ${url.protocol}//`,
			'The token would travel unencrypted otherwise. Only a loopback host such as 127.0.0.1 may use http.',
		);
	}
	// Absent in a credential that was saved by the API: off then.
	const custom = readSwitch(allowCustomHost ?? false);
	if (custom === undefined) {
		return refuse(
			'“Allow Custom Host” of the credential is neither on nor off',
			'Use the switch, or an expression that gives true or false.',
		);
	}
	if (!custom && (!officialHost.test(host) || url.port !== '')) {
		return refuse(
			`The token was not sent: ${host}${url.port === '' ? '' : `:${url.port}`} is not a Proofpoint portal`,
			'Portals end in .tessian-platform.com or .tessian-app.com. Correct the Portal URL of the credential, or turn on “Allow Custom Host” if this is a gateway or proxy of your own.',
		);
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
): Required<Refusal> | undefined {
	const access = readAccess(credentials);
	if (!access.ok) return { message: access.message, hint: access.hint };
	if (isOnPortal(access.origin, url, baseURL)) return undefined;
	return {
		message: `The token was not sent: this request does not go to the portal of the credential, ${access.origin}`,
		hint: 'Use an address on that host, or another credential.',
	};
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

function refuse(message: string, hint: string): Refused {
	return { ok: false, message, hint };
}

function parse(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}
