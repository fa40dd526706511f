/**
 * The names and values that workflows store, written down by hand. A workflow of a user holds them for ever: whoever
 * changes this table changes a promise (docs/versioning.md). Adding is fine; renaming, removing and other defaults are not.
 */
/** Type and default of a parameter, then its values in any order, if it has a choice. */
export type Stored = readonly [type: string, fallback: unknown, values?: string];
/** What is stored, by the name of the parameter; a dot leads into a collection. */
export type Table = Readonly<Record<string, Stored>>;

const limited: Table = { returnAll: ['boolean', false], limit: ['number', 50] };
const resumed: Table = { options: ['collection', {}], 'options.afterCheckpoint': ['string', ''] };
const many: Table = { ...limited, ...resumed };
const page = (pageSize: number): Table => ({
	pageSize: ['number', pageSize],
	afterCheckpoint: ['string', ''],
});
const statuses =
	'Good connection|Connection issues|Not connected for over 7 days|Not connected for over 1 month';
const output: Table = {
	output: ['options', 'simple', 'simple|raw|fields'],
	fields: ['string', ''],
};
const eventFilters: Table = {
	filters: ['collection', { types: [] }],
	'filters.types': ['multiOptions', [], 'defender|guardian|architect'],
	'filters.defenderConfidence': ['multiOptions', [], 'LOW|MEDIUM|HIGH|VERY_HIGH'],
	'filters.guardianTypes': ['multiOptions', [], 'MISDIRECTED_EMAIL|MISATTACHED_FILE'],
	'filters.finalOutcomes': ['multiOptions', [], 'NOT_SENT|SENT_WITH_CHANGES|SENT_WITHOUT_CHANGES'],
	'filters.quarantineStatus': ['multiOptions', [], 'quarantined|pendingRelease|released|deleted'],
	'filters.sender': ['string', ''],
	'filters.recipient': ['string', ''],
	'filters.subject': ['string', ''],
};
const groupId: Table = { groupId: ['resourceLocator', { mode: 'list', value: '' }, 'list|id'] };
const members: Table = { members: ['string', ''] };
const remediation: Table = {
	eventId: ['string', ''],
	options: ['collection', {}],
	'options.failOn': ['options', 'allFailed', 'allFailed|anyFailed|never'],
	'options.waitForConfirmation': ['boolean', false],
	'options.confirmationTimeout': ['number', 300],
	'options.createdAfter': ['dateTime', ''],
};
const polled: Table = {
	options: ['collection', {}],
	'options.addDelivery': ['boolean', false],
	'options.maxItemsPerPoll': ['number', 1000],
};
const started: Table = {
	startFrom: ['options', 'now', 'now|date|beginning'],
	startDate: ['dateTime', ''],
	...polled,
};

/** What a workflow stores for one node. */
export interface NodeNames {
	displayName: string;
	/** The parameter that decides about all others, its value in a new node, and what each value stores. */
	by: string;
	fallback: string;
	/** By `resource operation`, or by event. */
	stores: Readonly<Record<string, Table>>;
}

/** All nodes by their name. */
export const names: Readonly<Record<string, NodeNames>> = {
	proofpoint: {
		displayName: 'Proofpoint',
		by: 'operation',
		fallback: 'securityEvent getAll',
		stores: {
			'securityEvent getAll': {
				...many,
				createdAfter: ['dateTime', '={{ $now.minus({ days: 7 }).toISO() }}'],
				createdBefore: ['dateTime', ''],
				order: ['options', 'newestFirst', 'newestFirst|oldestFirst'],
				...output,
				...eventFilters,
			},
			'securityEvent getPage': { ...page(100), createdAfter: ['dateTime', ''] },
			'securityEvent get': { eventId: ['string', ''], createdAfter: ['dateTime', ''], ...output },
		},
	},
	proofpointGroup: {
		displayName: 'Proofpoint Group',
		by: 'operation',
		fallback: 'group getAll',
		stores: {
			'group create': { name: ['string', ''] },
			'group get': groupId,
			'group getAll': many,
			'group getPage': page(1000),
			'group update': { ...groupId, name: ['string', ''] },
			'group delete': groupId,
			'member add': { ...groupId, ...members },
			'member remove': { ...groupId, ...members },
			'member getAll': { ...groupId, ...limited },
			'member sync': {
				...groupId,
				...members,
				options: ['collection', {}],
				'options.allowEmpty': ['boolean', false],
				'options.dryRun': ['boolean', false],
				'options.maxRemovals': ['number', ''],
			},
		},
	},
	proofpointRemediation: {
		displayName: 'Proofpoint Remediation',
		by: 'operation',
		fallback: 'email releaseFromQuarantine',
		stores: {
			'email releaseFromQuarantine': remediation,
			'email deleteFromQuarantine': remediation,
			'email deleteFromInbox': remediation,
		},
	},
	proofpointUserMonitoring: {
		displayName: 'Proofpoint User Monitoring',
		by: 'operation',
		fallback: 'monitoredUser getAll',
		stores: {
			'monitoredUser getAll': {
				...many,
				filters: ['collection', { statuses: [] }],
				'filters.statuses': ['multiOptions', [], statuses],
				'filters.addresses': ['string', ''],
			},
			'monitoredUser getPage': page(2000),
		},
	},
	proofpointAnomaly: {
		displayName: 'Proofpoint Anomaly',
		by: 'operation',
		fallback: 'anomaly getAll',
		stores: { 'anomaly getAll': many, 'anomaly getPage': page(1000) },
	},
	proofpointAudit: {
		displayName: 'Proofpoint Audit',
		by: 'operation',
		fallback: 'auditEntry getAll',
		stores: {
			'auditEntry getAll': {
				...many,
				filters: ['collection', {}],
				'filters.createdAfter': ['dateTime', ''],
			},
			'auditEntry getPage': page(1000),
		},
	},
	proofpointCompanyRisk: {
		displayName: 'Proofpoint Company Risk (Retired)',
		by: 'operation',
		fallback: 'riskScore getAll',
		stores: { 'riskScore getAll': many, 'riskScore getPage': page(1000) },
	},
	proofpointTrigger: {
		displayName: 'Proofpoint Trigger',
		by: 'event',
		fallback: 'securityEventCreated',
		stores: {
			securityEventCreated: { ...started, ...output, ...eventFilters },
			securityEventCreatedOrUpdated: { ...started, ...output, ...eventFilters },
			auditEntryCreated: started,
			anomalyDetected: {
				...started,
				filters: ['collection', { severities: [] }],
				'filters.severities': ['multiOptions', [], 'moderate|high|very_high'],
			},
			userConnectionChanged: {
				...polled,
				filters: ['collection', { statuses: [] }],
				'filters.statuses': ['multiOptions', [], statuses],
			},
		},
	},
};
