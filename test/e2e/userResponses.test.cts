/**
 * The playbook for mail that users call malicious, as users import it, in one real n8n against two portals: approved by
 * links, by clicks that Slack signs, and as a dry run. What the simulators and the Slack edge saw is compared with what had
 * to happen.
 */
import type { Workflow } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import { startSimulator, type NewEvents, type Simulator } from '@simulator/client.cjs';
import { rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import { damages, hostileTexts } from '../hostileTexts.cjs';
import {
	failed,
	impatient,
	makePlaybookWorld,
	nextPoll,
	pollOften,
	reached,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import { manual, proofpointApi } from './setup.cjs';
import { clickInSlack, questionsIn, type Question } from './slackQuestions.cjs';
import { click } from './slackReviews.cjs';

/** Answers with the links of the question, in the first portal. */
const links = { id: 'saidLinks', channel: '#security' };
/** Checks who clicked, in the second portal; one deletion an hour. */
const checked = { id: 'saidChecked', channel: '#soc-alerts' };
/** As imported, in the second portal. */
const dry = { id: 'saidMalicious', channel: '#general' };
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const anna = { id: 'U012AB3CD', name: 'anna' };
const ben = { id: 'U045EF6GH', name: 'ben' };
const mallory = { id: 'U0MALLORY1', name: 'mallory' };
const otherPortal = { id: 'other-portal', name: 'Other portal' };

let world: PlaybookWorld;
let other: Simulator;

beforeAll(async () => {
	other = await startSimulator({ events: 10, seed: 7, remediationDelay: 300 });
	world = await makePlaybookWorld(
		[{ ...readPlaybook('record-action.json'), id: 'recordAction' }],
		{ events: 10, remediationDelay: 300 },
	);
	const data = { portalUrl: other.url, apiToken: other.token, allowCustomHost: true };
	const slack = { accessToken: 'xoxb-test', signatureSecret: secret };
	await world.n8n.importCredentials([
		{ ...otherPortal, type: 'proofpointApi', data },
		{ id: 'slack-api', name: 'Slack account', type: 'slackApi', data: slack },
	]);
	const playbook = readPlaybook('users-said-malicious.json');
	const acting = withSettings(playbook, { dryRun: false, traceWorkflow: 'recordAction' });
	const approvers = `${anna.id}, ${ben.id}`;
	await world.n8n.importWorkflows([
		copy(acting, links, proofpointApi),
		copy(withSettings(acting, { approvers, maxPerHour: 1 }), checked, otherPortal),
		copy(playbook, dry, otherPortal),
	]);
	for (const { id } of [links, checked, dry]) await world.n8n.publish(id);
}, 300_000);

afterAll(async () => {
	await world?.stop();
	await other?.stop();
}, 60_000);

test('it asks once about each mail that enough users call malicious, and about no other', async () => {
	const answers = (malicious: number, safe = 0, users = 1) => ({
		users_responded: { malicious, safe, unsure: 0, deleted: 0 },
		number_protected_users: users,
	});
	const yes: string[] = [];
	for (const details of [answers(1), answers(1, 0, 2), { ...answers(1), admin_label: 'SAFE' }]) {
		yes.push(await create(world.simulator, details));
	}
	await create(world.simulator, answers(0));
	await create(world.simulator, answers(1, 0, 3));
	await create(world.simulator, answers(2, 1, 3));
	await create(world.simulator, { ...answers(1), number_protected_users: null });
	await create(world.simulator, { users_responded: { malicious: 1 }, number_protected_users: 1 });
	await create(world.simulator, { ...answers(1), threat_signal_types: ['PHISHING_SIMULATION'] });
	await create(world.simulator, { ...answers(1), threat_signal_types: null });
	await create(world.simulator, answers(1), { place: 'quarantined' });
	await create(world.simulator, answers(1), { place: 'deleted' });
	await create(world.simulator, answers(1), { place: 'deletion_pending' });
	await world.simulator.createEvents({ type: 'guardian', count: 2 });
	await reached(() => asked(links).length >= yes.length);
	await world.simulator.updateEvents({ ids: yes });
	await nextPoll();

	expect(asked(links).map(eventOf).sort()).toEqual([...yes].sort());
	const { text } = question(links, yes[2]);
	expect(text).toContain(
		'*Users said:* malicious 1, safe 0, unsure 0, deleted 0, of 1 protected users\n',
	);
	expect(text).toContain('*Label of an administrator:* SAFE\n');
	expect(text).toContain('Whoever has these links can answer. n8n does not learn who it was.');
	expect(await deletions(world.simulator)).toEqual([]);
}, 120_000);

test('approved: deleted once, confirmed by the event, recorded; declined: nothing', async () => {
	const [first, second] = asked(links).map(eventOf);
	await press(first, 'Delete it');
	await press(second, 'Leave it');
	await reached(() => told(links, first).length > 0 && told(links, second).length > 0);
	await press(first, 'Delete it');
	await world.simulator.updateEvents({ ids: [first, second] });
	await nextPoll();

	expect(await deletions(world.simulator)).toEqual([first]);
	expect(told(links, first)).toEqual([expect.stringContaining('*Deleted from inboxes*\n')]);
	expect(told(links, first)[0]).toMatch(/\*Now:\* deleted \d+, not deleted 0 \(confirmed\)\n/);
	expect(told(links, second)).toEqual([expect.stringContaining('*Answer:* declined\n')]);
	const places = Object.values((await world.simulator.mail(first)).places);
	expect(new Set(places.map((place) => JSON.stringify(place)))).toEqual(new Set([...places.slice(0, 1)].map((place) => JSON.stringify(place))));
	expect(JSON.stringify(places)).toContain('deleted');
	expect(rowsOf(first)).toEqual([
		expect.objectContaining({
			portal: links.id,
			what: 'delete from inboxes',
			approved_by: 'not known: whoever has the link',
			outcome: 'queued',
			confirmation: 'confirmed',
		}),
	]);
	expect(rowsOf(second)).toEqual([expect.objectContaining({ outcome: 'not done: declined' })]);
	expect(asked(links)).toHaveLength(3);
}, 120_000);

test('somebody says safe while the question waits: approved, and still not deleted', async () => {
	const id = eventOf(asked(links)[2]);
	await world.simulator.updateEvents({
		ids: [id],
		fields: { defender_details: { users_responded: { safe: 1 } } },
	});
	await press(id, 'Delete it');
	await reached(() => told(links, id).length > 0);
	expect(told(links, id)).toEqual([
		expect.stringContaining('*Answer:* approved, but the event changed\n'),
	]);
	expect(told(links, id)[0]).toContain('*Users said:* malicious 1, safe 1, ');
	expect(rowsOf(id)).toHaveLength(1);
	expect(await deletions(world.simulator)).not.toContain(id);
}, 60_000);

test('Slack tells who clicked: a wrong signature, an old one, a stranger release nothing; an approver does', async () => {
	// The same event in both portals: what one copy remembers is not the other's.
	const [shared = ''] = asked(links).map(eventOf);
	const record = { ...(await world.simulator.event(shared)), id: shared };
	const details = { users_responded: { malicious: 1, safe: 0, unsure: 0, deleted: 0 } };
	await other.load([record]);
	await other.placeMail({ id: shared, place: 'inbox' });
	await other.updateEvents({ ids: [shared], fields: { defender_details: details } });
	await reached(() => asked(checked).length > 0 && asked(dry).length > 0);
	const open = question(checked, shared);
	expect(open.text).toContain('Only the approvers named in Settings can answer.');
	expect(Object.values(open.buttons).map(({ url }) => url)).toEqual([undefined, undefined]);
	const send = (options: Parameters<typeof clickInSlack>[3]) =>
		clickInSlack(world.n8n.url, open, 'Delete it', options);
	const declineValue = open.buttons['Leave it']?.value ?? '';
	const forged = declineValue.replace('|d|', '|a|');
	expect(await send({ user: anna })).toBe(401);
	expect(await send({ user: anna, secret: 'another secret' })).toBe(401);
	expect(await send({ user: anna, secret, age: 600 })).toBe(401);
	expect(await send({ user: anna, secret, value: forged })).toBe(404);
	expect(await send({ user: mallory, secret })).toBe(200);
	await reached(() => privately().length > 0);
	expect(privately()).toEqual([
		expect.objectContaining({ user: mallory.id, text: expect.stringContaining('not authorized') }),
	]);
	// Without Slack: the address that the links of other questions have, guessed.
	const [, execution = ''] = declineValue.split('|');
	const guessed = `${world.n8n.url}/webhook-waiting/${execution}/said-ask?approved=true`;
	expect(await click(guessed)).not.toContain('approved');
	await nextPoll();
	expect(await deletions(other)).toEqual([]);
	expect(told(checked, shared)).toEqual([]);

	expect(await send({ user: anna, secret })).toBe(200);
	await reached(() => told(checked, shared).length > 0);
	expect(await deletions(other)).toEqual([shared]);
	expect(told(checked, shared)[0]).toContain(`*Approved by:* ${anna.name} ${anna.id}\n`);
	expect(rowsOf(shared, checked.id)).toEqual([
		expect.objectContaining({ approved_by: `${anna.name} ${anna.id}`, confirmation: 'confirmed' }),
	]);
	expect(JSON.stringify(world.slack().find(({ method }) => method === 'response_url'))).toContain(
		`*Approved* by <@${anna.id}>`,
	);
	expect([409, 404]).toContain(await send({ user: ben, secret }));
}, 120_000);

test('the cap of one an hour: the second approval is reported, and nothing is deleted; a dry run neither', async () => {
	const id = await create(other, {});
	await reached(() => asked(checked).length > 1 && asked(dry).length > 1);
	await clickInSlack(world.n8n.url, question(checked, id), 'Delete it', { user: ben, secret });
	await press(id, 'Delete it', dry);
	await reached(() => told(checked, id).length > 0 && told(dry, id).length > 0);
	expect(told(checked, id)[0]).toContain('*Done:* nothing; more than maxPerHour (1) in an hour\n');
	expect(told(dry, id)[0]).toContain('*Dry run: this mail would have been deleted*\n');
	expect(told(dry, id)[0]).toContain('No trace is kept');
	expect(question(dry, id).text).toContain('*Dry run. Users say this mail is malicious');
	expect(rowsOf(id)).toEqual([
		expect.objectContaining({ portal: checked.id, approved_by: `${ben.name} ${ben.id}` }),
	]);
	expect(await deletions(other)).toHaveLength(1);
}, 90_000);

test('the switch: approved and not deleted; turned off, the next change deletes without another question', async () => {
	const id = await create(world.simulator, {});
	await reached(() => asked(links).length > 3);
	await setSwitch('on');
	await press(id, 'Delete it');
	await reached(() => told(links, id).length > 0);
	expect(told(links, id)[0]).toContain('nothing; stopped: stopAll is on');
	expect(await deletions(world.simulator)).toHaveLength(1);
	await setSwitch('off');
	await world.simulator.updateEvents({ ids: [id] });
	await reached(() => told(links, id).length > 1);
	expect(told(links, id)[1]).toContain('*Approved by:* approved before\n');
	expect(await deletions(world.simulator)).toHaveLength(2);
	expect(asked(links)).toHaveLength(4);
}, 90_000);

test('Proofpoint fails: the channel is told, and it is not tried again; Slack refuses: the next change asks', async () => {
	const id = await create(world.simulator, {});
	await reached(() => asked(links).length > 4);
	await world.simulator.addFaults({
		endpoint: 'deleteFromInbox',
		times: 0,
		action: { kind: 'status', status: 500 },
	});
	await press(id, 'Delete it');
	await reached(() => told(links, id).length > 0);
	await world.simulator.clearFaults();
	expect(told(links, id)[0]).toContain('The deletion failed, or its outcome is not known');
	expect(told(links, id)[0]).toContain('*What failed:* ');
	expect(rowsOf(id)[0]?.outcome).toMatch(/^failed or not known: .*500/);
	const sent = (await deletions(world.simulator)).length;
	writeFileSync(`${world.slackFile}.refuse`, '');
	const unheard = await create(world.simulator, {});
	await reached(async () => (await failed(world, links.id)).length > 0);
	rmSync(`${world.slackFile}.refuse`);
	expect(await failed(world, links.id)).toEqual([
		expect.stringMatching(/Slack could not be asked .*channel_not_found.*Nothing was deleted/),
	]);
	await world.simulator.updateEvents({ ids: [id, unheard] });
	await reached(() => asked(links).length > 5);
	expect(asked(links).map(eventOf).slice(5)).toEqual([unheard]);
	expect(await deletions(world.simulator)).toHaveLength(sent);
}, 120_000);

test('n8n is restarted while a question waits; forty hostile texts pass unharmed', async () => {
	const [waiting = ''] = asked(links).map(eventOf).slice(5);
	const ids: string[] = [];
	for (const [, text] of hostileTexts) {
		const recipients = { to: [text], cc: [], bcc: [], all: [text], count: 1 };
		const mail = { from: text, subject: text, recipients };
		ids.push(await create(world.simulator, { admin_label: text }, {}, mail));
	}
	await reached(() => asked(links).length >= 6 + ids.length, 120_000);
	await world.n8n.restart();
	await world.n8n.waitForTriggers(links.id);
	await press(waiting, 'Delete it');
	for (const id of ids) await press(id, 'Leave it');
	await reached(() => [waiting, ...ids].every((id) => told(links, id).length > 0), 120_000);
	expect((await deletions(world.simulator)).filter((id) => id === waiting)).toEqual([waiting]);
	const shown = ids.flatMap((id) => [
		{ text: question(links, id).text, lines: 15 },
		...told(links, id).map((text) => ({ text, lines: 9 })),
	]);
	expect(shown).toHaveLength(2 * ids.length);
	const bad = shown.flatMap(({ text, lines }) => {
		const reason = damages(text, { lines, length: 2500 });
		return reason.length === 0 ? [] : [{ reason, text }];
	});
	expect(bad).toEqual([]);
	for (const { id } of [checked, dry]) expect(await failed(world, id)).toEqual([]);
	expect(await failed(world, links.id)).toHaveLength(1);
}, 300_000);

/** A copy of the playbook as a user sets it up: its portal, its channel. */
function copy(
	workflow: Workflow,
	{ id, channel }: { id: string; channel: string },
	portal: { id: string; name: string },
): Workflow & { id: string } {
	const own = withNodes(pollOften(workflow), (node) => {
		const { parameters = {}, credentials } = node;
		const where = 'channelId' in parameters && {
			channelId: { __rl: true, mode: 'name', value: channel },
		};
		const at = credentials?.proofpointApi && { credentials: { proofpointApi: portal } };
		return impatient({ ...node, ...at, parameters: { ...parameters, ...where } });
	});
	return { ...own, id };
}

/** Creates an event whose one protected user said malicious; returns its ID. */
async function create(
	simulator: Simulator,
	details: Record<string, unknown>,
	more: NewEvents = {},
	mail: Record<string, unknown> = {},
): Promise<string> {
	const fields = {
		portal_link: null,
		inbound_email_details: mail,
		defender_details: {
			threat_signal_types: ['SUSPICIOUS_INTENT'],
			users_responded: { malicious: 1, safe: 0, unsure: 0, deleted: 0 },
			number_protected_users: 1,
			admin_label: null,
			...details,
		},
	};
	const [event] = await simulator.createEvents({
		type: 'defender',
		releasable: false,
		place: 'inbox',
		...more,
		fields,
	});
	return event?.id ?? '';
}

function asked({ channel }: { channel: string }): Question[] {
	return questionsIn(world.slack()).filter((one) => one.channel === channel);
}

function eventOf(one: Question | undefined): string {
	return /\*Event:\* (\S+)/.exec(one?.text ?? '')?.[1] ?? '';
}

function question(where: { channel: string }, id = ''): Question {
	const [found, second] = asked(where).filter((one) => eventOf(one) === id);
	if (found === undefined || second !== undefined) throw new Error(`Not one question about ${id}`);
	return found;
}

/** Follows a button of a question as a browser does. */
async function press(id: string, label: string, where = links): Promise<void> {
	await click(question(where, id).buttons[label]?.url);
}

/** What the channel was told of an event, apart from the question. */
function told({ channel }: { channel: string }, id: string): string[] {
	return world
		.slack()
		.filter(({ body, ...message }) => message.channel === channel && body.blocks === undefined)
		.map(({ text }) => text)
		.filter((text) => text.includes(`\n*Event:* ${id}`));
}

/** Messages that one person alone sees. */
function privately() {
	return world.slack().flatMap(({ method, body }) => (method === 'chat.postEphemeral' ? [body] : []));
}

/** Event IDs of the deletions that a portal was asked for. */
async function deletions(simulator: Simulator): Promise<string[]> {
	const { requests } = await simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.deleteFromInbox.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

/** The trace of an event. */
function rowsOf(event: string, portal = '%') {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint actions');
	const name = `"data_table_user_${String(table?.id)}"`;
	return world.n8n.query(`SELECT * FROM ${name} WHERE event = ? AND portal LIKE ?`, event, portal);
}

/** Turns the switch as a person does in n8n's data tables. */
async function setSwitch(value: string): Promise<void> {
	const upsert = {
		name: 'Turn it',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			operation: 'upsert',
			dataTableId: { __rl: true, mode: 'name', value: 'Proofpoint switches' },
			matchType: 'allConditions',
			filters: { conditions: [{ keyName: 'name', condition: 'eq', keyValue: 'stopAll' }] },
			columns: { mappingMode: 'defineBelow', value: { name: 'stopAll', value } },
		},
	};
	const [run] = await world.n8n.executeMany([manual(`turn-${value}`, upsert)]);
	expect(run?.error?.message).toBeUndefined();
}
