/**
 * The playbook "Teams alert on Guardian and Defender events", as users import it, in a real n8n with n8n's own Microsoft
 * Teams node. What reached Teams is compared with the simulator's events.
 */
import { stopAll } from '@test/stopAll.cjs';
import type { TeamsMessage } from '@host/teamsEdge.cjs';
import { startSimulator } from '@simulator/client.cjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import { failed, idle, nextPoll, pollOften, reached, withNodes } from './playbookWorld.cjs';
import { makeWorld, type World } from './setup.cjs';
import { idIn, linesOf, readTeamsMessages } from './teamsMessages.cjs';

const id = 'teamsAlerts';
const team = '61165b04-e4cc-4026-b43f-926b4e2a7182';
const teamsToken = 'teams-access-token';
const channel = '19:security@thread.tacv2';
const portal = 'https://acme.tessian-platform.com';
const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-teams-'));
const teamsFile = path.join(folder, 'teams.jsonl');
const refusing = `${teamsFile}.refuse`;
const idAs = (mode: string, value: string) => ({ __rl: true, mode, value });

let world: World;

/** What a user selects: team and channel. A test does not want to wait a minute for a poll, nor long for a retry. */
const playbook = withNodes(pollOften(readPlaybook('teams-alerts.json')), (node) =>
	node.name !== 'Tell the channel'
		? node
		: {
				...node,
				waitBetweenTries: 100,
				parameters: {
					...node.parameters,
					teamId: idAs('id', team),
					channelId: idAs('id', channel),
				},
			},
);

beforeAll(async () => {
	world = await makeWorld(
		{ events: 30, seed: 8, portal },
		{
			preload: [path.join(__dirname, '../../host/teamsEdge.cjs')],
			env: { TEAMS_EDGE_FILE: teamsFile, TEAMS_EDGE_TOKEN: teamsToken },
		},
	);
	await world.n8n.importCredentials([
		{
			id: 'microsoft-teams',
			name: 'Microsoft Teams account',
			type: 'microsoftTeamsOAuth2Api',
			data: {
				clientId: 'client',
				clientSecret: 'secret',
				oauthTokenData: { access_token: teamsToken, token_type: 'Bearer' },
			},
		},
	]);
	await world.n8n.start({ timeoutMs: 300_000 });
	await world.n8n.importWorkflows([{ ...playbook, id }]);
	await world.n8n.publish(id);
}, 600_000);

afterAll(async () => {
	await stopAll(world);
	rmSync(folder, { recursive: true, force: true });
}, 480_000);

