/**
 * Our nodes as tools of n8n's AI Agent, in a real n8n: how each operation is described to the model, a plain agent with
 * every node, Sync, and an n8n without the nodes that act.
 */
import { stopAll } from '@test/stopAll.cjs';
import { jsonOf } from '@host/runResult.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { readPage } from '@nodes/shared/api/envelopes';
import { fieldsOf } from '@nodes/shared/core/eventOutput';
import { everyOperation } from '@test/unit/nodes/everyNode.cjs';
import { z } from 'zod';

import { fillable, modelName, ready, toolDescription, toolOf } from './agentReady.cjs';
import { AgentWorld, call, json, report, some, withTools } from './agentWorld.cjs';

let agents: AgentWorld;

beforeAll(async () => {
	agents = await AgentWorld.start({ events: 30, users: 60, groups: 5, audits: 40, seed: 5 }, false);
}, 600_000);

afterAll(async () => await stopAll(agents), 120_000);

const schemaOf = z.object({
	properties: z.record(z.string(), z.object({ description: z.string().optional() }).passthrough()),
});

test('every operation as the model reads it: result, cost, danger, and a description of each parameter', async () => {
	const marker = 'Tools of every operation';
	agents.model.script(marker, ['I have read them']);
	const operations = everyOperation();
	const nameOf = (action = '') => action;
	const tools = operations.map((operation) => toolOf(operation, nameOf(operation.option.action)));
	const [run] = await agents.n8n.executeMany([withTools(marker, tools)]);
	expect(run?.error?.message).toBeUndefined();
	const offered = new Map(agents.last(marker).tools.map((tool) => [tool.name, tool]));
	expect(offered.size).toBe(24);
	for (const operation of operations) {
		const { option, resource } = operation;
		const tool = some(offered.get(modelName(option.action ?? '')));
		const { properties } = schemaOf.parse(tool.parameters);
		process.stderr.write(
			`as the model reads it: ${tool.name}: ${tool.description}\n\t${JSON.stringify(tool.parameters)}\n`,
		);
		// What the node has for it, whole.
		const own = toolDescription(operation).properties.find(
			({ name, displayOptions: { show } = {} }) =>
				name === 'toolDescription' &&
				show?.operation?.includes(option.value) &&
				show.resource?.includes(resource),
		);
		expect(tool.description).toBe(own?.default);
		expect(tool.description).toMatch(/ Returns .* Cost: .*request.* Not for /s);
		const acts = !/^get/.test(String(option.value));
		expect(tool.description).toMatch(acts ? / WARNING: .*\breal\b/ : / It only reads\. /);
		if (operation.folder === 'Remediation') {
			expect(tool.description).toMatch(/for every recipient, and is final/);
		}
		const wanted = fillable(operation).map(({ property }) => property.displayName);
		expect(Object.keys(properties)).toHaveLength(wanted.length);
		for (const { description } of Object.values(properties))
			expect(description ?? '').toMatch(/\w{3}/);
	}
}, 240_000);

test('a parameter with ✨ as the editor leaves it: n8n gives the model no description, the text of the tool does', async () => {
	const marker = 'A tool by the button';
	agents.model.script(marker, ['I have read it']);
	const byButton = (key: string, type: string) =>
		`={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${key}', \`\`, '${type}') }}`;
	const tools = [
		['Get', 'proofpointTool', { operation: 'get', eventId: byButton('Event_ID', 'string') }],
	] as const;
	const [run] = await agents.n8n.executeMany([withTools(marker, tools)]);
	expect(run?.error?.message).toBeUndefined();
	const [tool] = agents.last(marker).tools;
	const { properties } = schemaOf.parse(tool?.parameters);
	expect(properties.Event_ID?.description).toBeUndefined();
	expect(tool?.description).toMatch(/Parameters: Event ID: for example defender::inbound-/);
}, 180_000);

test('the page has an expression for every parameter that an agent may fill in', () => {
	const labels = new Set(
		everyOperation().flatMap((one) => fillable(one).map(({ property }) => property.displayName)),
	);
	expect([...ready.keys()].sort()).toEqual([...labels].sort());
});

