/** Playbooks in a real n8n: how they are set up, and what reached Slack. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
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
		await n8n.publish(...playbooks.map(({ id }) => id));
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

/** Seconds between two polls. A tick that comes while a poll still runs ends at once, so a busy machine only skips some. */
const pollEverySeconds = 2;

/** Polls every two seconds, where users poll every minute: n8n refuses one schedule with several seconds, many it takes. */
export function pollOften(workflow: Workflow): Workflow {
	const item = Array.from({ length: 60 / pollEverySeconds }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * pollEverySeconds} * * * * *`,
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

/** Whether `holds` says yes in time, looking four times a second. */
export async function reached(
	holds: () => boolean | Promise<boolean>,
	ms = 120_000,
): Promise<boolean> {
	for (const end = Date.now() + ms; Date.now() < end; await delay(250)) {
		if (await holds()) return true;
	}
	return false;
}

/** Until triggers that poll often have all polled once more, and no workflow runs any more behind them. */
export async function nextPoll({
	n8n,
	simulator,
}: Pick<World, 'n8n' | 'simulator'>): Promise<void> {
	const last = (await simulator.requests()).requests.at(-1)?.n;
	// They all poll at the same seconds.
	await delay(pollEverySeconds * 1_000 + 500);
	const polled = async () =>
		(await simulator.requests(last)).requests.some(({ method }) => method === 'GET');
	if (!(await reached(polled))) throw new Error('Nothing polls');
	await idle(n8n);
}

/**
 * Until no workflow has run for more than a second: what a poll has found is there by then. Before a restart, too: n8n first ends the
 * runner of its Code nodes, and what still runs then fails (docs/playbooks/conventions.md).
 */
export async function idle(n8n: PrivateN8n): Promise<void> {
	const running = "SELECT 1 FROM execution_entity WHERE status IN ('running', 'new') LIMIT 1";
	let looks = 0;
	const still = () => (looks = n8n.query(running).length === 0 ? looks + 1 : 0) > 4;
	if (!(await reached(still))) throw new Error('Workflows still run');
}

/** What the failed executions of a playbook say, the newest first. Only their data is read: that of all costs n8n seconds. */
export async function failed({ n8n }: World, workflowId: string): Promise<string[]> {
	const bad = n8n.query(
		`SELECT id FROM execution_entity WHERE workflowId = ? AND deletedAt IS NULL
			AND status NOT IN ('new', 'running', 'waiting', 'success') ORDER BY id DESC`,
		workflowId,
	);
	const read = async ({ id }: (typeof bad)[number]) => await n8n.client.execution(String(id));
	const executions = await Promise.all(bad.map(read));
	return executions.map(({ error, status }) => error?.message ?? status);
}
