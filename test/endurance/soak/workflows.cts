/** The three workflows of the soak: they watch and act, follow the audit trail, and page on a schedule. */
import { chain, type Workflow } from '@host/workflow.cjs';
import { proofpointNode } from '@test/e2e/setup.cjs';
import { triggerNode, watching } from '../watching.cjs';

/** Ids of the workflows, as n8n stores them. */
export const ids = { react: 'soak-react', audits: 'soak-audits', pages: 'soak-pages' } as const;

/** Names of the nodes whose items are counted, beside the triggers. */
export const names = { release: 'Release', many: 'Last minutes' } as const;

/** How far back the paging workflow reads, and how often it runs. */
export const WINDOW_MINUTES = 4;
const EVERY_SECONDS = 30;

/** All of them, each with its id. */
export function soakWorkflows(): Workflow[] {
	const defender = {
		id: 'defender',
		leftValue: '={{ $json.type }}',
		rightValue: 'defender',
		operator: { type: 'string', operation: 'equals' },
	};
	const options = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
	const react = [
		triggerNode({ startFrom: 'beginning' }),
		{
			name: 'Defender',
			type: 'n8n-nodes-base.filter',
			typeVersion: 2.2,
			parameters: {
				conditions: { options, combinator: 'and', conditions: [defender] },
				options: {},
			},
		},
		proofpointNode(names.release, 'proofpointRemediation', {
			operation: 'releaseFromQuarantine',
			eventId: '={{ $json.id }}',
			// Mail that is not in quarantine is part of the stream; here only the request counts.
			options: { failOn: 'never' },
		}),
	];
	const once = { executeOnce: true };
	const pages = [
		{
			name: 'Schedule',
			type: 'n8n-nodes-base.scheduleTrigger',
			typeVersion: 1.2,
			parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: EVERY_SECONDS }] } },
		},
		proofpointNode(names.many, 'proofpoint', {
			operation: 'getAll',
			createdAfter: `={{ $now.minus({ minutes: ${WINDOW_MINUTES} }).toISO() }}`,
			order: 'newestFirst',
			returnAll: true,
			output: 'raw',
		}),
		proofpointNode(
			'One page',
			'proofpoint',
			{ operation: 'getPage', pageSize: 25, createdAfter: '' },
			once,
		),
		proofpointNode('Trail', 'proofpointAudit', { operation: 'getAll', limit: 50 }, once),
	];
	return [
		chain(ids.react, react, ids.react),
		watching(ids.audits, { event: 'auditEntryCreated', startFrom: 'beginning' }),
		chain(ids.pages, pages, ids.pages),
	];
}
