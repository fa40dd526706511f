/** Our nodes as tools of n8n's AI Agent: the world of those tests. The model is scripted; all else is real. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import { stopAll } from '@test/stopAll.cjs';
import { repositoryFolder } from '@host/places.cjs';
import type { RunResult } from '@host/runResult.cjs';
import { readWorkflow, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import type { ApiRecord } from '@nodes/shared/api/contract';
import { endpoints } from '@nodes/shared/api/endpoints';
import { readPage } from '@nodes/shared/api/envelopes';
import { simpleEvent, type SimpleEvent } from '@nodes/shared/core/simpleEvent';
import type { NewEvents, RequestEntry, SimulatorOptions } from '@simulator/client.cjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

import { withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import { pollOften } from './playbookWorld.cjs';
import {
	startScriptedModel,
	type ModelRequest,
	type ScriptedModel,
	type ToolCall,
	type ToolResult,
} from './scriptedModel.cjs';
import { makeWorld, proofpointApi, type World } from './setup.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';
import { readReviews, type Review } from './slackReviews.cjs';

/** The playbook "agent triage". */
export const triage = readWorkflow(
	JSON.parse(readFileSync(path.join(repositoryFolder, 'playbooks/agent-triage.json'), 'utf8')),
);
const triageId = 'proofpointTriage';
/** It polls often; nothing else differs. */
export const polledOften = pollOften(triage);
const openAiApi = { id: 'open-ai-api', name: 'OpenAI account' };
/** Whatever acts on mail. */
const remediationPaths: string[] = [
	endpoints.deleteFromInbox.path,
	endpoints.deleteFromQuarantine.path,
	endpoints.releaseFromQuarantine.path,
];

/** A running n8n with the playbook published, a scripted model, and what came of it. */
export class AgentWorld {
	private constructor(
		private readonly world: World,
		readonly model: ScriptedModel,
		private readonly folder: string,
	) {}

	/** @param withPlaybook whether the playbook is published; without it n8n is ready sooner */
	static async start(options: SimulatorOptions, withPlaybook = true): Promise<AgentWorld> {
		const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-agent-'));
		const model = await startScriptedModel();
		const world = await makeWorld(options, {
			preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
			env: { SLACK_EDGE_FILE: path.join(folder, 'slack.jsonl') },
		});
		const agents = new AgentWorld(world, model, folder);
		try {
			const { n8n } = world;
			await n8n.importCredentials([
				{
					id: 'slack-api',
					name: 'Slack account',
					type: 'slackApi',
					data: { accessToken: 'xoxb-test' },
				},
				{ ...openAiApi, type: 'openAiApi', data: { apiKey: 'sk-test', url: model.url } },
			]);
			await n8n.start();
			if (withPlaybook) {
				await n8n.importWorkflows([withoutDryRun(polledOften)]);
				await n8n.publish(triageId);
			}
		} catch (error) {
			await agents.stop();
			throw error;
		}
		return agents;
	}

	async stop(): Promise<void> {
		await stopAll(this.world, this.model);
		rmSync(this.folder, { recursive: true, force: true });
	}

	get n8n() {
		return this.world.n8n;
	}

	get simulator() {
		return this.world.simulator;
	}

	/** The file that the Slack edge writes; with `.refuse` behind its name Slack refuses messages. */
	get slackFile(): string {
		return path.join(this.folder, 'slack.jsonl');
	}

	/** Creates an event now. @returns its ID */
	async create(event: NewEvents): Promise<string> {
		const [made] = await this.simulator.createEvents(event);
		return made?.id ?? '';
	}

	/** The runs of the playbook, or of a copy, that wait for a person. */
	async waiting(workflowId = triageId): Promise<RunResult[]> {
		const { client } = this.n8n;
		return await client.executions({ workflowId, status: 'waiting', withData: false });
	}

	/** The newest version of an event as the API has it. */
	async raw(id: string): Promise<ApiRecord> {
		const results = [await this.simulator.event(id)];
		const page = readPage('events', { checkpoint: '', additional_results: false, results });
		return some(page?.records[0]);
	}

	/** The newest version of an event in the simple form. */
	async simple(id: string): Promise<SimpleEvent> {
		return simpleEvent(await this.raw(id));
	}

