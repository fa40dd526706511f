/**
 * The three playbooks that respond (burst, watch list, directory group), as users import them, in one real
 * n8n against the simulator. What its request log and ledger, the Slack edge and the Graph edge saw is
 * compared item by item with what had to happen.
 */
import type { GraphDirectory, GraphRequest } from '@host/graphEdge.cjs';
import { repositoryFolder } from '@host/places.cjs';
import type { RunResult } from '@host/runResult.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import { readWorkflow, type Workflow, type WorkflowNode } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents, RequestEntry } from '@simulator/client.cjs';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { makeWorld, type World } from './setup.cjs';

const burstId = 'proofpointBurst';
const watchId = 'anomalyWatchList';
const directoryId = 'groupDirectory';
const triggerType = 'n8n-nodes-proofpoint.proofpointTrigger';
const directoryGroup = '02bd9fd6-8f93-4758-87c3-1fb73740a315';
const token = 'graph-token';
/** What a stranger may write into a subject, the question's and n8n's own escapes included. */
const trick =
	'<https://evil.example|Reset> <!channel> A & B &lt;!here&gt; &amp;lt;!here&amp;gt;\\n*Answer:* yes';
/** Buttons are links in a browser; n8n ignores what calls itself a bot, or nothing. */
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0' };

const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-responses-'));
const slackFile = path.join(folder, 'slack.jsonl');
const graphFile = path.join(folder, 'graph.jsonl');
const directoryFile = path.join(folder, 'directory.json');
const playbooks = {
	burst: readPlaybook('burst-response.json'),
	watch: readPlaybook('anomalous-users-watch-list.json'),
	directory: readPlaybook('group-from-directory.json'),
};

let world: World;
/** The groups that the two playbooks fill. */
let watchGroup = 0;
let syncGroup = 0;
/** Event ids by burst. */
const burst = {
	approved: new Array<string>(),
	declined: new Array<string>(),
	overRestart: new Array<string>(),
	growing: new Array<string>(),
	slow: new Array<string>(),
	unheard: new Array<string>(),
	unanswered: new Array<string>(),
};

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
	// Before anybody looked: the trigger does not bring these, an approval deletes them as well.
	burst.approved.push(...(await create({ burst: 'approved', count: 2, place: 'inbox' })));
	await create({ burst: 'slow', place: 'inbox', createdAt: daysAgo(3.5) });
	await simulator.createEvents({ type: 'architect', count: 60 });
	await n8n.importWorkflows(prepared());
	await n8n.start();
	await n8n.publish(burstId);
	await n8n.publish(watchId);
}, 240_000);

