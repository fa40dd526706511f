/** Playbooks in a real n8n: how they are set up, and what reached Slack. */
import type { RunResult } from '@host/runResult.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import { pollEveryTenSeconds, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import type { Simulator, SimulatorOptions } from '@simulator/client.cjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { triggerType } from '../../scripts/demo/playbooks.cjs';
import { makeWorld, type World } from './setup.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';

/** A world in which playbooks run, and what reached Slack in it. */
export interface PlaybookWorld extends World {
	/** The file that the Slack edge writes; with `.refuse` behind its name Slack refuses messages. */
	slackFile: string;
	slack(): SlackMessage[];
}

/**
 * Starts a real n8n with these playbooks, published.
 * @param first what happens in the portal before n8n is there
 */
export async function makePlaybookWorld(
	playbooks: Array<Workflow & { id: string }>,
	simulatorOptions: SimulatorOptions,
	first: (simulator: Simulator) => Promise<void> = async () => {},
): Promise<PlaybookWorld> {
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-playbooks-'));
	const slackFile = path.join(folder, 'slack.jsonl');
	const world = await makeWorld(simulatorOptions, {
		preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
		env: { SLACK_EDGE_FILE: slackFile },
	});
	const { n8n } = world;
	const stop = async () => {
		await world.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await n8n.importCredentials([
			{
				id: 'slack-api',
				name: 'Slack account',
				type: 'slackApi',
				data: { accessToken: 'xoxb-test' },
			},
		]);
		await first(world.simulator);
		await n8n.start();
		await n8n.importWorkflows(playbooks);
		for (const { id } of playbooks) await n8n.publish(id);
	} catch (error) {
		await stop();
		throw error;
	}
	return { ...world, stop, slackFile, slack: () => readSlackMessages(slackFile) };
}

/** A copy of a workflow with changed nodes. */
export function withNodes(
	workflow: Workflow,
	change: (node: WorkflowNode) => WorkflowNode,
): Workflow {
	return { ...workflow, nodes: workflow.nodes.map(change) };
}

/** Polls every ten seconds, where users poll every minute; nothing else differs. */
export function often(workflow: Workflow): Workflow {
	return pollEveryTenSeconds(workflow, triggerType);
}

/** Polls every four seconds: n8n refuses one schedule with several seconds, many schedules it takes. */
export function pollOften(workflow: Workflow): Workflow {
	const item = Array.from({ length: 15 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 4} * * * * *`,
	}));
	return withNodes(workflow, (node) =>
		node.type === triggerType
			? { ...node, parameters: { ...node.parameters, pollTimes: { item } } }
			: node,
	);
}

/** A copy with a name of its own that starts every few seconds, where users have minutes or a day. */
export function everySeconds(seconds: number, name: string, workflow: Workflow): Workflow {
	const rule = { interval: [{ field: 'seconds', secondsInterval: seconds }] };
	return withNodes({ ...workflow, name }, (node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
	);
}

/** A node that does not wait long before it tries again. */
export function impatient(node: WorkflowNode): WorkflowNode {
	return 'waitBetweenTries' in node ? { ...node, waitBetweenTries: 100 } : node;
}

/** Whether `holds` says yes in time, looking twice a second. */
export async function reached(
	holds: () => boolean | Promise<boolean>,
	ms = 120_000,
): Promise<boolean> {
	for (const end = Date.now() + ms; Date.now() < end; await delay(500)) {
		if (await holds()) return true;
	}
	return false;
}

/** Long enough for triggers that poll often to poll once more, and for the workflow behind them to run. */
export async function nextPoll(): Promise<void> {
	await delay(6_000);
}

/** What the failed executions of a playbook say. */
export async function failed({ n8n }: World, workflowId: string): Promise<string[]> {
	const executions = await n8n.client.executions({ workflowId });
	const bad = ({ status }: RunResult) => !['success', 'waiting', 'running'].includes(status);
	return executions.filter(bad).map(({ error, status }) => error?.message ?? status);
}
