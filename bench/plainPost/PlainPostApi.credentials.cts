import type { IAuthenticateGeneric, ICredentialType, INodeProperties } from 'n8n-workflow';

/** The token in a header, in the declarative form that n8n's template shows. */
export class PlainPostApi implements ICredentialType {
	name = 'plainPostApi';

	displayName = 'Plain Post API';

	properties: INodeProperties[] = [
		{ displayName: 'Portal URL', name: 'portalUrl', type: 'string', default: '' },
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=API-Token {{$credentials.apiToken}}' } },
	};
}
