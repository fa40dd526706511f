/**
 * What else calls our nodes as tools: agents before version 3, an agent that is a tool itself, n8n's MCP server, and "Execute step"
 * on a tool. There n8n knows the routing of a node only; every operation works all the same.
 */
import { steadyFetch } from '@host/steadyFetch.cjs';
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import { z } from 'zod';

import { modelName, operationOf, toolOf } from './agentReady.cjs';
import { AgentWorld, call, withTools, type Tool } from './agentWorld.cjs';
import { reached } from './playbookWorld.cjs';

let agents: AgentWorld;

beforeAll(async () => {
	agents = await AgentWorld.start({ events: 30, users: 20, groups: 5, audits: 10, seed: 5 }, false);
}, 600_000);

afterAll(async () => await stopAll(agents), 120_000);

const groupSchema = z.object({ id: z.number() });
const writes = everyOperation().filter(({ option }) => !/^get/.test(String(option.value)));
let made = 0;

/** What an agent gives to any tool: a group with three members, and a mail in quarantine and in an inbox. */
async function argumentsFor(operation: Operation): Promise<Record<string, unknown>> {
	const name = `Agents ${++made}`;
	const { id } = groupSchema.parse(await agents.portal('/api/v1/groups', { name }));
	await agents.portal(`/api/v1/groups/${id}/add_members`, {
		members: ['a', 'b', 'c'].map((user) => ({ address: `${user}@acme.example` })),
	});
	const place = operation.option.value === 'deleteFromInbox' ? 'inbox' : 'quarantined';
	const event_id = await agents.create({ type: 'defender', place, releasable: true });
	await agents.simulator.clearRequests();
	return {
		event_id,
		group_id: id,
		name: `New ${made}`,
		members: 'a@acme.example, b@acme.example, d@acme.example',
		search_from: '2020-01-01',
		created_after: '2020-01-01',
		limit: 2,
		page_size: 5,
		after_checkpoint: 'beginning',
	};
}

/** A workflow whose agent is of the version that many stored workflows have. */
function agent22(question: string, tool: Tool): Workflow {
	const workflow = withTools(question, [tool]);
	const nodes = workflow.nodes.map((node) =>
		node.name === 'Agent' ? { ...node, typeVersion: 2.2 } : node,
	);
	return { ...workflow, nodes };
}

/** The requests that reached the portal, each `status method path`. */
async function sent(): Promise<string[]> {
	const { requests } = await agents.simulator.requests();
	return requests.map(({ status, method, path }) => `${status} ${method} ${path}`);
}

/** What the simulator must have seen of an operation that writes. */
function written({ option }: Operation, { group_id }: Record<string, unknown>): RegExp {
	const group = `/api/v1/groups/${String(group_id)}`;
	const calls: Record<string, string> = {
		releaseFromQuarantine: `POST ${endpoints.releaseFromQuarantine.path}`,
		deleteFromQuarantine: `POST ${endpoints.deleteFromQuarantine.path}`,
		deleteFromInbox: `POST ${endpoints.deleteFromInbox.path}`,
		create: 'POST /api/v1/groups',
		update: `(?:PATCH|PUT|POST) ${group}`,
		delete: `DELETE ${group}`,
		add: `POST ${group}/add_members`,
		remove: `POST ${group}/remove_members`,
		sync: `POST ${group}/remove_members`,
	};
	return new RegExp(`^20[0-9] ${calls[String(option.value)] ?? 'nothing'}$`);
}

