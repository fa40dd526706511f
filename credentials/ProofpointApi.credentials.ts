import {
	UserError,
	type IAuthenticateRuleBase,
	type IAuthenticateRuleResponseCode,
	type IAuthenticateRuleResponseSuccessBody,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type ICredentialType,
	type Icon,
	type IHttpRequestOptions,
	type INodeProperties,
} from 'n8n-workflow';

import { readAccess, whyNotSent } from '../nodes/shared/core/portal';
import {
	credentialTestMessages as testMessages,
	credentialTestText,
	knownStatuses,
} from '../nodes/shared/words/credential';
import { inOneText } from '../nodes/shared/words/words';

/**
 * What n8n's HTTP Request node hands over: it still builds its requests in the older shape of the
 * host's `request` library, which names the address and the redirect switches differently.
 */
interface OlderRequestOptions extends Omit<IHttpRequestOptions, 'url'> {
	url?: string;
	uri?: string;
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
		if (!access.ok) throw new UserError(inOneText(access));
		// The credential test asks for a bare path: its host is the portal by definition.
		const baseURL = request.baseURL || (url.startsWith('/') ? access.origin : undefined);
		const refusal = whyNotSent(credentials, url, baseURL);
		if (refusal) throw new UserError(inOneText(refusal));
		const authenticated = {
			...requestOptions,
			...(baseURL === undefined ? {} : { baseURL }),
			headers: { ...requestOptions.headers, Authorization: `API-Token ${access.token}` },
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
		},
		rules: testRules(),
	};
}

/** What the test says of each answer: by its status, and for a status that means success by its body. */
function testRules(): IAuthenticateRuleResponseCode[] {
	const byStatus = knownStatuses.map(
		(value): IAuthenticateRuleResponseCode => ({
			type: 'responseCode',
			properties: { value, message: credentialTestText(value) },
		}),
	);
	// n8n's types allow rules of one kind only; n8n itself asks each rule for its kind.
	const rules: IAuthenticateRuleBase[] = byStatus;
	rules.push(
		// A page begins with a tag.
		bodyRule('0', '<', inOneText(testMessages.webPage())),
		// Whatever has no list of results is not the API's answer.
		bodyRule('results', undefined, inOneText(testMessages.undocumented())),
	);
	return byStatus;
}

function bodyRule(
	key: string,
	value: string | undefined,
	message: string,
): IAuthenticateRuleResponseSuccessBody {
	return { type: 'responseSuccessBody', properties: { key, value, message } };
}