test('a plain agent: every node as a tool, over Chat Completions, ten fields of an event, or those that the agent asks for', async () => {
	const marker = 'Plain question 1';
	const fields = 'id, created_at, inbound_email_details.recipients.count, type';
	agents.model.script(marker, [
		[
			call('Security_Event', { limit: 2 }),
			call('Some_Fields', { limit: 3, fields }),
			call('Group', { limit: 1 }),
			call('User_Monitoring', { limit: 2 }),
			call('Anomaly', { limit: 1 }),
		],
		[
			call('Audit', { limit: 2 }),
			call('Company_Risk', { limit: 1 }),
			call('Remediation', { eventId: 'no-such-event' }),
		],
		'All have answered',
	]);
	const [run] = await agents.n8n.executeMany([plainAgent(marker)]);
	expect(run?.error?.message).toBeUndefined();
	expect(jsonOf(some(run), 'Agent')).toEqual([{ output: 'All have answered' }]);
	const request = agents.last(marker);
	expect(request.interface).toBe('chat completions');
	report('plain agent', request.results);
	const outputs = Object.fromEntries(
		request.results.map(({ tool, output }) => [tool, json(output)]),
	);
	expect(outputs.Security_Event).toHaveLength(2);
	for (const event of outputs.Security_Event ?? []) {
		expect(event).toEqual(await agents.simple(String(event.id)));
	}
	expect(outputs.Some_Fields).toHaveLength(3);
	for (const event of outputs.Some_Fields ?? []) {
		expect(event).toEqual(fieldsOf(await agents.raw(String(event.id)), fields.split(', ')));
	}
	expect(outputs.Some_Fields?.slice(0, 2).map(({ id }) => id)).toEqual(
		outputs.Security_Event?.map(({ id }) => id),
	);
	expect(outputs.Group).toHaveLength(1);
	expect(outputs.User_Monitoring).toEqual((await agents.monitored()).slice(0, 2));
	expect(outputs.Anomaly).toHaveLength(1);
	expect(outputs.Audit).toHaveLength(2);
	expect(outputs.Company_Risk).toHaveLength(1);
	expect(JSON.stringify(outputs.Remediation)).toContain('no-such-event');
}, 180_000);

test('Sync as a tool: the group equals the list that the agent gives, or is untouched', async () => {
	const marker = 'sync agent';
	const before = ['a', 'b', 'c', 'd'].map((name) => `${name}@acme.example`);
	const members = async () => {
		const page = readPage('group', await agents.portal(`/api/v1/groups/${groupId}`));
		return (page?.records ?? []).map(({ address }) => String(address)).sort();
	};
	const { id: groupId } = z
		.object({ id: z.number() })
		.parse(await agents.portal('/api/v1/groups', { name: 'Agents' }));
	await agents.portal(`/api/v1/groups/${groupId}/add_members`, {
		members: before.map((address) => ({ address })),
	});
	const sync = (given: Record<string, unknown>) => [call('Sync', { group: groupId, ...given })];
	agents.model.script(marker, [
		// An agent that adds people one by one would empty the group.
		sync({ members: 'x@acme.example', dry: false }),
		sync({ members: '["a@acme.example"]', dry: 'false' }),
		sync({ members: '', dry: false }),
		sync({ members: 'a@acme.example, new@acme.example', dry: 'True' }),
		sync({ members: [...before, 'new@acme.example'].join('; '), dry: 'False' }),
		'Done',
	]);
	const agent = withTools(marker, [
		[
			'Sync',
			'proofpointGroupTool',
			{
				resource: 'member',
				operation: 'sync',
				groupId: { __rl: true, mode: 'id', value: "={{ $fromAI('group', '', 'number') }}" },
				members: "={{ $fromAI('members', '', 'string') }}",
				options: { dryRun: "={{ $fromAI('dry', '', 'string') }}" },
			},
		],
	]);
	const [run] = await agents.n8n.executeMany([agent]);
	expect(jsonOf(some(run), 'Agent')).toEqual([{ output: 'Done' }]);
	const [one, list, nothing, dry, done] = agents.last(marker).results.map(({ output }) => output);
	expect(one).toContain('would remove 4 of the 4 members');
	expect(list).toContain('would remove 3 of the 4 members');
	expect(nothing).toContain('The parameter “Members” has no value for this item');
	expect(nothing).toContain('the field with the addresses may have another name');
	expect(one).toContain('set “Max Removals” under “Options” to 4 or more');
	expect(json(some(dry))).toMatchObject([{ dryRun: true, added: ['new@acme.example'] }]);
	expect(json(some(done))).toMatchObject([{ added: ['new@acme.example'], removed: [] }]);
	expect(await members()).toEqual([...before, 'new@acme.example'].sort());
	report(marker, agents.last(marker).results);
}, 180_000);

/** A workflow of the tests: one agent, each node as n8n puts it there, only the agent's own parameters filled in. */
function plainAgent(question: string): Workflow {
	const limit = "={{ $fromAI('limit', 'How many at most', 'number') }}";
	return withTools(question, [
		['Security Event', 'proofpointTool', { limit }],
		[
			'Some Fields',
			'proofpointTool',
			{ limit, output: 'fields', fields: "={{ $fromAI('fields', '', 'string') }}" },
		],
		['Group', 'proofpointGroupTool', { limit }],
		['User Monitoring', 'proofpointUserMonitoringTool', { limit }],
		['Anomaly', 'proofpointAnomalyTool', { limit }],
		['Audit', 'proofpointAuditTool', { limit }],
		['Company Risk', 'proofpointCompanyRiskTool', { limit }],
		[
			'Remediation',
			'proofpointRemediationTool',
			{ eventId: "={{ $fromAI('eventId', '', 'string') }}" },
		],
	]);
}
