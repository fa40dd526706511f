/** The workflows of the plan: everything that the package has, in three of them. */
import { chain, type Workflow } from '@host/workflow.cjs';
import { proofpointNode } from '@test/e2e/setup.cjs';
import { end, triggerNode } from '../watching.cjs';

/** Ids of the workflows. Short: n8n stores no state for one of more than 21 characters. */
export const ids = {
	stream: 'queueStream',
	release: 'queueRelease',
	operations: 'queueOperations',
};
/** How many releases one execution of the second workflow asks for. */
export const RELEASES = 100;

/** The credentials of the workflows, each with a token of its own by this name: so the request log tells them apart. */
export const credentials = {
	release: { id: 'proofpoint-release', name: 'Proofpoint API, second trigger' },
	other: { id: 'proofpoint-other', name: 'Proofpoint API, other nodes' },
};

/**
 * All three, not published: every event; every Defender event, and the mail of the last of each execution is released;
 * every other node. The last, because a release updates its event, and at 50 events/s the trigger remembers those of the
 * last two minutes (docs/trigger.md, "The bounds").
 * @param every seconds: 60, or 10 (six schedules; more load, more polls to hit)
 * @param maxItemsPerPoll must keep up with the stream of events
 * @param mailId a Defender event of the history, whose mail the third one deletes
 */
export function workflows(every: number, maxItemsPerPoll: number, mailId: string): Workflow[] {
	const parameters = {
		startFrom: 'beginning',
		options: { maxItemsPerPoll },
		...(every === 60 ? { pollTimes: { item: [{ mode: 'everyMinute' }] } } : {}),
	};
	const stream = [triggerNode(parameters), end];
	const own = { credentials: { proofpointApi: credentials.release } };
	const release = [
		triggerNode({ ...parameters, filters: { types: ['defender'] } }, own),
		{
			name: 'Last',
			type: 'n8n-nodes-base.limit',
			parameters: { maxItems: RELEASES, keep: 'lastItems' },
		},
		proofpointNode(
			'Release',
			'proofpointRemediation',
			{ operation: 'releaseFromQuarantine', eventId: '={{ $json.id }}' },
			// Mail that is in the inbox already cannot be released: the item says so, the rest goes on.
			{ onError: 'continueRegularOutput', ...own },
		),
	];
	return [
		chain(ids.stream, stream, ids.stream),
		chain(ids.release, release, ids.release),
		operations(mailId),
	];
}

/**
 * Every other node, all operations that write included, on a schedule. Each execution makes a group of its own, named by
 * the execution, so that the simulator's ledger shows what was done once, twice or not at all.
 */
function operations(mailId: string): Workflow {
	const other = { executeOnce: true, credentials: { proofpointApi: credentials.other } };
	const created = { __rl: true, mode: 'id', value: "={{ $('Create').first().json.id }}" };
	const group = (name: string, resource: string, operation: string, more: object = {}) =>
		proofpointNode(name, 'proofpointGroup', { resource, operation, ...more }, other);
	return chain(
		ids.operations,
		[
			{
				name: 'Schedule',
				type: 'n8n-nodes-base.scheduleTrigger',
				typeVersion: 1.2,
				parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 15 }] } },
			},
			proofpointNode(
				'Defender Event',
				'proofpoint',
				{
					operation: 'getAll',
					// Every event of that time is read, and at 50 events/s that soon is a lot.
					createdAfter: '={{ $now.minus({ seconds: 20 }).toISO() }}',
					order: 'newestFirst',
					returnAll: false,
					limit: 1,
					output: 'raw',
					filters: { types: ['defender'] },
				},
				// The rest goes on in a quiet moment too.
				{ ...other, alwaysOutputData: true },
			),
			proofpointNode(
				'Delete',
				'proofpointRemediation',
				// From the second execution on it is deleted already, which is an answer too.
				{ operation: 'deleteFromInbox', eventId: mailId, options: { failOn: 'never' } },
				other,
			),
			...['UserMonitoring', 'Anomaly', 'Audit', 'CompanyRisk'].map((resource) =>
				proofpointNode(resource, `proofpoint${resource}`, { operation: 'getAll', limit: 5 }, other),
			),
			group('Create', 'group', 'create', { name: '={{ "Execution " + $execution.id }}' }),
			group('Add', 'member', 'add', {
				groupId: created,
				members: 'alice@example.com, @partner.example, bob@example.com',
			}),
			group('Sync', 'member', 'sync', {
				groupId: created,
				members: 'alice@example.com, carol@example.com',
				options: { maxRemovals: 2 },
			}),
			group('Groups', 'group', 'getAll', { limit: 3 }),
			group('Remove', 'group', 'delete', { groupId: created }),
		],
		ids.operations,
	);
}
