/**
 * The two playbooks that keep groups (watch list, directory group), as users import them, in one real
 * n8n against the simulator. What its request log and ledger, the Slack edge and the Graph edge saw is
 * compared item by item with what had to happen.
 */
import type { GraphDirectory, GraphRequest } from '@host/graphEdge.cjs';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import type { RequestEntry } from '@simulator/client.cjs';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

import { readPlaybook, withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { failed, impatient, nextPoll, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { makeWorld, type World } from './setup.cjs';
import { readSlackMessages } from './slackReviews.cjs';

const watchId = 'anomalyWatchList';
const directoryId = 'groupDirectory';
const directoryGroup = '02bd9fd6-8f93-4758-87c3-1fb73740a315';
const token = 'graph-token';

const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-responses-'));
const slackFile = path.join(folder, 'slack.jsonl');
const graphFile = path.join(folder, 'graph.jsonl');
const directoryFile = path.join(folder, 'directory.json');
const playbooks = {
	watch: readPlaybook('anomalous-users-watch-list.json'),
	directory: readPlaybook('group-from-directory.json'),
};

let world: World;
/** The groups that the two playbooks fill. */
let watchGroup = 0;
let syncGroup = 0;

beforeAll(async () => {
	writeDirectory([]);
	world = await makeWorld(
		{ events: 60, groups: 3, anomalies: 4, remediationDelay: 300 },
		{
			preload: ['slackEdge', 'graphEdge'].map((edge) =>
				path.join(__dirname, `../../host/${edge}.cjs`),
			),
			env: {
				SLACK_EDGE_FILE: slackFile,
				GRAPH_EDGE_FILE: graphFile,
				GRAPH_EDGE_DIRECTORY: directoryFile,
			},
		},
	);
	const { n8n, simulator } = world;
	const { groups } = await simulator.state();
	[watchGroup = 0, syncGroup = 0] = groups.map(({ id }) => id);
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
	await n8n.importWorkflows(prepared());
	await n8n.start();
	await n8n.publish(watchId);
}, 240_000);

afterAll(async () => {
	await world?.stop();
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('the ids of the playbooks are short enough for n8n to keep what their triggers store', () => {
	for (const { id = '' } of Object.values(playbooks)) expect(id).toMatch(/^[A-Za-z0-9]{1,16}$/);
});

describe('users with anomalies on a watch list', () => {
	const watched = 'vera.watched@acme.example';
	/** X.400: no member of a group can be called so. */
	const unfit = '/O=ACME/CN=RECIPIENTS/CN=<!channel>';

	test('each user is added once, and only with a high severity', async () => {
		await changeGroup('add', watchGroup, watched);
		await mark();
		const found = await Promise.all([
			anomaly('high', 'ann@acme.example'),
			anomaly('very_high', 'ANN@acme.example'),
			anomaly('very_high', 'bob&co@acme.example'),
			anomaly('moderate', 'mild@acme.example'),
			anomaly('high', watched.toUpperCase()),
			anomaly('high', unfit),
		]);
		expect(found).toHaveLength(6);
		await reached(() => watchMessages().length >= 3);
		// Found again, and more of the same: nothing to do.
		await anomaly('very_high', 'Ann@acme.example');
		await nextPoll();

		expect((await added()).map((address) => address.toLowerCase()).sort()).toEqual([
			'ann@acme.example',
			'bob&co@acme.example',
		]);
		const members = await membersOf(watchGroup);
		expect(members).toEqual(expect.arrayContaining(['ann@acme.example', watched]));
		expect(members).not.toContain('mild@acme.example');
		const messages = watchMessages();
		expect(messages).toHaveLength(3);
		const of = (text: string) => messages.filter((message) => message.includes(text));
		expect(of('Put on the watch list')).toHaveLength(2);
		expect(of('*User:* bob＆co@acme[.]example\n*Anomaly:* severity very high')).toHaveLength(1);
		expect(of('Not put on the watch list')).toEqual([
			expect.stringContaining('*User:* /O=ACME/CN=RECIPIENTS/CN=‹!channel›'),
		]);
		expect(messages.join()).not.toContain('<!');
		await print('anomalous-users-watch-list', ['membersAdd']);
	}, 120_000);

	test('who was taken off comes back with the next anomaly', async () => {
		await changeGroup('remove', watchGroup, 'ann@acme.example');
		await anomaly('high', 'ann@acme.example');
		await reached(() => watchMessages().length >= 4);
		expect(await membersOf(watchGroup)).toContain('ann@acme.example');
		expect(watchMessages()).toHaveLength(4);
	}, 90_000);
});

describe('group from a directory', () => {
	const people = Array.from({ length: 230 }, (_, index) => user(`person${index}@acme.example`));
	const others = [
		{ '@odata.type': '#microsoft.graph.group', id: 'nested', mail: 'nested@acme.example' },
		{ '@odata.type': '#microsoft.graph.device', id: 'device' },
		{ ...user('x'), mail: null, userPrincipalName: '<!here>@acme.example' },
	];

	test('all pages of the directory become the members, in as many requests as it takes', async () => {
		await changeGroup('remove', syncGroup, ...(await membersOf(syncGroup)));
		await changeGroup('add', syncGroup, 'left@acme.example', 'PERSON3@acme.example');
		writeDirectory([...people, ...others]);
		await runDirectory();

		expect(graphRequests().map(({ page, status }) => [page, status])).toEqual([
			[1, 200],
			[2, 200],
			[3, 200],
		]);
		expect((await membersOf(syncGroup)).sort()).toEqual(people.map(({ mail }) => mail).sort());
		const writes = await groupRequests();
		expect(writes.map(({ endpoint, members }) => [endpoint, members.length])).toEqual([
			['membersAdd', 100],
			['membersAdd', 100],
			['membersAdd', 29],
			['membersRemove', 1],
		]);
		const [message = '', ...more] = directoryMessages();
		expect(more).toEqual([]);
		expect(message).toContain('*Removed:* left@acme[.]example\n*Unchanged:* 1\n');
		expect(message).toContain('person20@acme[.]example and 209 more');
		expect(message).toContain('in the directory:* ‹!here›＠acme[.]example');
		await print('group-from-directory', ['group', 'membersAdd', 'membersRemove']);
	}, 60_000);

	test('nothing changed: nothing is written, and Slack hears nothing', async () => {
		await runDirectory();
		expect(await groupRequests()).toEqual([]);
		expect(directoryMessages()).toEqual([]);
	}, 60_000);

	test('the schedule runs it: one joined, one left', async () => {
		const { client } = world.n8n;
		const now = [...people.slice(1), user('joined@acme.example')];
		writeDirectory(now);
		await mark();
		const often = await client.createWorkflow(everyThreeSeconds(directoryPlaybook()));
		await client.activate(often);
		await reached(() => graphRequests().length >= 6);
		await client.deactivate(often);
		const writes = await groupRequests();
		expect(writes.map(({ endpoint, members }) => [endpoint, ...members])).toEqual([
			['membersAdd', 'joined@acme.example'],
			['membersRemove', 'person0@acme.example'],
		]);
		expect(directoryMessages()).toHaveLength(1);
		writeDirectory(now);
	}, 90_000);

	test('hostile names of the directory forge nothing in the message', async () => {
		for (const half of [hostileTexts.slice(0, 20), hostileTexts.slice(20)]) {
			const before = await membersOf(syncGroup);
			const strange = half.map(([, text]) => ({
				...user('x'),
				mail: null,
				userPrincipalName: text,
			}));
			const staying = before.map((member) => user(String(member)));
			writeDirectory([...staying, user(`more${before.length}@acme.example`), ...strange]);
			await runDirectory();
			const [message = '', ...more] = directoryMessages();
			expect(more).toEqual([]);
			// Title, added, removed, unchanged, without an address, no trace.
			expect(damages(message, { lines: 6, length: 2400 })).toEqual([]);
		}
		await changeGroup('remove', syncGroup, 'more230@acme.example', 'more231@acme.example');
	}, 60_000);

	const mishaps: Array<{
		name: string;
		members?: DirectoryMember[];
		how?: Partial<GraphDirectory>;
		says: string;
	}> = [
		{
			name: 'the last page fails',
			how: { fault: { page: 3, status: 503, body: {} } },
			says: 'the directory group could not be read: ',
		},
		{
			name: 'a page is a web page',
			how: { fault: { page: 2, status: 200, body: '<html>' } },
			says: 'was not a complete list of members',
		},
		{
			name: 'a page is no list',
			how: { fault: { page: 2, status: 200, body: { ok: 1 } } },
			says: 'was not a complete list of members',
		},
		{
			name: 'the token is refused',
			how: { token: 'another' },
			says: 'the directory group could not be read: ',
		},
		{
			name: 'the list is empty',
			members: [],
			says: 'The list of members is empty, so the group was left as it is',
		},
		{
			name: 'too many would go',
			members: people.slice(0, 100),
			says: '*Would be removed:* 131 of 230\n*Who:* person100@acme[.]example, ',
		},
		{
			name: 'an entry is no address',
			members: [...people, user('nobody')],
			says: 'neither an address nor a domain: nobody',
		},
	];
	test.each(mishaps)(
		'$name: the group is left as it is, and Slack says why',
		async (mishap) => {
			const before = await membersOf(syncGroup);
			writeDirectory(mishap.members ?? people, mishap.how);
			await runDirectory();
			expect(directoryMessages()).toEqual([expect.stringContaining(mishap.says)]);
			expect(await groupRequests()).toEqual([]);
			expect(await membersOf(syncGroup)).toEqual(before);
		},
		60_000,
	);
});

test('in the end no execution failed', async () => {
	expect(await failed(world, watchId)).toEqual([]);
	expect(await failed(world, directoryId)).toEqual([]);
}, 60_000);

/** A member as Microsoft Graph lists it. */
type DirectoryMember = GraphDirectory['groups'][string][number];

/** A user of the directory. */
function user(mail: string): DirectoryMember {
	return {
		'@odata.type': '#microsoft.graph.user',
		id: `id-${mail}`,
		mail,
		userPrincipalName: mail,
	};
}

function writeDirectory(members: DirectoryMember[], how: Partial<GraphDirectory> = {}): void {
	const directory: GraphDirectory = {
		token,
		pageSize: 100,
		groups: { [directoryGroup]: members },
		...how,
	};
	writeFileSync(directoryFile, JSON.stringify(directory));
}

/** The playbooks as somebody sets them up; only the polls and the pauses before another try are shorter. */
function prepared(): Workflow[] {
	return [
		withNodes(pollOften(withoutDryRun(playbooks.watch)), (node) =>
			node.name === 'Who is watched already?' ? withGroup(node, watchGroup) : node,
		),
		directoryPlaybook(),
	];
}

function directoryPlaybook(): Workflow {
	return withNodes(withoutDryRun(playbooks.directory), (node) => {
		if (node.name === 'What would change?') return withGroup(node, syncGroup);
		if (node.name !== 'Settings') return impatient(node);
		const text = JSON.stringify(node.parameters);
		return {
			...node,
			parameters: settingsSchema.parse(
				JSON.parse(text.replace('00000000-0000-0000-0000-000000000000', directoryGroup)),
			),
		};
	});
}

const settingsSchema = z.record(z.string(), z.unknown());

/** What picking a group from the list stores. */
function withGroup(node: WorkflowNode, id: number): WorkflowNode {
	const groupId = { __rl: true, mode: 'list', value: String(id), cachedResultName: 'Group' };
	return { ...node, parameters: { ...node.parameters, groupId } };
}

function everyThreeSeconds(workflow: Workflow): Workflow {
	const rule = { interval: [{ field: 'seconds', secondsInterval: 3 }] };
	return withNodes({ ...workflow, name: 'Directory every three seconds' }, (node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
	);
}

async function anomaly(severity_label: string, address: string): Promise<void> {
	await world.simulator.createAnomalies({ fields: { severity_label, address } });
}

function watchMessages(): string[] {
	return readSlackMessages(slackFile).flatMap(({ text }) =>
		text.includes('watch list') ? [text] : [],
	);
}

/** What Slack was told of the directory since the last mark. */
function directoryMessages(): string[] {
	return readSlackMessages(slackFile)
		.slice(marked.slack)
		.flatMap(({ text }) => (/[Gg]roup .*directory|left as it is/.test(text) ? [text] : []));
}

const membersSchema = z.object({
	members: z.array(
		z.record(z.string(), z.string()).transform((member) => Object.values(member)[0]),
	),
});

/** Writes to groups since the last mark, in order. */
async function groupRequests(): Promise<Array<{ endpoint: string; members: unknown[] }>> {
	const { requests } = await world.simulator.requests(marked.requests);
	return requests
		.filter(({ endpoint }) => endpoint === 'membersAdd' || endpoint === 'membersRemove')
		.map(({ endpoint, body }) => ({
			endpoint: String(endpoint),
			members: membersSchema.parse(JSON.parse(body)).members,
		}));
}

/** Addresses that were added to a group since the last mark. */
async function added(): Promise<string[]> {
	return (await groupRequests()).flatMap(({ members }) => members.map(String));
}

async function membersOf(group: number): Promise<string[]> {
	const { groups } = await world.simulator.state();
	return groups.find(({ id }) => id === group)?.members ?? [];
}

/** Changes a group as somebody in the portal would. */
async function changeGroup(
	action: 'add' | 'remove',
	group: number,
	...members: string[]
): Promise<void> {
	if (members.length === 0) return;
	const { url, token: apiToken } = world.simulator;
	const answer = await fetch(`${url}/api/v1/groups/${group}/${action}_members`, {
		method: 'POST',
		headers: { authorization: `API-Token ${apiToken}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			members: members.map((member) =>
				member.startsWith('@') ? { domain: member } : { address: member },
			),
		}),
	});
	expect(answer.status).toBeLessThan(300);
}

/** Where the traces of the next step begin. */
const marked = { requests: 0, slack: 0, graph: 0 };

async function mark(): Promise<void> {
	const { requests } = await world.simulator.requests();
	marked.requests = requests.at(-1)?.n ?? 0;
	marked.slack = readSlackMessages(slackFile).length;
	marked.graph = lines(graphFile).length;
}

/** Runs the directory playbook by hand; its traces begin here. */
async function runDirectory(): Promise<void> {
	await mark();
	const { client } = world.n8n;
	const { error, status } = await client.finishedExecution(
		await client.run(directoryId, 'Run by hand'),
	);
	expect(error?.message).toBeUndefined();
	expect(status).toBe('success');
}

const graphRequestSchema: z.ZodType<GraphRequest> = z.object({
	at: z.string(),
	path: z.string(),
	page: z.number(),
	status: z.number(),
});

/** Requests to the directory since the last mark. */
function graphRequests(): GraphRequest[] {
	return lines(graphFile)
		.slice(marked.graph)
		.map((line) => graphRequestSchema.parse(JSON.parse(line)));
}

function lines(file: string): string[] {
	if (!existsSync(file)) return [];
	// The last piece is empty, or a line that is being written.
	return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** Prints the requests that prove what a playbook did, as the simulator logged them. */
async function print(playbook: string, names: string[]): Promise<void> {
	const { requests } = await world.simulator.requests(marked.requests);
	const line = ({ n, method, path: to, body, status }: RequestEntry) =>
		`  ${n} ${method} ${to} ${body.length > 120 ? `${body.slice(0, 120)}…` : body} -> ${status}\n`;
	const proof = requests.filter(({ endpoint }) => names.includes(String(endpoint))).map(line);
	process.stderr.write(`${playbook}: request log\n${proof.join('')}`);
}
