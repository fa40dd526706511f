import '../shared/n8n/oldestN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { functionsOf, noOther, operationsOf } from '../shared/n8n/operations';
import { create } from './group/create';
import { deleteGroup } from './group/delete';
import { get } from './group/get';
import { getAll } from './group/getAll';
import { getPage } from './group/getPage';
import { update } from './group/update';
import { searchGroups } from './groupId';
import { add } from './member/add';
import { getAll as getMembers } from './member/getAll';
import { remove } from './member/remove';
import { sync } from './member/sync';

const group = [create, deleteGroup, get, getAll, getPage, update];
const member = [getMembers, add, remove, sync];

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
		// The operation and the name of the group, as far as they are fixed. Only the raw parameters (`toJSON`) hold the
		// name that was picked from the list; the host's `$parameter.groupId` is the bare ID.
		subtitle:
			'={{ (() => { const { operation, resource, groupId, name, options } = $rawParameter.toJSON(); const words = { create: "Create group", delete: "Delete group", get: "Get group", getPage: "Get page of groups", update: "Rename group", add: "Add members", remove: "Remove members", sync: options?.dryRun === true ? "Preview sync" : "Sync members", getAll: resource === "member" ? "Get members" : "Get many groups", }[operation]; const fixed = (text) => (typeof text === "string" && text !== "" && !text.startsWith("=") ? text : undefined); const picked = fixed(groupId?.cachedResultName) ?? (fixed(groupId?.value) && "group " + groupId.value); const group = operation === "create" ? fixed(name) : ["getAll", "getPage"].includes(operation) && resource !== "member" ? undefined : picked; return group ? words + ": " + group : words; })() }}',
		description:
			'Read and change the groups of addresses and domains that policies of Proofpoint (formerly Tessian) use. Changes take effect in live policies. To see whether users are protected, use Proofpoint User Monitoring.',
		builderHint: {
			searchHint:
				'Live policies use these groups. Sync removes whoever is not in the list, so give it all rows in one run and never inside a loop; Add and Remove are the safe choice for single members.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-proofpoint.proofpointUserMonitoring',
					relationHint: 'Lists the users whose addresses a group may hold',
				},
			],
		},
		documentationUrl:
			'https://github.com/n8n-nodes-proofpoint/n8n-nodes-proofpoint/blob/main/docs/nodes/proofpointGroup.md',
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
				routing: noOther({ group, member }),
			},
			...operationsOf('group', group),
			...operationsOf('member', member),
		],
	};

	methods = { listSearch: { searchGroups } };

	customOperations = { group: functionsOf(group), member: functionsOf(member) };
}