test('the AI Agent 2.2: every operation, one request for a write', async () => {
	for (const operation of everyOperation()) {
		const name = String(operation.option.action);
		const given = await argumentsFor(operation);
		const marker = `Agent 2.2 ${operation.resource} ${name}`;
		agents.model.script(marker, [[call(modelName(name), given)], 'Done']);
		const [run] = await agents.n8n.executeMany([agent22(marker, toolOf(operation, name))]);
		expect([name, run?.status]).toEqual([name, 'success']);
		const requests = await sent();
		expect([name, requests.length > 0]).toEqual([name, true]);
		const [answer] = agents.model.conversation(marker).at(-1)?.results ?? [];
		expect([name, answer?.output]).toEqual([name, expect.stringMatching(/^\[\{/)]);
		if (
			!writes.some(
				({ option, resource }) => option === operation.option && resource === operation.resource,
			)
		)
			continue;
		const expected = written(operation, given);
		expect([name, requests.filter((request) => expected.test(request)).length, requests]).toEqual([
			name,
			1,
			requests,
		]);
	}
}, 480_000);

test('a tool that fails: the AI Agent 2.2 hides it from its model, and nothing is changed', async () => {
	const rename = operationOf('Group', 'update');
	const given = { ...(await argumentsFor(rename)), group_id: 987_654 };
	const marker = 'Agent 2.2 fails';
	agents.model.script(marker, [[call('Rename', given)], 'Done']);
	const [run] = await agents.n8n.executeMany([agent22(marker, toolOf(rename, 'Rename'))]);
	expect(run?.status).toBe('success');
	const [answer] = agents.model.conversation(marker).at(-1)?.results ?? [];
	// docs/ai-agents.md, "What else calls a tool".
	expect(answer?.output).toBe('');
	expect((await sent()).filter((request) => request.startsWith('20'))).toEqual([]);
}, 120_000);

test('an agent as a tool of an agent, before version 3', async () => {
	const release = operationOf('Remediation', 'releaseFromQuarantine');
	const given = await argumentsFor(release);
	const [above, below] = ['The agent above', 'The agent below'];
	agents.model.script(above, [[call('Helper', { input: 'now' })], 'Done above']);
	agents.model.script(below, [[call('Release', given)], 'Done below']);
	const workflow = withTools(above, [toolOf(release, 'Release')]);
	const helper: WorkflowNode = {
		id: 'helper',
		name: 'Helper',
		type: '@n8n/n8n-nodes-langchain.agentTool',
		typeVersion: 2.2,
		position: [0, 400],
		parameters: {
			toolDescription: 'Helps',
			text: `=${below} {{ $fromAI('input', '', 'string') }}`,
			options: {},
		},
	};
	const to = (node: string, type: string) => ({ node, type, index: 0 });
	const [run] = await agents.n8n.executeMany([
		{
			...workflow,
			nodes: [...workflow.nodes, helper],
			connections: {
				...workflow.connections,
				Release: { ai_tool: [[to('Helper', 'ai_tool')]] },
				Helper: { ai_tool: [[to('Agent', 'ai_tool')]] },
				Model: {
					ai_languageModel: [[to('Agent', 'ai_languageModel'), to('Helper', 'ai_languageModel')]],
				},
			},
		},
	]);
	expect(run?.error?.message).toBeUndefined();
	expect(await agents.remediations()).toEqual([
		expect.stringMatching(/release_from_quarantine.* 200$/),
	]);
}, 240_000);

test('n8n’s MCP server: every operation that writes', async () => {
	const tools = writes.map((operation) => toolOf(operation, String(operation.option.action)));
	const ask = await startMcp(tools);
	for (const operation of writes) {
		const name = modelName(String(operation.option.action));
		const given = await argumentsFor(operation);
		const answer = await ask('tools/call', { name, arguments: given });
		expect([name, answer]).toEqual([
			name,
			expect.not.stringMatching(/There is no operation|isError":true/),
		]);
		const requests = await sent();
		const expected = written(operation, given);
		expect([name, requests.filter((request) => expected.test(request)).length, requests]).toEqual([
			name,
			1,
			requests,
		]);
	}
}, 240_000);

test('“Execute step” on a tool in the editor', async () => {
	const rename = operationOf('Group', 'update');
	const given = await argumentsFor(rename);
	const { client } = agents.n8n;
	const workflow = withTools('By step', [toolOf(rename, 'Rename')]);
	const id = await client.createWorkflow(workflow);
	const answer = await client.rest('POST', `/workflows/${id}/run`, {
		destinationNode: { nodeName: 'Rename', mode: 'inclusive' },
		runData: {},
		dirtyNodeNames: [],
		agentRequest: { query: { Rename: given }, tool: { name: 'Rename' } },
	});
	const { data } = z.object({ data: z.object({ executionId: z.string() }) }).parse(answer);
	// n8n keeps the answer of a tool as a text, so its execution cannot be read as others.
	const isOver = async () => {
		const [row] = agents.n8n.query(
			'SELECT status FROM execution_entity WHERE id = ?',
			data.executionId,
		);
		return !['new', 'running'].includes(String(row?.status));
	};
	expect(await reached(isOver)).toBe(true);
	expect((await sent()).filter((request) => written(rename, given).test(request))).toHaveLength(1);
}, 240_000);

/** Publishes an MCP server with these tools; returns what asks it. */
async function startMcp(tools: readonly Tool[]) {
	const { client, url } = agents.n8n;
	const workflow = withTools('An MCP server', tools);
	const server: WorkflowNode = {
		id: 'mcp',
		name: 'MCP',
		type: '@n8n/n8n-nodes-langchain.mcpTrigger',
		typeVersion: 2,
		position: [0, 0],
		parameters: { path: 'proofpoint', authentication: 'none' },
		webhookId: 'proofpoint',
	};
	const published: Workflow = {
		...workflow,
		nodes: [...workflow.nodes.filter(({ name }) => tools.some(([tool]) => tool === name)), server],
		connections: Object.fromEntries(
			tools.map(([name]) => [name, { ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] }]),
		),
	};
	await client.activate(await client.createWorkflow(published));
	let session: string | undefined;
	let asked = 0;
	const ask = async (method: string, params: object) => {
		const response = await steadyFetch(`${url}/mcp/proofpoint`, {
			method: 'POST',
			headers: {
				'Content-Type': 'application/json',
				Accept: 'application/json, text/event-stream',
				...(session === undefined ? {} : { 'mcp-session-id': session }),
			},
			body: JSON.stringify({ jsonrpc: '2.0', method, params, id: ++asked }),
		});
		session ??= response.headers.get('mcp-session-id') ?? undefined;
		return await response.text();
	};
	const isThere = async () => {
		const clientInfo = { name: 'test', version: '1' };
		const hello = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
		return /serverInfo/.test(await ask('initialize', hello));
	};
	expect(await reached(isThere)).toBe(true);
	return ask;
}
