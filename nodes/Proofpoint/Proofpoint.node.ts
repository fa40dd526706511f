import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { functionsOf, onlyResource } from '../shared/n8n/operations';
import { get } from './get';
import { getAll } from './getAll';
import { getPage } from './getPage';

/** The usual one first. */
const operations = [getAll, get, getPage];

/** Security events: what Guardian, Architect and Defender found in outbound and inbound e-mail. */
export class Proofpoint implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint',
		name: 'proofpoint',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		// With the filters that are chosen and not an expression.
		subtitle:
			'={{ { get: "Get event", getAll: "Get many events", getPage: "Get page of events" }[$parameter["operation"]] + ($parameter["operation"] === "getAll" ? ["types", "defenderConfidence", "guardianTypes", "finalOutcomes", "quarantineStatus", "sender", "recipient", "subject"].flatMap((name) => $parameter["filters"]?.[name] ?? []).filter((value) => value !== "" && !String(value).startsWith("=")).map((value, index) => (index === 0 ? ": " : ", ") + value).join("") : "") }}',
		description:
			'Get what Proofpoint (formerly Tessian) found in email: phishing, misdirected email and attachments, policy violations. Get Many looks at the last seven days unless told otherwise. To act on email, use Proofpoint Remediation.',
		builderHint: {
			searchHint:
				'Reads security events of Proofpoint Adaptive Email Security (formerly Tessian). To start a workflow for each new event use the trigger, never this node on a schedule: the trigger remembers what it has delivered. Get Many for a search, Get for one event by ID or portal link, Get Page only for a checkpoint of your own.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointTrigger',
					relationHint: 'Starts a workflow for each new event, without gaps',
				},
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointRemediation',
					relationHint: 'Releases or deletes the email of a Defender event',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpoint.md',
		defaults: { name: 'Proofpoint' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		hints: [
			{
				message:
					'The API cannot look up one event. This node reads the events created after “Search From” until it finds yours; if that is empty, those of the last hour, then ever further back, up to 30 days.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["operation"] === "get" && $parameter["toolDescription"] === undefined }}',
			},
			{
				message:
					'Until this node has run, n8n previews the simplified fields. Execute it once to see and drag the fields of this output.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition:
					'={{ $parameter["output"] !== "simple" && $parameter["operation"] !== "getPage" && $parameter["toolDescription"] === undefined }}',
			},
		],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: onlyResource('Security Event', 'securityEvent', operations),
	};

	customOperations = { securityEvent: functionsOf(operations) };
}