	/** Asks the portal behind the node's back. */
	async portal(requestPath: string, body?: object): Promise<unknown> {
		const answer = await steadyFetch(`${this.simulator.url}${requestPath}`, {
			method: body ? 'POST' : 'GET',
			headers: {
				Authorization: `API-Token ${this.simulator.token}`,
				'Content-Type': 'application/json',
			},
			...(body ? { body: JSON.stringify(body) } : {}),
		});
		const text = await answer.text();
		return text === '' ? undefined : JSON.parse(text);
	}

	/** The monitored users as the API tells them. */
	async monitored() {
		const answer = await this.portal(`${endpoints.monitoredUsers.path}?limit=2000`);
		return usersSchema.parse(answer).results;
	}

	/** The last request of a conversation: it holds all results. */
	last(marker: string): ModelRequest {
		return some(this.model.conversation(marker).at(-1));
	}

	/** The requests that acted on mail, in order. */
	async remediations(): Promise<string[]> {
		const { requests } = await this.simulator.requests();
		return requests
			.filter((request) => remediationPaths.includes(request.path))
			.map((request) => `${wire(request)} ${request.status}`);
	}

	/** The question about an event that a person was asked; undefined while there is none. */
	findReview(id: string): Review | undefined {
		return readReviews(this.slackFile).find(({ text }) => text.includes(id));
	}

	reviewOf(id: string): Review {
		return some(this.findReview(id));
	}

	/** The messages at the end of a run. */
	verdicts(): string[] {
		return readSlackMessages(this.slackFile)
			.map(({ text }) => text)
			.filter((text) => text.includes('riaged'));
	}

	/** The message about an event; undefined while there is none. */
	verdict(id: string): string | undefined {
		return this.verdicts().find((text) => text.includes(`*Event:* ${id}`));
	}
}

const usersSchema = z.object({
	results: z.array(z.object({ address: z.string(), status: z.string() }).passthrough()),
});

/** A tool of a test's agent: its name, its node type behind the package's name, its parameters. */
export type Tool = readonly [name: string, type: string, parameters: Record<string, unknown>];

/** A workflow that asks an agent with some of our nodes as tools. */
export function withTools(question: string, tools: readonly Tool[]): Workflow {
	const nodes: WorkflowNode[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Agent',
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: 3.1,
			parameters: { promptType: 'define', text: question, options: {} },
		},
		{
			name: 'Model',
			type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
			typeVersion: 1.3,
			parameters: {
				model: { __rl: true, mode: 'id', value: 'local-model' },
				responsesApiEnabled: false,
				options: {},
			},
			credentials: { openAiApi },
		},
		...tools.map(([name, type, parameters]) => ({
			name,
			type: `n8n-nodes-proofpoint.${type}`,
			typeVersion: 1,
			parameters,
			credentials: { proofpointApi },
		})),
	];
	const toAgent = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return {
		// n8n takes no longer names.
		name: question.slice(0, 60),
		nodes: nodes.map((node, index) => ({
			...node,
			id: `node-${index}`,
			position: [index * 200, 0],
		})),
		connections: {
			Start: toAgent('main'),
			Model: toAgent('ai_languageModel'),
			...Object.fromEntries(tools.map(([name]) => [name, toAgent('ai_tool')])),
		},
		// Without it n8n would run the tools after the agent.
		settings: { executionOrder: 'v1' },
	};
}

/** A call of a tool. */
export function call(tool: string, given: Record<string, unknown>): ToolCall {
	return { tool, arguments: given };
}

/** A call of a tool behind n8n's human review, as that describes itself to the model. */
export function review(tool: string, eventId: string, why: string): ToolCall {
	return call(tool, { toolParameters: { event_id: eventId }, hitlParameters: { why } });
}

/** A tool's output as the model read it: a list of records. */
export function json(output: string): Array<Record<string, unknown>> {
	return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(output));
}

/** What a tool gave back first, as the model read it. */
export function outputOf(results: ToolResult[], tool: string): Array<Record<string, unknown>> {
	return json(some(results.find((result) => result.tool === tool)).output);
}

/** A request as one line of the simulator's log. */
export function wire({ method, path: requestPath, query, body }: RequestEntry): string {
	const search = Object.entries(query).map(([key, value]) => `${key}=${value}`);
	return [method, requestPath, ...search, ...(body === '' ? [] : [body])].join(' ');
}

/** What has to be there. */
export function some<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('It is missing');
	return value;
}

/** Prints what the agent did, for the record. */
export function report(title: string, results: ToolResult[]): void {
	for (const { tool, arguments: given, output } of results) {
		process.stderr.write(`${title}: ${tool} ${JSON.stringify(given)} -> ${output.slice(0, 160)}\n`);
	}
}