afterAll(async () => {
	await world?.stop();
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('the ids of the playbooks are short enough for n8n to keep what their triggers store', () => {
	for (const { id = '' } of Object.values(playbooks)) expect(id).toMatch(/^[A-Za-z0-9]{1,16}$/);
});

describe('burst response', () => {
	test('somebody is asked once per burst, and nothing is sent to Proofpoint before the answer', async () => {
		const { simulator } = world;
		burst.approved.push(
			...(await create({
				burst: 'approved',
				place: 'inbox',
				fields: { inbound_email_details: { subject: trick, from: `${trick}@evil.example` } },
			})),
			...(await create({ burst: 'approved', count: 3, place: 'inbox' })),
			// Still in quarantine: there is nothing in an inbox, and the summary has to say so.
			...(await create({ burst: 'approved', place: 'quarantined' })),
		);
		burst.declined.push(...(await create({ burst: 'declined', count: 2, place: 'inbox' })));
		burst.overRestart.push(...(await create({ burst: 'overRestart', count: 2, place: 'inbox' })));
		await create({ burst: null, count: 3, place: 'inbox' });
		await create({ burst: '', place: 'inbox' });
		// Each a burst of its own, as nearly every mail is.
		for (const single of ['one', 'two', 'three']) await create({ burst: single, place: 'inbox' });
		burst.growing.push(...(await create({ burst: 'growing', place: 'inbox' })));
		burst.slow.push(...(await create({ burst: 'slow', place: 'inbox' })));
		await simulator.createEvents({ type: 'guardian', count: 2 });
		await reached(() => questions().length >= 3);
		// More of the burst, and updates, while the question waits: no second question.
		burst.approved.push(...(await create({ burst: 'approved', count: 2, place: 'inbox' })));
		await simulator.updateEvents({ ids: [...burst.approved, ...burst.declined] });
		await nextPoll();

		expect(
			questions()
				.map(({ burst: name }) => name)
				.sort(),
		).toEqual(['approved', 'declined', 'overRestart']);
		expect(await deletions()).toEqual([]);
		const { text } = question('approved');
		expect(text).toContain('*Mails in the last days:* 7, to ');
		expect(text).not.toContain('*Mind:*');
		expect(text).toContain('&lt;https[:]//evil.example|Reset&gt; &lt;!channel&gt;');
		expect(text).not.toMatch(/<!|<https:\/\/evil|&amp;lt;https/);
		expect(text).not.toContain('\n*Answer:*');
	}, 120_000);

	test('a burst of one is silent: no row, no question; its second mail asks, once', async () => {
		const rows = () => bursts().map(({ burst: name }) => String(name));
		expect(rows().sort()).toEqual(['approved', 'declined', 'overRestart']);
		expect(await failed(burstId)).toEqual([]);
		// An update of the mail is no second mail.
		await world.simulator.updateEvents({ ids: burst.growing });
		await nextPoll();
		expect(questions()).toHaveLength(3);

		const simulation = { defender_details: { threat_signal_types: ['PHISHING_SIMULATION'] } };
		burst.growing.push(...(await create({ burst: 'growing', place: 'inbox', fields: simulation })));
		await reached(() => questions().length > 3);
		burst.growing.push(...(await create({ burst: 'growing', place: 'inbox' })));
		await nextPoll();
		expect(question('growing').text).toContain('*Mails in the last days:* 2, to ');
		expect(question('growing').text).toContain('*Mind:* 1 of them are a simulation');
		// The first mail of this one is older than three days: it does not count.
		expect(rows()).not.toContain('slow');
		burst.slow.push(...(await create({ burst: 'slow', place: 'inbox' })));
		await reached(() => rows().includes('slow') && questions().length > 4);
		expect(question('slow').text).toContain('*Mails in the last days:* 2, to ');
		expect(rows().sort()).toEqual(['approved', 'declined', 'growing', 'overRestart', 'slow']);
	}, 120_000);

	test('approved: each mail of the burst is deleted once, and Slack hears what failed', async () => {
		const { simulator } = world;
		const [unlucky = ''] = burst.approved;
		await simulator.addFaults({
			endpoint: 'deleteFromInbox',
			contains: unlucky,
			action: { kind: 'status', status: 500 },
		});
		expect(await press('approved', 'Delete them all')).toBe(200);
		await reached(() => said('approved').length > 0);
		await simulator.clearFaults();

		expect((await deletions()).sort()).toEqual([...burst.approved].sort());
		const { remediations } = await simulator.ledger();
		const attempted = remediations.reduce((sum, { attempted }) => sum + attempted, 0);
		const succeeded = remediations.reduce((sum, { succeeded }) => sum + succeeded, 0);
		const [summary = ''] = said('approved');
		expect(summary).toContain(
			`*Requested:* for 7 of 9 mails, for ${succeeded} of ${attempted} recipients\n*Now:* 7 confirmed\n`,
		);
		expect(summary).toContain('deletion from inboxes requested');
		expect(summary).toContain(unlucky);
		expect(summary).toContain('EMAIL_NOT_FOUND_IN_INBOX');
		expect(summary).toMatch(/\(500\)\. .*portal/);
		// Pressed again, or "Leave them" after it: too late. That nothing happens is seen in the tests to come.
		await press('approved', 'Delete them all');
		await press('approved', 'Leave them');
	}, 120_000);

	test('declined: nothing is sent to Proofpoint', async () => {
		expect(await press('declined', 'Leave them')).toBe(200);
		await reached(() => said('declined').length > 0);
		expect(said('declined')).toEqual([
			expect.stringContaining('nothing was deleted*\n*Answer:* declined\n'),
		]);
		expect(await deletionsOf('declined')).toEqual([]);
	}, 90_000);

	test('mails that are reported after the answer: deleted if it was yes, nobody is asked again', async () => {
		const late = await create({ burst: 'approved', count: 2, place: 'inbox' });
		burst.approved.push(...late);
		burst.declined.push(...(await create({ burst: 'declined', place: 'inbox' })));
		await reached(() => said('approved').length > 1);
		await nextPoll();

		expect(await deletionsOf('approved')).toEqual([...burst.approved].sort());
		expect(said('approved')[1]).toContain('*Requested:* for 2 of 2 mails, for ');
		expect(await deletionsOf('declined')).toEqual([]);
		expect(questions()).toHaveLength(5);
	}, 120_000);

	test('Slack refuses the question: the execution fails, and the next mail asks again', async () => {
		writeFileSync(`${slackFile}.refuse`, '');
		burst.unheard.push(...(await create({ burst: 'unheard', count: 2, place: 'inbox' })));
		await reached(async () => (await failed(burstId)).length > 0);
		// Whatever comes of it, Slack takes messages again in the tests behind this one.
		rmSync(`${slackFile}.refuse`);
		expect(await failed(burstId)).toEqual([
			expect.stringMatching(
				/Slack could not be asked about the burst .*channel_not_found.*Nothing was deleted/,
			),
		]);
		burst.unheard.push(...(await create({ burst: 'unheard', place: 'inbox' })));
		burst.unanswered.push(...(await create({ burst: 'unanswered', count: 2, place: 'inbox' })));
		await reached(() => questions().length >= 7);
		expect(question('unheard').text).toContain('*Mails in the last days:* 3, to ');
		expect(await press('unheard', 'Leave them')).toBe(200);
	}, 120_000);

	test('n8n is restarted while a question waits: the answer still counts', async () => {
		const { n8n } = world;
		await n8n.restart();
		await n8n.waitForTriggers(burstId);
		expect(await press('overRestart', 'Delete them all')).toBe(200);
		await reached(() => said('overRestart').length > 0);
		expect(await deletionsOf('overRestart')).toEqual([...burst.overRestart].sort());
		await print('burst-response', ['deleteFromInbox']);
	}, 180_000);

	test('nobody answers in time: nothing is sent to Proofpoint', async () => {
		// n8n looks for waiting executions when it starts, and once a minute.
		await reached(() => said('unanswered').length > 0, 90_000);
		expect(said('unanswered')).toEqual([expect.stringContaining('*Answer:* none within ')]);
		await press('unanswered', 'Delete them all');
		burst.unanswered.push(...(await create({ burst: 'unanswered', place: 'inbox' })));
		await nextPoll();
		expect(await deletionsOf('unanswered')).toEqual([]);
	}, 120_000);
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
			anomaly('very_high', 'bob<!channel>&@acme.example'),
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
			'bob<!channel>&@acme.example',
		]);
		const members = await membersOf(watchGroup);
		expect(members).toEqual(expect.arrayContaining(['ann@acme.example', watched]));
		expect(members).not.toContain('mild@acme.example');
		const messages = watchMessages();
		expect(messages).toHaveLength(3);
		const of = (text: string) => messages.filter((message) => message.includes(text));
		expect(of('Put on the watch list')).toHaveLength(2);
		expect(
			of('*User:* bob&lt;!channel&gt;&amp;@acme.example\n*Anomaly:* severity very high'),
		).toHaveLength(1);
		expect(of('Not put on the watch list')).toEqual([
			expect.stringContaining('*User:* /O=ACME/CN=RECIPIENTS/CN=&lt;!channel&gt;'),
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
		expect(message).toContain('*Removed:* left@acme.example\n*Unchanged:* 1\n');
		expect(message).toContain('person20@acme.example and 209 more');
		expect(message).toContain('in the directory:* &lt;!here&gt;@acme.example');
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
			says: 'The list of members is empty, and the group was left as it is',
		},
		{
			name: 'too many would go',
			members: people.slice(0, 100),
			says: '*Would be removed:* 131 of 230: ',
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

test('in the end everything was done once, and no execution failed but the one that had to', async () => {
	const { remediationCounts } = await world.simulator.ledger();
	const counts = Object.values(remediationCounts).flatMap((actions) => Object.entries(actions));
	expect(new Set(counts.map(([action, count]) => `${action} ${count}`))).toEqual(
		new Set(['deleteFromInbox 1']),
	);
	expect(
		questions()
			.map(({ burst: name }) => name)
			.sort(),
	).toEqual(Object.keys(burst).sort());
	expect(said('approved')).toHaveLength(2);
	expect(said('declined')).toHaveLength(1);
	expect(said('overRestart')).toHaveLength(1);
	expect(await failed(burstId)).toHaveLength(1);
	expect(await failed(watchId)).toEqual([]);
	expect(await failed(directoryId)).toEqual([]);
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
		burstPlaybook(),
		withNodes(pollOften(playbooks.watch), (node) =>
			node.name === 'Who is watched already?' ? withGroup(node, watchGroup) : node,
		),
		directoryPlaybook(),
	];
}

function burstPlaybook(): Workflow {
	return withNodes(pollOften(playbooks.burst), (node) => {
		if (node.name !== 'Ask in Slack') return impatient(node);
		const { parameters = {} } = node;
		// Three seconds for one of them, twelve hours for the others.
		const minutes = `={{ $('Burst seen').first().json.burst.id === 'unanswered' ? 0.05 : 720 }}`;
		return impatient({ ...node, parameters: { ...parameters, options: limit(minutes) } });
	});
}

function directoryPlaybook(): Workflow {
	return withNodes(playbooks.directory, (node) => {
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

function impatient(node: WorkflowNode): WorkflowNode {
	return 'waitBetweenTries' in node ? { ...node, waitBetweenTries: 100 } : node;
}

/** What picking a group from the list stores. */
function withGroup(node: WorkflowNode, id: number): WorkflowNode {
	const groupId = { __rl: true, mode: 'list', value: String(id), cachedResultName: 'Group' };
	return { ...node, parameters: { ...node.parameters, groupId } };
}

function limit(minutes: string): Record<string, unknown> {
	const values = {
		limitType: 'afterTimeInterval',
		resumeAmount: minutes,
		resumeUnit: 'minutes',
	};
	return { limitWaitTime: { values }, appendAttribution: false };
}

/** Polls every four seconds: n8n refuses one schedule with several seconds, many schedules it takes. */
function pollOften(workflow: Workflow): Workflow {
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

function everyThreeSeconds(workflow: Workflow): Workflow {
	const rule = { interval: [{ field: 'seconds', secondsInterval: 3 }] };
	return withNodes({ ...workflow, name: 'Directory every three seconds' }, (node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
	);
}

function withNodes(workflow: Workflow, change: (node: WorkflowNode) => WorkflowNode): Workflow {
	return { ...workflow, nodes: workflow.nodes.map(change) };
}

/** Creates Defender events of a burst; returns their ids. */
async function create({
	burst: name,
	fields = {},
	...events
}: NewEvents & { burst: string | null }): Promise<string[]> {
	const { defender_details: details } = fields;
	const made = await world.simulator.createEvents({
		type: 'defender',
		releasable: false,
		...events,
		fields: {
			...fields,
			defender_details: {
				threat_signal_types: ['SUSPICIOUS_INTENT'],
				...(typeof details === 'object' ? details : {}),
				burst_attack_id: name,
			},
			portal_link: null,
		},
	});
	return made.map(({ id }) => id);
}

function daysAgo(days: number): string {
	return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** The rows of the playbook's data table. */
function bursts() {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint bursts');
	return world.n8n.query(`SELECT burst, decision FROM "data_table_user_${String(table?.id)}"`);
}

async function anomaly(severity_label: string, address: string): Promise<void> {
	await world.simulator.createAnomalies({ fields: { severity_label, address } });
}

/** One question in Slack: whose burst, what it says, and where its buttons lead. */
interface Question {
	burst: string;
	text: string;
	buttons: Record<string, string>;
}

const blocksSchema = z.object({
	blocks: z.array(
		z.object({
			text: z.object({ text: z.string() }).optional(),
			elements: z
				.array(z.object({ url: z.string(), text: z.object({ text: z.string() }) }))
				.optional(),
		}),
	),
});

function questions(): Question[] {
	return slackMessages()
		.filter(({ body }) => 'blocks' in body)
		.map(({ body, channel }) => {
			expect(channel).toBe('#security');
			const { blocks } = blocksSchema.parse(body);
			const text = blocks.map((block) => block.text?.text ?? '').join('');
			// Slack refuses more in one block.
			expect(text.length).toBeLessThan(3000);
			const buttons = blocks.flatMap(({ elements = [] }) =>
				elements.map((button): [string, string] => [button.text.text, button.url]),
			);
			const [, name = ''] = /\n\*Burst:\* (.*)\n/.exec(text) ?? [];
			return { burst: name, text, buttons: Object.fromEntries(buttons) };
		});
}

function question(name: keyof typeof burst): Question {
	const found = questions().filter((asked) => asked.burst === name);
	expect(found).toHaveLength(1);
	return found[0] ?? { burst: '', text: '', buttons: {} };
}

/** Follows a button of a question as a browser does; returns the status that n8n answers. */
async function press(name: keyof typeof burst, button: string): Promise<number> {
	const url = new URL(question(name).buttons[button] ?? '');
	expect(url.origin).toBe(world.n8n.url);
	const answer = await fetch(url, { headers: browser });
	await answer.text();
	return answer.status;
}

/** What Slack was told about a burst, apart from the question. */
function said(name: keyof typeof burst): string[] {
	return slackMessages()
		.filter(({ body, text }) => !('blocks' in body) && text.includes(`\n*Burst:* ${name}\n`))
		.map(({ text }) => text);
}

function watchMessages(): string[] {
	return slackMessages().flatMap(({ text }) => (text.includes('watch list') ? [text] : []));
}

/** What Slack was told of the directory since the last mark. */
function directoryMessages(): string[] {
	return slackMessages()
		.slice(marked.slack)
		.flatMap(({ text }) => (/[Gg]roup .*directory|left as it is/.test(text) ? [text] : []));
}

/** Event ids of all deletions that were asked for, in the order in which they arrived. */
async function deletions(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.deleteFromInbox.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

async function deletionsOf(name: keyof typeof burst): Promise<string[]> {
	return (await deletions()).filter((id) => burst[name].includes(id)).sort();
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
	marked.slack = slackMessages().length;
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

const slackMessageSchema: z.ZodType<SlackMessage> = z.object({
	at: z.string(),
	ts: z.string(),
	method: z.string(),
	channel: z.string(),
	text: z.string(),
	body: z.record(z.string(), z.unknown()),
});

/** The messages that have reached the Slack edge so far, oldest first. */
function slackMessages(): SlackMessage[] {
	return lines(slackFile).map((line) => slackMessageSchema.parse(JSON.parse(line)));
}

function lines(file: string): string[] {
	if (!existsSync(file)) return [];
	// The last piece is empty, or a line that is being written.
	return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** What the failed executions of a playbook say. */
async function failed(workflowId: string): Promise<string[]> {
	const executions = await world.n8n.client.executions({ workflowId });
	const bad = ({ status }: RunResult) => !['success', 'waiting', 'running'].includes(status);
	return executions.filter(bad).map(({ error, status }) => error?.message ?? status);
}

/** Prints the requests that prove what a playbook did, as the simulator logged them. */
async function print(playbook: string, names: string[]): Promise<void> {
	const { requests } = await world.simulator.requests(marked.requests);
	const line = ({ n, method, path: to, body, status }: RequestEntry) =>
		`  ${n} ${method} ${to} ${body.length > 120 ? `${body.slice(0, 120)}…` : body} -> ${status}\n`;
	const proof = requests.filter(({ endpoint }) => names.includes(String(endpoint))).map(line);
	process.stderr.write(`${playbook}: request log\n${proof.join('')}`);
}

function readPlaybook(file: string): Workflow {
	const text = readFileSync(path.join(repositoryFolder, 'playbooks', file), 'utf8');
	return readWorkflow(JSON.parse(text));
}

/** Long enough for the triggers to poll once more and for the workflow behind them to run. */
async function nextPoll(): Promise<void> {
	await delay(6_000);
}

/** Whether `holds` says yes in time, looking twice a second. */
async function reached(holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<boolean> {
	for (const end = Date.now() + ms; Date.now() < end; await delay(500)) {
		if (await holds()) return true;
	}
	return false;
}