test('each new Guardian event and each sure Defender event is told once, nothing else is', async () => {
	const { simulator } = world;
	const guardian = await simulator.createEvents({
		type: 'guardian',
		count: 2,
		fields: {
			outbound_email_details: {
				subject: 'Q3 plan',
				from: 'anna.b@example.com',
				recipients: { all: ['x@gmail.com', null, 'y@example.com'] },
				final_outcome: 'NOT_SENT',
			},
			guardian_details: {
				type: 'MISDIRECTED_EMAIL',
				final_outcome: null,
				flag_reason: 'New address',
			},
		},
	});
	const sure = await simulator.createEvents({
		type: 'defender',
		fields: {
			inbound_email_details: { subject: 'Invoice 12' },
			defender_details: {
				confidence: 'VERY_HIGH',
				threat_types: ['BRAND_IMPERSONATION', 'NEW_KIND'],
				threat_signal_types: ['PHISHING_SIMULATION'],
				users_responded: { malicious: 2, safe: 0, unsure: 0, deleted: 0 },
			},
		},
	});
	const quiet = [
		...(await simulator.createEvents({
			type: 'defender',
			fields: { defender_details: { confidence: 'LOW' } },
		})),
		...(await simulator.createEvents({ type: 'architect' })),
	];
	await toldOf([...guardian, ...sure]);
	await simulator.updateEvents({ ids: [...guardian, ...sure].map((event) => event.id) });
	await nextPoll(world);
	await nextPoll(world);
	const messages = read();
	expect(messages.map(({ team: to }) => to)).toEqual([team, team, team]);
	expect(messages.every((message) => message.channel === channel)).toBe(true);
	expect(messages.every(({ contentType }) => contentType === 'html')).toBe(true);
	const [first] = guardian;
	const lines = linesOf(about(first?.id));
	expect(lines.slice(0, 4)).toEqual([
		'<b>Guardian: misdirected email</b>',
		'<b>Sender:</b> anna.b@example[.]com',
		'<b>To:</b> x@gmail[.]com, y@example[.]com',
		'<b>Subject:</b> Q3 plan',
	]);
	expect(lines[4]).toMatch(/^<b>Why:<\/b> New address/);
	expect(lines.slice(7, 9)).toEqual(['<b>Outcome:</b> not sent', `<b>Event:</b> ${first?.id}`]);
	expect(lines.at(-1)).toMatch(
		/^<a href="https:\/\/acme\.tessian-platform\.com\/[^"<>]+">Open in the Proofpoint portal<\/a>$/,
	);
	expect(linesOf(about(sure[0]?.id))).toEqual(
		expect.arrayContaining([
			'<b>Defender (awareness campaign): brand impersonation, new kind</b>',
			'<b>Subject:</b> Invoice 12',
			'<b>Confidence:</b> VERY_HIGH',
			'<b>Users said:</b> malicious 2',
		]),
	);
	for (const event of quiet)
		expect(read().some(({ content }) => content.includes(event.id))).toBe(false);
	expect(await failed(world, id)).toEqual([]);
}, 600_000);

test('fields that Proofpoint left empty are unknown, not an error; 500 recipients are counted', async () => {
	const empty = await world.simulator.createEvents({
		type: 'guardian',
		fields: { portal_link: null, outbound_email_details: null, guardian_details: null },
	});
	const all = Array.from({ length: 500 }, (_, index) => `user${index}@example.com`);
	const many = await world.simulator.createEvents({
		type: 'guardian',
		fields: { outbound_email_details: { recipients: { all } } },
	});
	await toldOf([...empty, ...many]);
	expect(linesOf(about(empty[0]?.id))).toEqual([
		'<b>Guardian: unknown finding</b>',
		'<b>Sender:</b> unknown',
		'<b>To:</b> unknown',
		'<b>Subject:</b> (none)',
		'<b>Why:</b> Proofpoint gave no reason',
		'<b>Unusual recipients:</b> none named',
		'<b>Unusual attachments:</b> none named',
		'<b>Outcome:</b> not known yet',
		`<b>Event:</b> ${empty[0]?.id}`,
		'(Proofpoint gave no link)',
	]);
	expect(about(many[0]?.id)).toMatch(/and 4\d\d more/);
	expect(await failed(world, id)).toEqual([]);
}, 480_000);

