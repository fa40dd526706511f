import { chain, type Workflow, type WorkflowNode } from '@host/workflow.cjs';

/** The credential of every workflow here. */
export const credential = { id: 'proofpoint-api', name: 'Proofpoint API' };

/** Whether n8n stores what a successful execution held, as it does by default. */
export type Keeping = 'all' | 'none';

/** What a workflow begins with, what it does, and which field all its items have. */
export interface Work {
	name: string;
	/** A trigger of its own; a webhook where there is none. */
	trigger?: WorkflowNode;
	nodes: WorkflowNode[];
	field: string;
	keep?: Keeping;
}

const { id, name } = credential;
const credentials = { proofpointApi: { id, name } };

function ours(type: string, parameters: Record<string, unknown>): WorkflowNode {
	return { name: 'Work', type: `n8n-nodes-proofpoint.${type}`, parameters, credentials };
}

function httpRequest(parameters: Record<string, unknown>): WorkflowNode {
	return {
		name: 'Work',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'proofpointApi',
			...parameters,
		},
		credentials,
	};
}

function splitOut(nodeName: string, field: string): WorkflowNode {
	const parameters = { fieldToSplitOut: field, options: { destinationFieldName: 'id' } };
	return { name: nodeName, type: 'n8n-nodes-base.splitOut', parameters };
}

/** Get Many of all security events with our node: the API's own records, as the rival has them. */
export function getMany(): Work {
	const work = ours('proofpoint', {
		operation: 'getAll',
		createdAfter: '',
		order: 'oldestFirst',
		returnAll: true,
		output: 'raw',
	});
	return { name: 'get-many', nodes: [work], field: 'id' };
}

/** What users do without our node: n8n's HTTP Request with pagination, then Split Out. */
export function httpPages(url: string): Work {
	const request = httpRequest({
		url: `${url}/api/v1/events`,
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'limit', value: '100' }] },
		options: {
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					parameters: {
						parameters: [
							{ type: 'qs', name: 'after_checkpoint', value: '={{ $response.body.checkpoint }}' },
						],
					},
					paginationCompleteWhen: 'other',
					completeExpression: '={{ !$response.body.additional_results }}',
				},
			},
		},
	});
	const split: WorkflowNode = {
		name: 'Split Out',
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'results', options: {} },
	};
	return { name: 'http-pages', nodes: [request, split], field: 'id' };
}

/** What users do without our trigger, for each event to come once: the same, with n8n's own memory of IDs behind it. */
export function httpNews(url: string): Work {
	const once: WorkflowNode = {
		name: 'Once',
		type: 'n8n-nodes-base.removeDuplicates',
		typeVersion: 2,
		parameters: {
			operation: 'removeItemsSeenInPreviousExecutions',
			logic: 'removeItemsWithAlreadySeenKeyValues',
			dedupeValue: '={{ $json.id }}',
			options: { scope: 'node', historySize: 100_000 },
		},
	};
	const pages = httpPages(url);
	return { ...pages, name: 'http-news', nodes: [...pages.nodes, once], keep: 'all' };
}

/** Our trigger, which takes the whole list with its first poll. */
export function poll(): Work {
	const trigger = ours('proofpointTrigger', {
		event: 'securityEventCreated',
		startFrom: 'beginning',
		output: 'raw',
		options: { maxItemsPerPoll: 1_000_000 },
		pollTimes: { item: [{ mode: 'everyMinute' }] },
	});
	return { name: 'poll', trigger, nodes: [], field: 'id', keep: 'all' };
}

const eachId = splitOut('Each ID', 'body.ids');

/** Release From Quarantine for each ID that the webhook is given, with our node. */
export function release(): Work {
	const work = ours('proofpointRemediation', {
		operation: 'releaseFromQuarantine',
		eventId: '={{ $json.id }}',
	});
	return { name: 'release', nodes: [eachId, work], field: 'event_id' };
}

/** The same with n8n's HTTP Request; it goes on after a refusal, or else nothing of a run would be left. */
export function httpRelease(url: string): Work {
	const work = httpRequest({
		method: 'POST',
		url: `${url}/api/v1/remediation/release_from_quarantine`,
		sendBody: true,
		bodyParameters: { parameters: [{ name: 'event_id', value: '={{ $json.id }}' }] },
		options: {},
	});
	const goingOn = { ...work, onError: 'continueRegularOutput' };
	return { name: 'http-release', nodes: [eachId, goingOn], field: 'results' };
}

/**
 * @param report where the workflow says, when it is at its end, how many items it had, and how many different ones
 * @returns the workflow, which a POST to the webhook of its name starts where it has no trigger
 */
export function workflowOf(
	{ name: path, trigger, nodes, field, keep }: Work,
	report: string,
): Workflow {
	const webhook: WorkflowNode = {
		name: 'Start',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		...{ webhookId: path },
	};
	const count: WorkflowNode = {
		name: 'Count',
		type: 'n8n-nodes-base.summarize',
		typeVersion: 1.1,
		parameters: {
			fieldsToSummarize: {
				values: ['count', 'countUnique'].map((aggregation) => ({ aggregation, field })),
			},
			options: { continueIfFieldNotFound: true },
		},
	};
	const say: WorkflowNode = {
		name: 'Report',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url: report,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ JSON.stringify([$json.count_${field}, $json.unique_count_${field}]) }}`,
			options: {},
		},
	};
	const settings = { saveDataSuccessExecution: keep ?? 'none' };
	return { ...chain(path, [trigger ?? webhook, ...nodes, count, say], path), settings };
}
