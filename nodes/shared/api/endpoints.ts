/**
 * The 15 endpoints of the Proofpoint API: method, path, the permission that the token's owner needs,
 * and for lists the page sizes that the API accepts. Numbers in brackets are those of the vendor's
 * reference. Nothing here imports n8n: the simulator and the tests read the same table.
 */

/** A permission of the portal, as the portal names it. */
export type Permission =
	| 'Action Quarantined Emails'
	| 'Audit Trail'
	| 'Groups'
	| 'Security Events'
	| 'User Monitoring';

export interface Endpoint {
	method: 'DELETE' | 'GET' | 'POST' | 'PUT';
	/** Path below the portal's host; `{id}` stands for the group's ID. */
	path: string;
	permission: Permission;
	/** Lists only: smallest and largest `limit` of one request. Outside of it the API answers 400. */
	pageSize?: { min: number; max: number };
}

export const endpoints = {
	events: {
		method: 'GET',
		path: '/api/v1/events',
		permission: 'Security Events',
		pageSize: { min: 2, max: 100 },
	},
	groups: {
		method: 'GET',
		path: '/api/v1/groups',
		permission: 'Groups',
		pageSize: { min: 1, max: 1000 },
	},
	groupCreate: { method: 'POST', path: '/api/v1/groups', permission: 'Groups' },
	group: {
		method: 'GET',
		path: '/api/v1/groups/{id}',
		permission: 'Groups',
		pageSize: { min: 1, max: 1000 },
	},
	groupUpdate: { method: 'PUT', path: '/api/v1/groups/{id}', permission: 'Groups' },
	groupDelete: { method: 'DELETE', path: '/api/v1/groups/{id}', permission: 'Groups' },
	membersAdd: { method: 'POST', path: '/api/v1/groups/{id}/add_members', permission: 'Groups' },
	membersRemove: {
		method: 'POST',
		path: '/api/v1/groups/{id}/remove_members',
		permission: 'Groups',
	},
	monitoredUsers: {
		method: 'GET',
		path: '/api/v1/monitoring/users',
		permission: 'User Monitoring',
		pageSize: { min: 1, max: 2000 },
	},
	anomalies: {
		method: 'GET',
		path: '/reporting/anomalies/v1',
		permission: 'Security Events',
		pageSize: { min: 1, max: 1000 },
	},
	releaseFromQuarantine: {
		method: 'POST',
		path: '/api/v1/remediation/release_from_quarantine',
		permission: 'Action Quarantined Emails',
	},
	deleteFromQuarantine: {
		method: 'POST',
		path: '/api/v1/remediation/delete_from_quarantine',
		permission: 'Action Quarantined Emails',
	},
	deleteFromInbox: {
		method: 'POST',
		path: '/api/v1/remediation/delete_from_inbox',
		permission: 'Action Quarantined Emails',
	},
	audits: {
		method: 'GET',
		path: '/api/v1/audits',
		permission: 'Audit Trail',
		pageSize: { min: 1, max: 1000 },
	},
	companyRisk: {
		method: 'GET',
		path: '/api/v1/risk/company',
		permission: 'Security Events',
		pageSize: { min: 1, max: 1000 },
	},
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
/** The endpoints that answer in pages. */
export type ListEndpointName = {
	[Name in EndpointName]: (typeof endpoints)[Name] extends { pageSize: object } ? Name : never;
}[EndpointName];
/** The endpoints that only read. */
export type ReadEndpointName = {
	[Name in EndpointName]: (typeof endpoints)[Name] extends { method: 'GET' } ? Name : never;
}[EndpointName];
/** The endpoints that change something. */
export type WriteEndpointName = Exclude<EndpointName, ReadEndpointName>;
/** The three remediation actions: they work on Defender events only. */
export type RemediationAction =
	| 'deleteFromInbox'
	| 'deleteFromQuarantine'
	| 'releaseFromQuarantine';
