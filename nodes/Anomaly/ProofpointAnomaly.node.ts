import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { onlyResource } from '../shared/n8n/operations';
import { getAll } from './getAll';
import { getPage } from './getPage';

const operations = [getAll, getPage];

/** Anomalies: users who sent an unusual number of sensitive mails to unauthorized addresses. The API lists the latest day only. */
export class ProofpointAnomaly implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Anomaly',
		name: 'proofpointAnomaly',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle:
			'={{ { getAll: "Get many anomalies", getPage: "Get page of anomalies" }[$parameter["operation"]] }}',
		description:
			'Get users who sent an unusual number of sensitive emails to unauthorized addresses, as Proofpoint (formerly Tessian) found on the latest day. For single emails, use Proofpoint.',
		builderHint: {
			searchHint:
				'Lists the anomalies of the latest day only. To miss none use the trigger with its event Anomaly Detected.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointTrigger',
					relationHint: 'Starts a workflow for each new anomaly',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointAnomaly.md',
		defaults: { name: 'Proofpoint Anomaly' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		hints: [
			{
				message:
					'Proofpoint lists the anomalies of the latest day only. To miss none, start the workflow with the Proofpoint Trigger and its event “Anomaly Detected”.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'always',
			},
		],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: onlyResource('Anomaly', 'anomaly', operations),
	};
}
