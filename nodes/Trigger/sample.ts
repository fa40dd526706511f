/** "Fetch Test Event" in the editor. */
import { NodeOperationError, type INodeExecutionData, type IPollFunctions } from 'n8n-workflow';

import type { ApiRecord } from '../shared/api/contract';
import { endpoints, type ListEndpointName } from '../shared/api/endpoints';
import { fromMillis } from '../shared/core/timestamp';
import { walk, type Position } from '../shared/core/walk';
import type { Connection } from '../shared/n8n/connection';
import { USUAL_BUDGET_MS } from './host';
import type { Treatment } from './parameters';
import { failureOf, pages } from './requests';

/** How many records a manual test run shows. */
const SAMPLE_SIZE = 10;
const DAY_MS = 86_400_000;

/** Recent records that pass the filters. Reads and writes no stored state. */
export async function showSample(
	context: IPollFunctions,
	connection: Connection,
	endpoint: ListEndpointName,
	{ matches, shape }: Treatment,
): Promise<INodeExecutionData[][]> {
	const fetchPage = pages(context, connection, endpoint, performance.now() + USUAL_BUDGET_MS);
	const bounds = endpoints[endpoint].pageSize;
	for (const start of sampleStarts(endpoint)) {
		const recent: ApiRecord[] = [];
		let pagesRead = 0;
		for await (const step of walk(fetchPage, start, () => bounds.max)) {
			if (step.kind === 'fault') throw failureOf(context, connection, endpoint, step.fault);
			recent.push(...step.records.filter(matches));
			if (++pagesRead >= 10) break;
		}
		if (recent.length > 0) {
			// A test run compares with nothing, but shows every field that a change will have.
			const more = endpoint === 'monitoredUsers' ? { previous_status: null } : {};
			return [
				recent.slice(-SAMPLE_SIZE).map((record) => ({ json: { ...shape(record), ...more } })),
			];
		}
	}
	throw new NodeOperationError(
		context.getNode(),
		`Proofpoint lists no ${nounOf[endpoint]} that pass the filters`,
		{
			description:
				'This is only a test: the published workflow runs as soon as there is something new that passes. To see sample data now, remove filters, or use “set mock data” in the output.',
		},
	);
}

/** What a test run looks for, in the words of the portal. */
const nounOf: Record<ListEndpointName, string> = {
	anomalies: 'anomalies',
	audits: 'audit entries',
	companyRisk: 'risk scores',
	events: 'security events',
	group: 'members',
	groups: 'groups',
	monitoredUsers: 'monitored users',
};

/** Where to look for recent records, nearest first. */
function sampleStarts(endpoint: ListEndpointName): Position[] {
	if (endpoint !== 'events') return [{ at: 'beginning' }];
	const now = Date.now();
	const recent = [1, 7, 30, 365].map((days) => fromMillis(now - days * DAY_MS));
	return [
		...recent.flatMap((time) =>
			time === undefined ? [] : [{ at: 'createdAfter' as const, time }],
		),
		{ at: 'beginning' },
	];
}
