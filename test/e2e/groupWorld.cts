/** A real n8n for the playbooks that keep groups: Slack and Microsoft Graph stood in for at the network's edge. */
import { steadyFetch } from '@host/steadyFetch.cjs';
import type { GraphDirectory, GraphRequest } from '@host/graphEdge.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import type { RequestEntry, Simulator, SimulatorOptions } from '@simulator/client.cjs';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

import { withSettings } from '../../scripts/demo/playbooks.cjs';
import { impatient, withNodes } from './playbookWorld.cjs';
import { makeWorld, type World } from './setup.cjs';
import { readSlackMessages } from '@host/slackMessages.cjs';

export const directoryGroup = '02bd9fd6-8f93-4758-87c3-1fb73740a315';
const token = 'graph-token';

/** A member as Microsoft Graph lists it. */
export type DirectoryMember = GraphDirectory['groups'][string][number];

/** A world with two groups to fill, a directory to read, and what both edges saw. */
export interface GroupWorld extends World {
	watchGroup: number;
	syncGroup: number;
	slack(): SlackMessage[];
	/** All requests to the directory. */
	graphRequests(): GraphRequest[];
	/** What the directory answers from now on. */
	writeDirectory(members: DirectoryMember[], how?: Partial<GraphDirectory>): void;
	membersOf(group: number): Promise<string[]>;
	/** Changes a group as somebody in the portal would. */
	changeGroup(action: 'add' | 'remove', group: number, ...members: string[]): Promise<void>;
	/** Writes to groups after this request of the simulator's log, in order. */
	groupWrites(since?: number): Promise<Array<{ endpoint: string; members: string[] }>>;
	/** An anomaly of a user. */
	anomaly(severity: string, address: string): Promise<void>;
}

const membersSchema = z.object({
	members: z.array(
		z.record(z.string(), z.string()).transform((member) => String(Object.values(member)[0])),
	),
});
const graphRequestSchema: z.ZodType<GraphRequest> = z.object({
	at: z.string(),
	path: z.string(),
	page: z.number(),
	status: z.number(),
});

/** Makes (does not start) an n8n with its credentials, and an empty directory. */
export async function makeGroupWorld(simulatorOptions: SimulatorOptions): Promise<GroupWorld> {
	const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-groups-'));
	const file = (name: string) => path.join(folder, name);
	const writeDirectory = (members: DirectoryMember[], how: Partial<GraphDirectory> = {}) => {
		const directory: GraphDirectory = {
			token,
			pageSize: 100,
			groups: { [directoryGroup]: members },
			...how,
		};
		writeFileSync(file('directory.json'), JSON.stringify(directory));
	};
	writeDirectory([]);
	const edges = ['slackEdge', 'graphEdge'];
	const world = await makeWorld(simulatorOptions, {
		preload: edges.map((edge) => path.join(__dirname, `../../host/${edge}.cjs`)),
		env: {
			SLACK_EDGE_FILE: file('slack.jsonl'),
			GRAPH_EDGE_FILE: file('graph.jsonl'),
			GRAPH_EDGE_DIRECTORY: file('directory.json'),
		},
	});
	const { n8n, simulator } = world;
	await n8n.importCredentials([
		{
			id: 'slack-api',
			name: 'Slack account',
			type: 'slackApi',
			data: { accessToken: 'xoxb-test' },
		},
		{
			id: 'microsoft-entra',
			name: 'Microsoft Entra ID account',
			type: 'microsoftEntraOAuth2Api',
			data: {
				clientId: 'client',
				clientSecret: 'secret',
				oauthTokenData: { token_type: 'Bearer', access_token: token },
			},
		},
	]);
	const { groups } = await simulator.state();
	const [watchGroup = 0, syncGroup = 0] = groups.map(({ id }) => id);
	return {
		...world,
		watchGroup,
		syncGroup,
		slack: () => readSlackMessages(file('slack.jsonl')),
		graphRequests: () =>
			lines(file('graph.jsonl')).map((line) => graphRequestSchema.parse(JSON.parse(line))),
		writeDirectory,
		async membersOf(group) {
			const state = await simulator.state();
			return state.groups.find(({ id }) => id === group)?.members ?? [];
		},
		async changeGroup(action, group, ...members) {
			if (members.length === 0) return;
			const answer = await steadyFetch(
				`${simulator.url}/api/v1/groups/${group}/${action}_members`,
				{
					method: 'POST',
					headers: {
						authorization: `API-Token ${simulator.token}`,
						'content-type': 'application/json',
					},
					body: JSON.stringify({
						members: members.map((member) =>
							member.startsWith('@') ? { domain: member } : { address: member },
						),
					}),
				},
			);
			expect(answer.status).toBeLessThan(300);
		},
		async groupWrites(since = 0) {
			const { requests } = await simulator.requests(since);
			return requests
				.filter(({ endpoint }) => endpoint === 'membersAdd' || endpoint === 'membersRemove')
				.map(({ endpoint, body }) => ({
					endpoint: String(endpoint),
					members: membersSchema.parse(JSON.parse(body)).members,
				}));
		},
		async anomaly(severity_label, address) {
			await simulator.createAnomalies({ fields: { severity_label, address } });
		},
		async stop() {
			await world.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** A user of the directory. */
export function user(mail: string): DirectoryMember {
	return {
		'@odata.type': '#microsoft.graph.user',
		id: `id-${mail}`,
		mail,
		userPrincipalName: mail,
	};
}

/** The playbook for the watch list, with the group that it fills. */
export function intoWatchGroup(playbook: Workflow, group: number): Workflow {
	return withNodes(playbook, (node) =>
		node.name === 'Who is watched already?' ? withGroup(node, group) : node,
	);
}

/** The directory playbook, with both groups; only its pauses before another try are shorter. */
export function intoSyncGroup(playbook: Workflow, group: number): Workflow {
	return withNodes(withSettings(playbook, { directoryGroup }), (node) =>
		node.name === 'What would change?' ? withGroup(node, group) : impatient(node),
	);
}

/** What picking a group from the list stores. */
function withGroup(node: WorkflowNode, id: number): WorkflowNode {
	const groupId = { __rl: true, mode: 'list', value: String(id), cachedResultName: 'Group' };
	return { ...node, parameters: { ...node.parameters, groupId } };
}

function lines(file: string): string[] {
	if (!existsSync(file)) return [];
	// The last piece is empty, or a line that is being written.
	return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** Prints the requests that prove what a playbook did, as the simulator logged them behind a number. */
export async function printRequests(
	simulator: Simulator,
	since: number,
	playbook: string,
	names: string[],
): Promise<void> {
	const { requests } = await simulator.requests(since);
	const line = ({ n, method, path: to, body, status }: RequestEntry) =>
		`  ${n} ${method} ${to} ${body.length > 120 ? `${body.slice(0, 120)}…` : body} -> ${status}\n`;
	const proof = requests.filter(({ endpoint }) => names.includes(String(endpoint))).map(line);
	process.stderr.write(`${playbook}: request log\n${proof.join('')}`);
}