test('forty hostile texts: none forges a line, a mention, a link or markup, none is too long', async () => {
	const events = [];
	for (const [, text] of hostileTexts) {
		events.push(
			...(await world.simulator.createEvents({
				type: 'guardian',
				fields: {
					portal_link: text,
					outbound_email_details: { subject: text, from: text, recipients: { all: [text, text] } },
					guardian_details: { flag_reason: text, anomalous_attachments: [text] },
				},
			})),
		);
	}
	await toldOf(events);
	for (const [index, [what]] of hostileTexts.entries()) {
		const content = about(events[index]?.id);
		const tags = [...content.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
		expect([what, tags.filter((tag) => !['<b>', '</b>', '<br>'].includes(tag))]).toEqual([
			what,
			[],
		]);
		expect([what, tags.filter((tag) => tag === '<br>')]).toEqual([what, Array(9).fill('<br>')]);
		const shown = content.replace(/<[^>]*>/g, '').replaceAll(/&#\d+;/g, '');
		expect([what, damages(shown, { lines: 1, length: 2400 })]).toEqual([what, []]);
		expect(content).toContain(`<b>Event:</b> ${events[index]?.id}`);
	}
}, 480_000);

test('a message that Teams refuses stops no other and repeats none; the execution fails and says so', async () => {
	writeFileSync(refusing, 'poison');
	const before = read().length;
	const subjects = ['first', 'poison', 'third'];
	const events = [];
	for (const subject of subjects) {
		events.push(
			...(await world.simulator.createEvents({
				type: 'guardian',
				fields: { outbound_email_details: { subject } },
			})),
		);
	}
	expect(await reached(async () => (await failed(world, id)).length > 0)).toBe(true);
	await toldOf([events[0], events[2]].flatMap((event) => event ?? []));
	const sent = read()
		.slice(before)
		.map(({ content, taken }) => `${/Subject:<\/b> (\w+)/.exec(content)?.[1]} ${taken}`);
	expect(sent.filter((line) => line.endsWith('true'))).toEqual(['first true', 'third true']);
	expect(sent.filter((line) => line.endsWith('false'))).toEqual(Array(3).fill('poison false'));
	expect(await failed(world, id)).toEqual([
		expect.stringMatching(/^1 of the messages could not be sent to Microsoft Teams: .*Forbidden/),
	]);
	rmSync(refusing);
}, 600_000);

test('while n8n is down events happen: after the restart each is told once', async () => {
	await idle(world.n8n);
	await world.n8n.stop();
	const events = await world.simulator.createEvents({ type: 'guardian', count: 3 });
	await world.n8n.start({ timeoutMs: 300_000 });
	await toldOf(events);
	await nextPoll(world);
	const ids = read().flatMap(({ content, taken }) => (taken ? [idIn(content)] : []));
	expect(new Set(ids).size).toBe(ids.length);
}, 480_000);

test('a copy for another portal tells of its events, also if they have the IDs of the first', async () => {
	// The same seed: the same IDs.
	const other = await startSimulator({ events: 30, seed: 8, portal });
	try {
		const credential = { id: 'proofpoint-other', name: 'Proofpoint API of the other portal' };
		await world.n8n.importCredentials([
			{
				...credential,
				type: 'proofpointApi',
				data: { portalUrl: other.url, apiToken: other.token, allowCustomHost: true },
			},
		]);
		const copy = withNodes(playbook, (node) =>
			node.credentials?.proofpointApi === undefined
				? node
				: { ...node, credentials: { proofpointApi: credential } },
		);
		await world.n8n.importWorkflows([{ ...copy, id: 'teamsOther' }]);
		await world.n8n.publish('teamsOther');
		await world.n8n.waitForTriggers('teamsOther');
		const before = read().length;
		const [event] = await other.createEvents({ type: 'guardian' });
		await reached(() => read().length > before);
		await nextPoll(world);
		const told = read().slice(before);
		expect(told.map(({ content }) => idIn(content))).toEqual([event?.id]);
		expect(
			read().filter(({ content, taken }) => taken && idIn(content) === event?.id),
		).toHaveLength(2);
	} finally {
		await other.stop();
	}
}, 240_000);

/** What reached Teams so far. */
function read(): TeamsMessage[] {
	return readTeamsMessages(teamsFile);
}

/** The one message about an event. */
function about(event: string | undefined): string {
	const found = read().filter(({ content, taken }) => taken && idIn(content) === event);
	expect(found).toHaveLength(1);
	return found[0]?.content ?? '';
}

/** Waits until each of these was told. */
async function toldOf(events: ReadonlyArray<{ id: string }>): Promise<void> {
	const open = () => {
		const told = new Set(read().flatMap(({ content, taken }) => (taken ? [idIn(content)] : [])));
		return events.filter((event) => !told.has(event.id)).map((event) => event.id);
	};
	await reached(() => open().length === 0, 150_000);
	expect(open()).toEqual([]);
}
