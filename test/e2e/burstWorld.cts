/** The burst playbook in a real n8n: its bursts, its questions, and what it did. */
import type { Workflow } from '@host/workflow.cjs';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents } from '@simulator/client.cjs';
import { z } from 'zod';

import { readPlaybook, withoutDryRun } from '../../scripts/demo/playbooks.cjs';
import {
	impatient,
	makePlaybookWorld,
	pollOften,
	withNodes,
	type PlaybookWorld,
} from './playbookWorld.cjs';
import { click } from './slackReviews.cjs';

export const burstId = 'proofpointBurst';

/** Event ids by burst. */
export const burst = {
	approved: new Array<string>(),
	declined: new Array<string>(),
	overRestart: new Array<string>(),
	growing: new Array<string>(),
	slow: new Array<string>(),
	unheard: new Array<string>(),
	unanswered: new Array<string>(),
};

let world: PlaybookWorld;

/** Starts it; two bursts have begun before anybody looked. */
export async function makeBurstWorld(): Promise<PlaybookWorld> {
	world = await makePlaybookWorld(
		[{ ...burstPlaybook(), id: burstId }],
		{ events: 60, remediationDelay: 300 },
		async (simulator) => {
			// Before anybody looked: the trigger does not bring these, an approval deletes them as well.
			const made = await simulator.createEvents(
				mail({ burst: 'approved', count: 2, place: 'inbox' }),
			);
			burst.approved.push(...made.map(({ id }) => id));
			await simulator.createEvents(
				mail({ burst: 'slow', place: 'inbox', createdAt: daysAgo(3.5) }),
			);
			await simulator.createEvents({ type: 'architect', count: 60 });
		},
	);
	return world;
}

function burstPlaybook(): Workflow {
	return withNodes(pollOften(withoutDryRun(readPlaybook('burst-response.json'))), (node) => {
		if (node.name !== 'Ask in Slack') return impatient(node);
		const { parameters = {} } = node;
		// Three seconds for one of them, twelve hours for the others.
		const minutes = `={{ $('Burst seen').first().json.burst.id === 'unanswered' ? 0.05 : 720 }}`;
		return impatient({ ...node, parameters: { ...parameters, options: limit(minutes) } });
	});
}

function limit(minutes: string): Record<string, unknown> {
	const values = {
		limitType: 'afterTimeInterval',
		resumeAmount: minutes,
		resumeUnit: 'minutes',
	};
	return { limitWaitTime: { values }, appendAttribution: false };
}

/** Defender events of a burst. */
function mail({
	burst: name,
	fields = {},
	...events
}: NewEvents & { burst: string | null }): NewEvents {
	const { defender_details: details } = fields;
	return {
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
	};
}

/** Creates Defender events of a burst; returns their ids. */
export async function create(events: Parameters<typeof mail>[0]): Promise<string[]> {
	return (await world.simulator.createEvents(mail(events))).map(({ id }) => id);
}

function daysAgo(days: number): string {
	return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** The rows of the playbook's data table. */
export function bursts() {
	const [table] = world.n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint bursts');
	return world.n8n.query(`SELECT burst, decision FROM "data_table_user_${String(table?.id)}"`);
}

/** One question in Slack: whose burst, what it says, and where its buttons lead. */
export interface Question {
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

/** The questions so far, the oldest first. */
export function questions(): Question[] {
	return world
		.slack()
		.filter(({ body }) => 'blocks' in body)
		.map(({ body, channel }) => {
			if (channel !== '#security') throw new Error(`Asked in ${channel}`);
			const { blocks } = blocksSchema.parse(body);
			const text = blocks.map((block) => block.text?.text ?? '').join('');
			if (text.length >= 3000) throw new Error('Slack refuses so long a block');
			const buttons = blocks.flatMap(({ elements = [] }) =>
				elements.map((button): [string, string] => [button.text.text, button.url]),
			);
			const [, name = ''] = /\n\*Burst:\* (.*)\n/.exec(text) ?? [];
			return { burst: name, text, buttons: Object.fromEntries(buttons) };
		});
}

/** The one question about a burst. */
export function question(name: keyof typeof burst): Question {
	const [found, second] = questions().filter((asked) => asked.burst === name);
	if (found === undefined || second !== undefined) throw new Error(`Not one question: ${name}`);
	return found;
}

/** Follows a button of a question as a browser does; returns the status that n8n answers. */
export async function press(name: keyof typeof burst, button: string): Promise<number> {
	const url = new URL(question(name).buttons[button] ?? '');
	if (url.origin !== world.n8n.url) throw new Error(`A button leads to ${url.origin}`);
	return (await click(url.href)).status;
}

/** What Slack was told about a burst, apart from the question. */
export function said(name: keyof typeof burst): string[] {
	return world
		.slack()
		.filter(({ body, text }) => !('blocks' in body) && text.includes(`\n*Burst:* ${name}\n`))
		.map(({ text }) => text);
}

/** Event ids of all deletions that were asked for, in the order in which they arrived. */
export async function deletions(): Promise<string[]> {
	const { requests } = await world.simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.deleteFromInbox.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

/** Those of them that were events of one burst. */
export async function deletionsOf(name: keyof typeof burst): Promise<string[]> {
	return (await deletions()).filter((id) => burst[name].includes(id)).sort();
}
