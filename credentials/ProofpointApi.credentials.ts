import {
	UserError,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type ICredentialType,
	type Icon,
	type IHttpRequestOptions,
	type INodeProperties,
} from 'n8n-workflow';

import { readAccess, whyNotSent } from '../nodes/shared/core/portal';

/**
 * What n8n's HTTP Request node hands over: it still builds its requests in the older shape of the
 * host's `request` library, which names the address and the redirect switches differently.
 */
interface OlderRequestOptions extends IHttpRequestOptions {
	uri?: string;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
}

/**
 * The API token of a Proofpoint (formerly Tessian) portal. The token never leaves for another host
 * than the portal's own, whoever sends the request: our nodes, the credential test, or n8n's HTTP
 * Request node.
 */
export class ProofpointApi implements ICredentialType {
	name = 'proofpointApi';

	displayName = 'Proofpoint API';

	icon: Icon = { light: 'file:../icons/proofpoint.svg', dark: 'file:../icons/proofpoint.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Portal URL',
			name: 'portalUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://acme.tessian-platform.com',
			description:
				'The address of your Proofpoint portal, as you see it in the browser. Paths after the host are ignored.',
		},
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Create it in the portal under Integrations > Security Integrations > Proofpoint API. It is shown only once, has the permissions of the user who owns it, and stops working when that user is removed.',
		},
		{
			displayName: 'Allow Custom Host',
			name: 'allowCustomHost',
			type: 'boolean',
			default: false,
			description:
				'Whether the token may be sent to a host that is not *.tessian-platform.com or *.tessian-app.com. Turn on only for a gateway or proxy of your own, or a local simulator.',
		},
	];

	/**
	 * Attaches the token to a request for the portal's own host and switches redirects off.
	 *
	 * A function, not the declarative form: only a function can refuse before anything is sent, and the
	 * host evaluates the declarative form in its expression sandbox for every request.
	 *
	 * @throws UserError with words for the person at the screen; nothing is sent then
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const request: OlderRequestOptions = requestOptions;
		const url = request.url ?? request.uri ?? '';
		const access = readAccess(credentials);
		if (!access.ok) throw new UserError(`${access.message}. ${access.hint}`);
		// The credential test asks for a bare path: its host is the portal by definition.
		const baseURL = request.baseURL || (url.startsWith('/') ? access.origin : undefined);
		const refusal = whyNotSent(credentials, url, baseURL);
		if (refusal) throw new UserError(`${refusal.message}. ${refusal.hint}`);
		const authenticated: OlderRequestOptions = {
			...request,
			...(baseURL === undefined ? {} : { baseURL }),
			headers: { ...request.headers, Authorization: `API-Token ${access.token}` },
			// A redirect could carry the token to another host.
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
			maxRedirects: 0,
		};
		return authenticated;
	}

	test: ICredentialTestRequest = {
		request: {
			method: 'GET',
			url: '/api/v1/events',
			qs: { limit: 2 },
			timeout: 30_000,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Proofpoint did not accept the API token (401). Create a new one in the portal under Integrations > Security Integrations > Proofpoint API and paste it here.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Proofpoint refused access (403). The API does not say which of three causes it is. 1. The API token is wrong or deleted: create a new one in the portal. 2. Its owner lacks the permission “Security Events”: give it to that user in the portal; without it the token still works for other data. 3. The Proofpoint API is not enabled for your portal: ask Proofpoint’s support to enable it.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'The portal does not know the Proofpoint API (404). Check the Portal URL: it must be the host of your own portal.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 407,
					message:
						'A proxy between n8n and the portal asks for a user name and a password (407). Enter them in the proxy settings of n8n (HTTPS_PROXY); the token was not tested.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message:
						'The portal was reached, but its rate limit is used up at the moment (429). Wait a minute and test again.',
				},
			},
			...[301, 302, 303, 307, 308].map((value) => ({
				type: 'responseCode' as const,
				properties: {
					value,
					message: `The portal redirects to another address (${value}), and the token is never sent along. Enter the address that the browser shows in the end as the Portal URL.`,
				},
			})),
			...[500, 502, 503, 504].map((value) => ({
				type: 'responseCode' as const,
				properties: {
					value,
					message: `Proofpoint has a problem of its own at the moment (${value}). Your entries may be right: test again in a few minutes.`,
				},
			})),
		],
	};
}
