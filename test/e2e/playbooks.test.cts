/**
 * Both playbooks, as users import them, in a real n8n against the simulator. What the simulator's
 * request log and the Slack edge saw is compared item by item with what had to happen.
 */
import { repositoryFolder } from '@host/places.cjs';
import type { SlackMessage } from '@host/slackEdge.cjs';
import { pollEveryTenSeconds, readWorkflow } from '@host/workflow.cjs';
import { eventSchema } from '@nodes/shared/api/contract';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents } from '@simulator/client.cjs';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { makeWorld, type World } from './setup.cjs';

const releaseId = 'safeMailRelease';
const guardianId = 'guardianAlert';
const triggerType = 'n8n-nodes-proofpoint.proofpointTrigger';
/** Given answers, because the simulator's own change with each update of an event. */
const safe = { defender_details: { users_responded: { safe: 4, malicious: 0 } } };
/** What a stranger may write into a subject to trick those who read the alert. */
const trickySubject = '<https://evil.example|Reset> <!channel> A & B';

const playbooks = ['auto-quarantine-release.json', 'guardian-slack-alert.json'].map(readPlaybook);
const folder = mkdtempSync(path.join(tmpdir(), 'proofpoint-playbooks-'));
const slackFile = path.join(folder, 'slack.jsonl');
let world: World;

/** Ids of the events by what has to happen to them; every test adds to these. */
const toRelease: string[] = [];
const gone: string[] = [];
const guardian: string[] = [];

beforeAll(async () => {
	world = await makeWorld(
		{ events: 60, remediationDelay: 300 },
		{
			preload: [path.join(__dirname, '../../host/slackEdge.cjs')],
			env: { SLACK_EDGE_FILE: slackFile },
		},
	);
	const { n8n } = world;
	await n8n.importCredentials([
		{
			id: 'slack-api',
			name: 'Slack account',
			type: 'slackApi',
			data: { accessToken: 'xoxb-test' },
		},
	]);
	// Users poll every minute; nothing else differs from what they import.
	await n8n.importWorkflows(
		playbooks.map((playbook) => pollEveryTenSeconds(playbook, triggerType)),
	);
	await n8n.start();
	await n8n.publish(releaseId);
	await n8n.publish(guardianId);
}, 180_000);

