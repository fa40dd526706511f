/** No workflow of the repository stores for our nodes what they do not declare, and none relies on a default of theirs. */
import { chain, type Workflow } from '@host/workflow.cjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import * as bench from '../../bench/workflows.cjs';
import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { workflows as queueWorkflows } from '../endurance/queue/workflows.cjs';
import { soakWorkflows } from '../endurance/soak/workflows.cjs';
import { watching } from '../endurance/watching.cjs';
import { ourNodes, shownParameters, strangeIn } from '../unit/nodes/storedParameters.cjs';

const folder = path.resolve(__dirname, '../../../playbooks');
const playbooks: Array<[string, Workflow]> = readdirSync(folder)
	.filter((file) => file.endsWith('.json'))
	.map((file) => [file, readPlaybook(file)]);

/** What the benchmark and the endurance plans run. */
const others: Array<[string, Workflow]> = [
	...[
		bench.getMany(),
		bench.httpPages('https://acme.tessian-platform.com'),
		bench.httpNews('https://acme.tessian-platform.com'),
		bench.poll(),
		bench.release(),
		bench.httpRelease('https://acme.tessian-platform.com'),
	].map((work) => bench.workflowOf(work, 'http://127.0.0.1')),
	watching('watching', { startFrom: 'beginning' }),
	...soakWorkflows(),
	...queueWorkflows(10, 5, 'an-id'),
	...queueWorkflows(60, 5, 'an-id'),
].map((workflow): [string, Workflow] => [workflow.name, workflow]);

it('the playbooks have nodes of ours, apart from those that only record or call another', () => {
	const without = playbooks.filter(([, workflow]) => ourNodes(workflow).length === 0);
	expect(playbooks.length).toBeGreaterThanOrEqual(10);
	expect(without.map(([name]) => name)).toEqual(['many-portals.json', 'record-action.json']);
});

it.each([...playbooks, ...others])('%s stores nothing strange', (_name, workflow) => {
	expect(ourNodes(workflow).flatMap(strangeIn)).toEqual([]);
});

/** Parameters of security events whose default decides which events come, and with which fields. */
const decisive = ['createdAfter', 'order', 'output', 'returnAll'];

it.each([...playbooks, ...others])('%s sets what decides about its events', (_name, workflow) => {
	const relies = ourNodes(workflow)
		.filter((node) => /\.proofpoint(Trigger|Tool)?$/.test(node.type))
		.flatMap((node) =>
			shownParameters(node)
				.map(({ name }) => name)
				.filter((name) => decisive.includes(name) && !(name in (node.parameters ?? {})))
				.map((name) => `${node.name}: ${name} is not set`),
		);
	expect(relies).toEqual([]);
});

it.each([
	['proofpoint', { operation: 'getAll', simplify: false }, 'simplify is not declared'],
	['proofpoint', { operation: 'getAl' }, 'operation = "getAl" is not one of the options'],
	['proofpoint', { operation: 'getAll', order: 'newest' }, 'order = "newest" is not one of'],
	['proofpoint', { filters: { createdAfter: '' } }, 'filters.createdAfter is not declared'],
	['proofpoint', { filters: { types: ['Defender'] } }, 'filters.types = "Defender" is no option'],
	['proofpoint', { filters: { types: 'defender' } }, 'filters.types = "defender" is not a list'],
	['proofpoint', { filters: { sender: 5 } }, 'filters.sender = 5 is not a text'],
	['proofpoint', { filters: '' }, 'filters = "" is not a group of fields'],
	['proofpoint', { resource: 'event' }, 'resource = "event" is not one of the options'],
	['proofpoint', { fields: 'id' }, 'fields is not shown'],
	['proofpoint', { output: 'fields', field: 'id' }, 'field is not declared'],
	['proofpoint', { returnAll: true, limit: 5 }, 'limit is not shown'],
	['proofpoint', { limit: '5' }, 'limit = "5" is not a number'],
	['proofpoint', { returnAll: 'true' }, 'returnAll = "true" is not a switch'],
	['proofpoint', { toolDescription: 'Reads' }, 'toolDescription is not shown'],
	['proofpointTool', { descriptionType: 'manual' }, 'descriptionType is not declared'],
	['proofpointTriggerTool', {}, 'there is no node'],
	['proofpointSecurityEvent', {}, 'there is no node'],
	['proofpointTrigger', { event: 'auditEntryCreated', output: 'raw' }, 'output is not shown'],
	[
		'proofpointTrigger',
		{ filters: { severities: ['high'] } },
		'filters.severities is not declared',
	],
	[
		'proofpointTrigger',
		{ pollTimes: { item: [{ mode: 'never' }] } },
		'pollTimes.item.mode = "never"',
	],
	['proofpointTrigger', { pollTimes: { times: [] } }, 'pollTimes.times is not declared'],
	['proofpointGroup', { operation: 'get', groupId: { mode: 'name' } }, 'groupId.mode = "name"'],
	['proofpointRemediation', { options: { failOn: 'some' } }, 'options.failOn = "some"'],
])('refuses in %s: %j', (type, parameters, words) => {
	const [node] = chain('', [
		{ name: 'Node', type: `n8n-nodes-proofpoint.${type}`, parameters },
	]).nodes;
	expect(node && strangeIn(node)).toEqual([expect.stringContaining(words)]);
});

it('refuses another version, and a credential that the node has none of', () => {
	const node = { name: 'Node', type: 'n8n-nodes-proofpoint.proofpoint', typeVersion: 2 };
	const credentials = { slackApi: { id: '1', name: 'Slack' } };
	expect(strangeIn({ ...node, credentials })).toEqual([
		'Node: typeVersion 2',
		'Node: credentials.slackApi is not declared',
	]);
});
