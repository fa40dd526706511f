import { chain, manualTrigger, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import { plainPostType } from './plainPost/plainPackage.cjs';

/** The name of the node that does the work, in every workflow here. */
export const worker = 'Work';

const ours = (name: string): string => `n8n-nodes-proofpoint.${name}`;

function node(
	type: string,
	credential: string,
	parameters: Record<string, unknown>,
	credentialType = 'proofpointApi',
): WorkflowNode {
	return {
		name: worker,
		type,
		parameters,
		credentials: { [credentialType]: { id: credential, name: credential } },
	};
}

/** Get Many of all security events with our node: the API's own records, as the other ways of reading have them. */
export function getMany(credential: string): Workflow {
	const work = node(ours('proofpoint'), credential, {
		operation: 'getAll',
		createdAfter: '',
		order: 'oldestFirst',
		returnAll: true,
		output: 'raw',
	});
	return chain(`Get Many ${credential}`, [manualTrigger, work], `many-${credential}`);
}

/** The name of the last node of {@link httpRequest}. */
export const splitOut = 'Split Out';

/** What users do without our node: n8n's HTTP Request with pagination, then Split Out. */
export function httpRequest(credential: string, url: string): Workflow {
	const request: WorkflowNode = {
		...node('n8n-nodes-base.httpRequest', credential, {
			url: `${url}/api/v1/events`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'proofpointApi',
			sendQuery: true,
			queryParameters: { parameters: [{ name: 'limit', value: '100' }] },
			options: {
				pagination: {
					pagination: {
						paginationMode: 'updateAParameterInEachRequest',
						parameters: {
							parameters: [
								{
									type: 'qs',
									name: 'after_checkpoint',
									value: '={{ $response.body.checkpoint }}',
								},
							],
						},
						paginationCompleteWhen: 'other',
						completeExpression: '={{ !$response.body.additional_results }}',
					},
				},
			},
		}),
		typeVersion: 4.2,
	};
	const split: WorkflowNode = {
		name: splitOut,
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'results', options: {} },
	};
	return chain(`HTTP ${credential}`, [manualTrigger, request, split], `http-${credential}`);
}

/** Release From Quarantine for the field `id` of each input item, with our node. */
export function release(credential: string): Workflow {
	const work = node(ours('proofpointRemediation'), credential, {
		operation: 'releaseFromQuarantine',
		eventId: '={{ $json.id }}',
	});
	return chain(`Release ${credential}`, [manualTrigger, work], `release-${credential}`);
}

/** The same with the plain declarative node. */
export function plainRelease(credential: string): Workflow {
	const parameters = { operation: 'release', eventId: '={{ $json.id }}' };
	const work = node(plainPostType, credential, parameters, 'plainPostApi');
	return chain(`Plain ${credential}`, [manualTrigger, work], `plain-${credential}`);
}

/** Adds the field `members` of the input item to a group. */
export function addMembers(credential: string, groupId: string): Workflow {
	const work = node(ours('proofpointGroup'), credential, {
		resource: 'member',
		operation: 'add',
		groupId: { __rl: true, mode: 'id', value: groupId },
		members: '={{ $json.members }}',
	});
	return chain(`Members ${credential}`, [manualTrigger, work], `members-${credential}`);
}

/** The trigger on security events. */
export function trigger(credential: string, startFrom: 'beginning' | 'now'): Workflow {
	const work = node(ours('proofpointTrigger'), credential, {
		event: 'securityEventCreated',
		startFrom,
		output: 'raw',
		options: { maxItemsPerPoll: 1_000_000 },
		pollTimes: { item: [{ mode: 'everyMinute' }] },
	});
	return chain(`Trigger ${credential}`, [work], `trigger-${credential}`);
}