afterAll(async () => {
	await world?.stop();
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('the ids of the playbooks are short enough for n8n to keep what their triggers store', () => {
	// n8n drops the stored state of a workflow whose id has more than 21 characters (1.x: 16), without a word:
	// each restart would begin afresh.
	for (const { id = '' } of playbooks) expect(id).toMatch(/^[A-Za-z0-9]{1,16}$/);
});

test('events that come in while n8n polls: each is released or reported once', async () => {
	const { simulator } = world;
	const [undecided = ''] = await create({
		type: 'defender',
		releasable: true,
		fields: { defender_details: { users_responded: { safe: 1, malicious: 0 } } },
	});
	toRelease.push(
		...(await create({
			type: 'defender',
			releasable: true,
			fields: { ...safe, inbound_email_details: { subject: trickySubject }, portal_link: null },
		})),
	);
	gone.push(...(await create({ type: 'defender', releasable: true, place: 'released' })));
	// Unknown is not safe: neither of these may be released.
	await create({
		type: 'defender',
		releasable: true,
		fields: { defender_details: { users_responded: { malicious: null } } },
	});
	await create({ type: 'defender', releasable: true, fields: { defender_details: null } });
	guardian.push(
		...(await create({
			type: 'guardian',
			fields: { portal_link: null, outbound_email_details: null, guardian_details: null },
		})),
		...(await create({
			type: 'guardian',
			fields: { outbound_email_details: { subject: trickySubject } },
		})),
	);
	// Over more than two polls, so that some of these come in while a poll is at work.
	for (let round = 0; round < 8; round++) {
		toRelease.push(...(await create({ type: 'defender', releasable: true, fields: safe })));
		await create({ type: 'defender', releasable: false });
		await create({ type: 'architect' });
		guardian.push(...(await create({ type: 'guardian' })));
		await delay(3000);
	}
	// The second user answers: only now the event passes the condition.
	await simulator.updateEvents({
		ids: [undecided],
		fields: { defender_details: { users_responded: { safe: 2 } } },
	});
	toRelease.push(undecided);

	await expectOutcome();
}, 180_000);

test('a released event comes back updated and is not released again', async () => {
	const cameBack = async (): Promise<string[]> => await idsOn('Only once per event', 1);
	await reached(async () => new Set(await cameBack()).size >= toRelease.length);

	expect(new Set(await cameBack())).toEqual(new Set(toRelease));
	await expectOutcome();
}, 120_000);

test('n8n is restarted between two polls: no event twice, none missing', async () => {
	const { n8n } = world;
	await n8n.stop();
	toRelease.push(...(await create({ type: 'defender', releasable: true, fields: safe, count: 3 })));
	guardian.push(...(await create({ type: 'guardian', count: 3 })));
	await n8n.start();
	await n8n.waitForTriggers(releaseId);
	toRelease.push(...(await create({ type: 'defender', releasable: true, fields: safe })));
	guardian.push(...(await create({ type: 'guardian' })));

	await expectOutcome();
	// Two more polls: what comes twice would come now.
	await delay(21_000);
	await expectOutcome();
}, 180_000);

test('every execution of both playbooks succeeded', async () => {
	const executions = await world.n8n.client.executions();
	const failed = executions.filter(({ status }) => status !== 'success');
	expect(failed.map(({ error, status }) => error?.message ?? status)).toEqual([]);
	expect(executions.length).toBeGreaterThan(4);
});

/** Waits for everything that has to happen, then compares it with what both witnesses saw. */
async function expectOutcome(): Promise<void> {
	const count = toRelease.length + gone.length + guardian.length;
	// Without all of them after a minute, the comparison shows which are missing.
	await reached(() => slackMessages().length >= count);

	expect((await releaseRequests()).sort()).toEqual([...toRelease, ...gone].sort());
	const messages = slackMessages();
	expect(new Set(messages.map(({ channel }) => channel))).toEqual(new Set(['#security']));
	const wanted = await Promise.all([
		...toRelease.map(releasedMessage),
		...gone.map(notReleasedMessage),
		...guardian.map(guardianMessage),
	]);
	expect(messages.map(({ text }) => text).sort()).toEqual(wanted.sort());
}

/** The message that tells of a release, from the simulator's own records. */
async function releasedMessage(id: string): Promise<string> {
	const { defender_details: defender } = await looseEvent(id);
	const { remediations } = await world.simulator.ledger();
	const done = remediations.find(({ event_id }) => event_id === id);
	return await message(id, ':white_check_mark: *Released from quarantine*', [
		...(await inboundLines(id)),
		`*Why:* ${defender?.users_responded?.safe} users marked it safe, none malicious; confidence LOW; DMARC PASSED`,
		`*Done:* queued for ${done?.succeeded} of ${done?.attempted} recipients`,
	]);
}

/** The message of the error branch. */
async function notReleasedMessage(id: string): Promise<string> {
	const { remediations } = await world.simulator.ledger();
	const tried = remediations.find(({ event_id }) => event_id === id)?.attempted ?? 0;
	const text = await message(id, ':x: *Not released: please have a look*', [
		...(await inboundLines(id)),
		`*What failed:* The action failed for ${tried} of ${tried} recipients of the event ${id}: EMAIL_NOT_FOUND_IN_QUARANTINE`,
	]);
	const found = slackMessages().find(
		(sent) => sent.text.includes('Not released') && sent.text.includes(id),
	);
	// What follows Proofpoint's word is advice; its wording is no part of this test.
	const [, advice = ''] = /EMAIL_NOT_FOUND_IN_QUARANTINE(.*)\n/.exec(found?.text ?? '') ?? [];
	return text.replace('EMAIL_NOT_FOUND_IN_QUARANTINE', `EMAIL_NOT_FOUND_IN_QUARANTINE${advice}`);
}

/** The alert for a Guardian event. */
async function guardianMessage(id: string): Promise<string> {
	const { guardian_details: guard, outbound_email_details: mail } = await looseEvent(id);
	const kinds: Record<string, string> = {
		MISDIRECTED_EMAIL: 'misdirected e-mail',
		MISATTACHED_FILE: 'misattached file',
	};
	const outcomes: Record<string, string> = {
		NOT_SENT: 'not sent',
		SENT_WITH_CHANGES: 'sent with changes',
		SENT_WITHOUT_CHANGES: 'sent as it was',
	};
	const reasons = [
		guard?.flag_reason ?? '',
		...(guard?.triggered_filter_names ?? []),
		...(guard?.misattached_file_reasons ?? []),
	].filter((reason) => reason !== '');
	const wrong = [...(guard?.anomalous_recipients ?? []), ...(guard?.anomalous_attachments ?? [])];
	return await message(
		id,
		`:rotating_light: *Guardian: ${kinds[guard?.type ?? ''] ?? 'unknown finding'}*`,
		[
			`*Sender:* ${mail?.from ?? 'unknown'}`,
			`*To:* ${mail?.recipients?.all.join(', ') ?? 'unknown'}`,
			`*Subject:* ${mail?.subject ?? '(none)'}`,
			`*Why:* ${reasons.join('; ') || 'Proofpoint gave no reason'}`,
			`*Looks wrong:* ${wrong.join(', ') || 'nothing named'}`,
			`*Outcome:* ${outcomes[guard?.final_outcome ?? ''] ?? 'not known yet'}`,
		],
	);
}

async function inboundLines(id: string): Promise<string[]> {
	const { inbound_email_details: mail } = await looseEvent(id);
	return [
		`*Subject:* ${mail?.subject ?? '(none)'}`,
		`*From:* ${mail?.from ?? 'unknown'}`,
		`*To:* ${mail?.recipients?.all.join(', ') || 'unknown'}`,
	];
}

/** What arrives at Slack: harmless text, and one link that is ours. */
async function message(id: string, title: string, lines: string[]): Promise<string> {
	const { portal_link: link } = await looseEvent(id);
	const text = [title, ...lines, `*Event:* ${id}`]
		.join('\n')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('://', '[:]//');
	return `${text}\n${link ? `<${link}|Open in the Proofpoint portal>` : '(Proofpoint gave no portal link)'}`;
}

const looseEventSchema = z.object({
	portal_link: z.string().nullable(),
	inbound_email_details: eventSchema.shape.inbound_email_details.nullable(),
	outbound_email_details: eventSchema.shape.outbound_email_details.nullable(),
	guardian_details: eventSchema.shape.guardian_details.nullable(),
	defender_details: eventSchema.shape.defender_details.nullable(),
});

/** The newest version of an event; these tests also make events whose details are missing. */
async function looseEvent(id: string): Promise<z.infer<typeof looseEventSchema>> {
	return looseEventSchema.parse(await world.simulator.event(id));
}

/** Event ids of all release requests, in the order in which they arrived. */
async function releaseRequests(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.releaseFromQuarantine.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

/** Event ids that a node of the release playbook put on one of its outputs, all executions together. */
async function idsOn(node: string, output: number): Promise<string[]> {
	const executions = await world.n8n.client.executions({ workflowId: releaseId });
	return executions.flatMap((execution) =>
		(execution.nodes[node] ?? []).flatMap(({ outputs }) =>
			(outputs[output] ?? []).map(({ json }) => String(json.id)),
		),
	);
}

async function create(events: NewEvents): Promise<string[]> {
	return (await world.simulator.createEvents(events)).map(({ id }) => id);
}

/** The messages that have reached the Slack edge so far, oldest first. */
function slackMessages(): SlackMessage[] {
	if (!existsSync(slackFile)) return [];
	const lines = readFileSync(slackFile, 'utf8').split('\n');
	// The last piece is empty, or a line that is being written.
	lines.pop();
	return lines.map((line) => slackMessageSchema.parse(JSON.parse(line)));
}

const slackMessageSchema: z.ZodType<SlackMessage> = z.object({
	at: z.string(),
	ts: z.string(),
	method: z.string(),
	channel: z.string(),
	text: z.string(),
	body: z.record(z.string(), z.unknown()),
});

function readPlaybook(file: string) {
	const text = readFileSync(path.join(repositoryFolder, 'playbooks', file), 'utf8');
	return readWorkflow(JSON.parse(text));
}

/** Whether `holds` says yes within a minute, looking twice a second. */
async function reached(holds: () => boolean | Promise<boolean>): Promise<boolean> {
	for (const end = Date.now() + 60_000; Date.now() < end; await delay(500)) {
		if (await holds()) return true;
	}
	return false;
}
