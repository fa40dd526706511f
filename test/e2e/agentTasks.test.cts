/**
 * Ten tasks of an analyst in a security operations centre, each solved by an agent with our tools alone, in a real n8n.
 * The model is a script that knows only what the tools give back; what it answers is compared with what is really there.
 */
import { stopAll } from '@test/stopAll.cjs';
import { jsonOf } from '@host/runResult.cjs';

import { operationOf, toolOf } from './agentReady.cjs';
import {
	AgentWorld,
	call,
	outputOf,
	report,
	review,
	some,
	withTools,
	type Tool,
} from './agentWorld.cjs';
import { reached } from './playbookWorld.cjs';
import { tasksOf, type About } from './agentTaskList.cjs';
import { click } from './slackReviews.cjs';

let agents: AgentWorld;

beforeAll(async () => {
	agents = await AgentWorld.start({
		events: 40,
		users: 60,
		groups: 5,
		audits: 30,
		anomalies: 3,
		remediationDelay: 200,
		seed: 17,
	});
	await prepare();
}, 600_000);

afterAll(async () => await stopAll(agents), 120_000);

/** The tools of the analyst: they read, and Sync only rehearses. */
const tools: Tool[] = [
	toolOf(operationOf('Proofpoint', 'getAll'), 'Search events'),
	toolOf(operationOf('Proofpoint', 'get'), 'Get event'),
	toolOf(operationOf('UserMonitoring', 'getAll'), 'Check users'),
	toolOf(operationOf('Group', 'getAll', 'group'), 'List groups'),
	toolOf(operationOf('Group', 'getAll', 'member'), 'List members'),
	toolOf(operationOf('Audit', 'getAll'), 'Read audit trail'),
	toolOf(operationOf('Anomaly', 'getAll'), 'List anomalies'),
	toolOf(operationOf('Group', 'sync', 'member'), 'Rehearse sync', { options: { dryRun: true } }),
];

/** What the tasks are about. */
const about: About = {
	begin: new Date(Date.now() - 60_000).toISOString(),
	quarantined: '',
	link: '',
	sender: 'billing@evil.example',
	leaver: '',
	users: [],
};

async function prepare(): Promise<void> {
	about.users = await agents.monitored();
	const [one, other] = about.users;
	about.leaver = some(one).address;
	const inbound = (fields: object) => ({ inbound_email_details: fields });
	for (const confidence of ['VERY_HIGH', 'HIGH', 'LOW']) {
		await agents.create({ type: 'defender', fields: { defender_details: { confidence } } });
	}
	about.quarantined = await agents.create({
		type: 'defender',
		place: 'quarantined',
		fields: inbound({ recipients: { all: [some(one).address, some(other).address], count: 2 } }),
	});
	await agents.create({ type: 'defender', fields: inbound({ from: about.sender }) });
	const linked = await agents.create({ type: 'defender', fields: inbound({ from: about.sender }) });
	about.link = String((await agents.raw(linked)).portal_link);
	await agents.simulator.createAudits({
		count: 2,
		fields: { type: 'Permissions Granted', user: 'mallory@acme.example' },
	});
	await agents.simulator.createAnomalies({
		fields: { address: about.leaver, severity_label: 'very_high' },
	});
	await agents.create({
		type: 'architect',
		fields: { outbound_email_details: { from: about.leaver } },
	});
}

test('nine tasks with tools that only read: each answer is the truth, and nothing was changed', async () => {
	const all = await tasksOf(agents, about);
	for (const { question, turns } of all) agents.model.script(question, turns);
	const runs = await agents.n8n.executeMany(all.map(({ question }) => withTools(question, tools)));
	for (const [index, { question, truth }] of all.entries()) {
		const run = some(runs[index]);
		expect([question, run.error?.message]).toEqual([question, undefined]);
		const truly = await truth();
		expect(truly).not.toBe('');
		report(question, agents.last(question).results);
		process.stderr.write(`${question} ANSWER ${truly.slice(0, 200)}\n`);
		expect([question, jsonOf(run, 'Agent')]).toEqual([question, [{ output: truly }]]);
	}
	expect(await agents.remediations()).toEqual([]);
	expect((await agents.simulator.ledger()).groupWrites).toEqual([]);
}, 360_000);

test('the tenth: a false positive is released, by the playbook, after a person approved', async () => {
	const id = await agents.create({ type: 'defender', place: 'quarantined' });
	const why = 'The sender is a partner.';
	agents.model.script(id, [
		[call('Look_up_a_security_event', { event_id: id, created_after: about.begin })],
		(results) => [
			review(
				'Release_mail_from_quarantine',
				String(outputOf(results, 'Look_up_a_security_event')[0]?.id),
				why,
			),
		],
		'Verdict: harmless\nDone: the release was requested',
	]);
	await reached(() => agents.findReview(id) !== undefined);
	expect(await agents.remediations()).toEqual([]);
	await reached(async () => (await agents.waiting()).length === 1);
	await click(agents.reviewOf(id).buttons.Approve);
	await reached(() => agents.verdict(id) !== undefined);
	report('Task 10: release', agents.last(id).results);
	expect(await agents.remediations()).toEqual([
		`POST /api/v1/remediation/release_from_quarantine {"event_id":"${id}"} 200`,
	]);
	const places = async () => Object.values((await agents.simulator.mail(id)).places);
	await reached(async () => (await places()).every((place) => place === 'released'));
	expect(new Set(await places())).toEqual(new Set(['released']));
}, 240_000);
