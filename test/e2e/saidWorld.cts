/** The playbook for mail that users call malicious, three times in one n8n, on two portals; and what each channel saw. */
import { stopAll } from '@test/stopAll.cjs';
import type { Workflow } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import { startSimulator, type NewEvents, type Simulator } from '@simulator/client.cjs';
import { z } from 'zod';

import { readPlaybook, withSettings } from '../../scripts/demo/playbooks.cjs';
import {
	impatient,
	makePlaybookWorld,
	pollOften,
	reached,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import { proofpointApi } from './setup.cjs';
import { questionsIn, type Question } from './slackQuestions.cjs';
import { click } from './slackReviews.cjs';

/** One copy of the playbook: its ID, and the channel that it asks and tells. */
export interface Copy {
	id: string;
	channel: string;
}

/** Answers with the links of the question, in the first portal. */
export const links: Copy = { id: 'saidLinks', channel: '#security' };
/** Checks who clicked, in the second portal; one deletion an hour. */
export const checked: Copy = { id: 'saidChecked', channel: '#soc-alerts' };
/** As imported, in the second portal. */
export const dry: Copy = { id: 'saidMalicious', channel: '#general' };
/** Asks although somebody said safe, in the first portal beside `links`; not published at first. */
export const disputed: Copy = { id: 'saidDisputed', channel: '#disputes' };
/** The subject of mails whose question is over after three seconds in that copy, in place of twelve hours. */
export const nobodyAnswers = 'Nobody answers';

/** The signing secret of the Slack app, and those who may answer. */
export const secret = '8f742231b10e8888abcd99yyyzzz85a5';
export const anna = { id: 'U012AB3CD', name: 'anna' };
export const ben = { id: 'U045EF6GH', name: 'ben' };

const otherPortal = { id: 'other-portal', name: 'Other portal' };

/** A world with the three copies. */
export interface SaidWorld extends PlaybookWorld {
	/** The second portal. */
	other: Simulator;
	/** The questions in a channel, the oldest first. */
	asked(copy: Copy): Question[];
	/** The one question about an event. */
	question(copy: Copy, id?: string): Question;
	/** Waits until n8n has stored that the question waits: a moment after Slack has it. Before, it takes no answer. */
	waiting(question: Question): Promise<void>;
	/** Follows a button of a question as a browser does. */
	press(id: string, label: string, copy?: Copy): Promise<void>;
	/** What the channel was told of an event, apart from the question. */
	told(copy: Copy, id: string): string[];
	/** The trace of an event. */
	rowsOf(event: string, portal?: string): Array<Record<string, unknown>>;
}

/** Starts both simulators and the n8n, and publishes the copies. */
export async function makeSaidWorld(): Promise<SaidWorld> {
	const other = await startSimulator({ events: 10, seed: 7, remediationDelay: 300 });
	const world = await makePlaybookWorld(
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
		copyOf(acting, links, proofpointApi),
		copyOf(withSettings(acting, { approvers, maxPerHour: 1 }), checked, otherPortal),
		copyOf(playbook, dry, otherPortal),
		copyOf(impatientFor(withSettings(acting, { askIfDisputed: true })), disputed, proofpointApi),
	]);
	await world.n8n.publish(links.id, checked.id, dry.id);

	const asked = ({ channel }: Copy) =>
		questionsIn(world.slack()).filter((one) => one.channel === channel);
	const question = (copy: Copy, id = '') => {
		const [found, second] = asked(copy).filter((one) => eventOf(one) === id);
		if (found === undefined || second !== undefined) throw new Error(`Not one question: ${id}`);
		return found;
	};
	const waiting = async ({ buttons }: Question) => {
		const [{ url = '', value = '' } = {}] = Object.values(buttons);
		const id = /webhook-waiting\/(\d+)/.exec(url)?.[1] ?? value.split('|')[1] ?? '';
		const query = 'SELECT status FROM execution_entity WHERE id = ?';
		const isStored = () => world.n8n.query(query, id)[0]?.status !== 'running';
		if (!(await reached(isStored))) throw new Error(`Execution ${id} does not wait`);
	};
	return {
		...world,
		other,
		asked,
		question,
		waiting,
		async stop() {
			await stopAll(world, other);
		},
		async press(id, label, copy = links) {
			const open = question(copy, id);
			await waiting(open);
			await click(open.buttons[label]?.url);
		},
		told: ({ channel }, id) =>
			world
				.slack()
				.filter(({ body, ...message }) => message.channel === channel && !('blocks' in body))
				.map(({ text }) => text)
				.filter((text) => text.includes(`\n*Event:* ${id}`)),
		rowsOf(event, portal = '%') {
			const name = 'Proofpoint actions';
			const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', name);
			const rows = `SELECT * FROM "data_table_user_${String(table?.id)}"`;
			return world.n8n.query(`${rows} WHERE event = ? AND portal LIKE ?`, event, portal);
		},
	};
}

/** A copy of the playbook as a user sets it up: its portal, its channel. */
function copyOf(
	workflow: Workflow,
	{ id, channel }: Copy,
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

/** A copy that waits for an answer about one subject for three seconds only. */
function impatientFor(workflow: Workflow): Workflow {
	const subject = "$('Read the event').first().json.inbound_email_details?.subject";
	const values = {
		limitType: 'afterTimeInterval',
		resumeAmount: `={{ ${subject} === '${nobodyAnswers}' ? 0.05 : 720 }}`,
		resumeUnit: 'minutes',
	};
	return withNodes(workflow, (node) => {
		if (node.name !== 'Ask in Slack') return node;
		const options = { limitWaitTime: { values }, appendAttribution: false };
		return { ...node, parameters: { ...node.parameters, options } };
	});
}

/** The event that a question is about. */
export function eventOf(one: Question | undefined): string {
	return /\*Event:\* (\S+)/.exec(one?.text ?? '')?.[1] ?? '';
}

/** Creates a mail in an inbox, whose one protected user said that it is malicious; returns its ID. */
export async function create(
	simulator: Simulator,
	details: Record<string, unknown> = {},
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
	const made = { type: 'defender', releasable: false, place: 'inbox' as const, ...more, fields };
	const [event] = await simulator.createEvents(made);
	return event?.id ?? '';
}

/** Event IDs of the deletions that a portal was asked for. */
export async function deletions(simulator: Simulator): Promise<string[]> {
	const { requests } = await simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.deleteFromInbox.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}
