/** The three workflows of the soak: they watch and act, follow the audit trail, and page on a schedule. */
import { chain, pollEveryTenSeconds, type Workflow } from '@host/workflow.cjs';
import { proofpointNode } from '@test/e2e/setup.cjs';

/** Ids of the workflows, as n8n stores them. */
export const ids = { react: 'soak-react', audits: 'soak-audits', pages: 'soak-pages' } as const;

/** Names of the nodes whose items are counted. */
export const names = {
	events: 'New event',
	release: 'Release',
	audits: 'New audit entry',
	many: 'Last minutes',
	page: 'One page',
	trail: 'Trail',
} as const;

/** How far back the paging workflow reads, and how often it runs. */
export const WINDOW_MINUTES = 4;
export const EVERY_SECONDS = 30;

const triggerType = 'n8n-nodes-proofpoint.proofpointTrigger';

/** All of them, each with its id. */
export function soakWorkflows(): Workflow[] {
	const watching = { startFrom: 'beginning' };
	const onlyDefender = {
		options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
		combinator: 'and',
		conditions: [
			{
				id: 'defender',
				leftValue: '={{ $json.type }}',
				rightValue: 'defender',
				operator: { type: 'string', operation: 'equals' },
			},
		],
	};
	const react = chain(
		'Soak: release what is quarantined',
		[
			proofpointNode(names.events, 'proofpointTrigger', {
				...watching,
				event: 'securityEventCreated',
				output: 'raw',
			}),
			{
				name: 'Defender',
				type: 'n8n-nodes-base.filter',
				typeVersion: 2.2,
				parameters: { conditions: onlyDefender, options: {} },
			},
			proofpointNode(names.release, 'proofpointRemediation', {
				operation: 'releaseFromQuarantine',
				eventId: '={{ $json.id }}',
				// Mail that is not in quarantine is part of the stream; here only the request counts.
				options: { failOn: 'never' },
			}),
		],
		ids.react,
	);
	const audits = chain(
		'Soak: audit trail',
		[
			proofpointNode(names.audits, 'proofpointTrigger', {
				...watching,
				event: 'auditEntryCreated',
			}),
			{ name: 'End', type: 'n8n-nodes-base.noOp' },
		],
		ids.audits,
	);
	const pages = chain(
		'Soak: pages',
		[
			{
				name: 'Schedule',
				type: 'n8n-nodes-base.scheduleTrigger',
				typeVersion: 1.2,
				parameters: {
					rule: { interval: [{ field: 'seconds', secondsInterval: EVERY_SECONDS }] },
				},
			},
			proofpointNode(names.many, 'proofpoint', {
				operation: 'getAll',
				createdAfter: `={{ $now.minus({ minutes: ${WINDOW_MINUTES} }).toISO() }}`,
				order: 'newestFirst',
				returnAll: true,
				output: 'raw',
			}),
			proofpointNode(
				names.page,
				'proofpoint',
				{ operation: 'getPage', pageSize: 25, createdAfter: '' },
				{ executeOnce: true },
			),
			proofpointNode(
				names.trail,
				'proofpointAudit',
				{ operation: 'getAll', limit: 50 },
				{ executeOnce: true },
			),
		],
		ids.pages,
	);
	return [pollEveryTenSeconds(react, triggerType), pollEveryTenSeconds(audits, triggerType), pages];
}
