import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { groupFields, groupOperation } from './group';
import { searchGroups } from './groupId';
import { memberFields, memberOperation } from './member';

/** Groups of addresses and domains that policies refer to, and their members. */
export class ProofpointGroup implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Proofpoint Group',
		name: 'proofpointGroup',
		icon: {
			light: 'file:../../icons/proofpoint.svg',
			dark: 'file:../../icons/proofpoint.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ { create: "Create", get: "Get", getAll: "Get many", getPage: "Get page", update: "Rename", delete: "Delete", add: "Add", remove: "Remove", sync: "Sync" }[$parameter["operation"]] + ": " + $parameter["resource"] }}',
		description:
			'Read and change groups of addresses and domains in Proofpoint (formerly Tessian). Changes act on live policies.',
		defaults: { name: 'Proofpoint Group' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'proofpointApi', required: true }],
		requestDefaults: { headers: { Accept: 'application/json' } },
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Group', value: 'group' },
					{ name: 'Member', value: 'member' },
				],
				default: 'group',
			},
			groupOperation,
			memberOperation,
			...groupFields,
			...memberFields,
		],
	};

	methods = { listSearch: { searchGroups } };
}
