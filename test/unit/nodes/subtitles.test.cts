/** What a node says under its name on the canvas, by the host's own expression engine. */
import { eventFilterLabels } from '@nodes/shared/core/eventFilters';
import { Workflow, type INodeParameters, type INodeTypes } from 'n8n-workflow';

import { everyNode } from './everyNode.cjs';

/** The subtitle as the editor computes it. */
function subtitleOf(folder: string, parameters: INodeParameters): unknown {
	const nodeType = everyNode[folder];
	if (!nodeType) throw new Error(`There is no node ${folder}`);
	const { description } = nodeType;
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		nodes: [
			{
				id: 'node',
				name: 'Node',
				type: `n8n-nodes-proofpoint.${description.name}`,
				typeVersion: 1,
				position: [0, 0],
				parameters,
			},
		],
		connections: {},
		active: false,
		nodeTypes,
	});
	const node = workflow.getNode('Node');
	if (!node) throw new Error('The workflow lost its node');
	return workflow.expression.getSimpleParameterValue(
		node,
		description.subtitle ?? '',
		'internal',
		{},
	);
}

const picked = { __rl: true, mode: 'list', value: '42', cachedResultName: 'Leavers' };

it.each(['Proofpoint', 'Trigger'])('%s: every filter of events shows in it', (folder) => {
	for (const name of Object.keys(eventFilterLabels)) {
		const filters = { [name]: 'what I look for' };
		expect(subtitleOf(folder, { filters })).toMatch(/: what I look for$/);
	}
});

it.each<[string, INodeParameters, string]>([
	['Group', {}, 'Get many groups'],
	['Group', { operation: 'create', name: 'Leavers' }, 'Create group: Leavers'],
	['Group', { operation: 'create', name: '={{ $json.name }}' }, 'Create group'],
	['Group', { operation: 'delete', groupId: picked }, 'Delete group: Leavers'],
	['Group', { operation: 'update', groupId: picked, name: 'New' }, 'Rename group: Leavers'],
	[
		'Group',
		{ operation: 'get', groupId: { __rl: true, mode: 'id', value: '42' } },
		'Get group: group 42',
	],
	[
		'Group',
		{ operation: 'get', groupId: { __rl: true, mode: 'id', value: '={{ $json.id }}' } },
		'Get group',
	],
	['Group', { resource: 'member', groupId: picked }, 'Get members: Leavers'],
	['Group', { resource: 'member', operation: 'add', groupId: picked }, 'Add members: Leavers'],
	[
		'Group',
		{ resource: 'member', operation: 'sync', groupId: picked, options: { dryRun: true } },
		'Preview sync: Leavers',
	],
	['Proofpoint', {}, 'Get many events'],
	[
		'Proofpoint',
		{ filters: { types: ['defender', 'guardian'] } },
		'Get many events: defender, guardian',
	],
	['Proofpoint', { filters: { types: '={{ $json.types }}' } }, 'Get many events'],
	['Proofpoint', { operation: 'get' }, 'Get event'],
	['Remediation', { operation: 'deleteFromInbox' }, 'Delete from inbox'],
	['UserMonitoring', { operation: 'getPage' }, 'Get page of monitored users'],
	['Anomaly', {}, 'Get many anomalies'],
	['Audit', {}, 'Get many audit entries'],
	['CompanyRisk', {}, 'Get many risk scores'],
	['Proofpoint', { operation: 'get', filters: { types: ['defender'] } }, 'Get event'],
	['Trigger', {}, 'Event created'],
	[
		'Trigger',
		{ filters: { subject: '', sender: '@example.com', types: ['guardian'] } },
		'Event created: guardian, @example.com',
	],
	['Trigger', { filters: { types: '={{ $json.types }}' } }, 'Event created'],
	[
		'Trigger',
		{ event: 'anomalyDetected', filters: { severities: ['high', 'very_high'] } },
		'Anomaly detected: high, very_high',
	],
	['Trigger', { event: 'userConnectionChanged' }, 'User connection changed'],
])('%s %j: %s', (folder, parameters, subtitle) => {
	expect(subtitleOf(folder, parameters)).toBe(subtitle);
});
