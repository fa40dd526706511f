/** Messages about the credential: its fields, and the answers to its test. */
import { inOneText, type Catalogue, type Filled } from './words';

const fromBrowser =
	'Copy the address of your Proofpoint portal from the browser, for example https://acme.tessian-platform.com.';
const portals =
	'Portals end in .tessian-platform.com or .tessian-app.com. Correct the Portal URL in the credential, or turn on “Allow Custom Host” if this is your own gateway or proxy.';
const newToken =
	'Create a new one in the portal under Integrations > Security Integrations > Proofpoint API';

/** How to get a new token, for every message about a token that does not work. */
export const createToken = `${newToken} and paste it into the credential.`;

/** What keeps a request from being sent. */
export const credentialMessages = {
	portalUrlEmpty: () => ({
		message: 'The Portal URL in the credential is empty',
		hint: fromBrowser,
	}),
	portalUrlNotText: () => ({
		message: 'The Portal URL in the credential is not text',
		hint: `Its expression returns a value of another type. ${fromBrowser}`,
	}),
	portalUrlInvalid: () => ({
		message: 'The Portal URL in the credential is not a valid address',
		hint: fromBrowser,
	}),
	portalUrlWithUser: () => ({
		message: 'The Portal URL in the credential contains a username or password',
		hint: 'Remove everything between “//” and “@”. The API token goes in the “API Token” field.',
	}),
	portalUrlUnencrypted: (scheme: Filled) => ({
		message: `The Portal URL in the credential must start with https://, but starts with ${scheme}//`,
		hint: 'Otherwise the token would be sent unencrypted. Only a loopback host such as 127.0.0.1 can use http.',
	}),
	customHostNeither: () => ({
		message: 'Allow Custom Host in the credential is neither true nor false',
		hint: 'Use the toggle, or an expression that returns true or false.',
	}),
	portalUrlHoldsToken: () => ({
		message: 'The token was not sent: the Portal URL in the credential contains it',
		hint: `The API token goes in the “API Token” field. ${fromBrowser}`,
	}),
	notAHost: () => ({
		message:
			'The token was not sent: the Portal URL in the credential is not that of a Proofpoint portal',
		hint: portals,
	}),
	notAPortal: (host: Filled) => ({
		message: `The token was not sent: ${host} is not a Proofpoint portal`,
		hint: portals,
	}),
	tokenEmpty: () => ({
		message: 'The API Token in the credential is empty',
		hint: 'Paste the token from the portal. If the field contains an expression, make sure it returns a token for this item.',
	}),
	tokenNotText: () => ({
		message: 'The API Token in the credential is not text',
		hint: 'Its expression returns a value of another type. Make sure it returns the token from the portal.',
	}),
	tokenInvalid: () => ({
		message: 'The API Token in the credential contains spaces, line breaks or special characters',
		hint: 'Copy the token again, without anything around it.',
	}),
	otherHost: (origin: Filled) => ({
		message: `The token was not sent: the request does not go to the portal in the credential, ${origin}`,
		hint: 'Use an address on that host, or select another credential.',
	}),
} satisfies Catalogue;

/** The answers to the credential test. n8n shows a single text there. */
export const credentialTestMessages = {
	redirect: (status: Filled) => ({
		message: `The portal redirects to another address (${status})`,
		hint: 'The token is never sent along with a redirect. Set the Portal URL to the address that the browser ends up at.',
	}),
	invalid: () => ({
		message: 'The portal refused the test request as invalid (400)',
		hint: 'Check the Portal URL: it must be the host of your own portal. If it is, the API may have changed: report it to the authors of this node.',
	}),
	unauthorized: () => ({
		message: 'Proofpoint did not accept the API token (401)',
		hint: `${newToken} and paste it here.`,
	}),
	forbidden: () => ({
		message: 'Proofpoint refused access (403)',
		hint: 'The API does not say which of three causes applies. 1. The API token is wrong or deleted: create a new one in the portal. 2. Its owner lacks the permission “Security Events”: give it to that user in the portal; without it, the token still works for other data. 3. The Proofpoint API is not enabled for your portal: ask Proofpoint’s support to enable it. A firewall or proxy in between can also respond like this.',
	}),
	notFound: () => ({
		message: 'The Proofpoint API was not found at this address (404)',
		hint: 'Check the Portal URL: it must be the host of your own portal.',
	}),
	proxyPassword: () => ({
		message: 'A proxy between n8n and the portal requires a username and password (407)',
		hint: 'Enter them in n8n’s proxy settings (HTTPS_PROXY). The token was not tested.',
	}),
	rateLimited: () => ({
		message: 'The portal responds, but its rate limit is exceeded (429)',
		hint: 'Wait a minute and test again.',
	}),
	refused: (status: Filled) => ({
		message: `The portal refused the test request (${status})`,
		hint: 'The token was not tested. Check the Portal URL, and any gateways between n8n and the portal.',
	}),
	serverError: (status: Filled) => ({
		message: `Proofpoint, or a gateway in between, reported a server error (${status})`,
		hint: 'Your entries may be correct. Test again in a few minutes.',
	}),
	webPage: () => ({
		message: 'The portal returned a web page instead of data',
		hint: 'A sign-in page, proxy, firewall or maintenance page responded, or the Portal URL is not the host of the API. The token was not tested.',
	}),
	undocumented: () => ({
		message: 'The portal returned a response that the Proofpoint API does not document',
		hint: 'Check the Portal URL: it must be the host of your own portal. The token was not tested.',
	}),
} satisfies Catalogue;

/** Every status other than 2xx that servers, gateways and firewalls are known to send. */
export const knownStatuses: readonly number[] = [
	...range(300, 308),
	...range(400, 431),
	...[440, 444, 449, 451, 460, 494, 495, 496, 497, 498, 499],
	...range(500, 511),
	...range(520, 530),
	...[561, 598, 599],
];

/** The answer to the credential test with a status other than 2xx. */
export function credentialTestText(status: number): string {
	const say = credentialTestMessages;
	if (status < 400) return inOneText(say.redirect(status));
	if (status >= 500) return inOneText(say.serverError(status));
	const special: Partial<Record<number, () => ReturnType<typeof say.invalid>>> = {
		400: say.invalid,
		401: say.unauthorized,
		403: say.forbidden,
		404: say.notFound,
		407: say.proxyPassword,
		429: say.rateLimited,
	};
	return inOneText(special[status]?.() ?? say.refused(status));
}

function range(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
