/** The release playbook in a real n8n: how it is set up, and what its witnesses must have seen. */
import type { SlackMessage } from '@host/slackEdge.cjs';
import { pollEveryTenSeconds, type Workflow } from '@host/workflow.cjs';
import { defenderDetailsSchema, inboundEmailDetailsSchema } from '@nodes/shared/api/eventContract';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents, SimulatorOptions } from '@simulator/client.cjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

import { readPlaybook, triggerType } from '../../scripts/demo/playbooks.cjs';
import { makeWorld, type World } from './setup.cjs';
import { readSlackMessages } from './slackReviews.cjs';

/** The release playbook as users import it. */
export const releasePlaybook = readPlaybook('auto-quarantine-release.json');
export const releaseId = 'safeMailRelease';

/** A world in which playbooks run, and what reached Slack in it. */
export interface PlaybookWorld extends World {
	slack(): SlackMessage[];
}

/** Starts a real n8n with these playbooks, published. Users poll every minute; nothing else differs. */
export async function makePlaybookWorld(
	playbooks: Array<Workflow & { id: string }>,
	simulatorOptions: SimulatorOptions,
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
		await n8n.importWorkflows(
			playbooks.map((playbook) => pollEveryTenSeconds(playbook, triggerType)),
		);
		await n8n.start();
		for (const { id } of playbooks) await n8n.publish(id);
	} catch (error) {
		await stop();
		throw error;
	}
	return { ...world, stop, slack: () => readSlackMessages(slackFile) };
}

/** Creates events; returns their ids. */
export async function create({ simulator }: World, events: NewEvents): Promise<string[]> {
	return (await simulator.createEvents(events)).map(({ id }) => id);
}

/** Event ids of all release requests, in the order in which they arrived. */
export async function releaseRequests({ simulator }: World): Promise<string[]> {
	const { requests } = await simulator.requests();
	return requests
		.filter((request) => request.path === endpoints.releaseFromQuarantine.path)
		.map(({ body }) => z.object({ event_id: z.string() }).parse(JSON.parse(body)).event_id);
}

const looseEventSchema = z.object({
	portal_link: z.string().nullable(),
	inbound_email_details: inboundEmailDetailsSchema.nullish(),
	defender_details: defenderDetailsSchema.nullish(),
});
export type LooseEvent = z.infer<typeof looseEventSchema>;

/** The newest version of an event; tests also make events whose details are missing. */
export async function looseEvent({ simulator }: World, id: string): Promise<LooseEvent> {
	return looseEventSchema.parse(await simulator.event(id));
}

/** The lines of a message that say which mail it is about. */
export function mailLines({ inbound_email_details: mail }: LooseEvent): string[] {
	return [
		`*Subject:* ${mail?.subject ?? '(none)'}`,
		`*From:* ${mail?.from ?? 'unknown'}`,
		`*To:* ${mail?.recipients.all.join(', ') || 'unknown'}`,
	];
}

/** The line that says why a mail may go. */
export function whyLine({ defender_details: defender }: LooseEvent): string {
	const said = `${defender?.users_responded.safe} of ${defender?.number_protected_users}`;
	return `*Why:* ${said} protected users said safe, nobody said anything else; confidence LOW; DMARC PASSED`;
}

/** What arrives at Slack: harmless text, and one link that is ours. */
export function slackText(
	id: string,
	{ portal_link: link }: Pick<LooseEvent, 'portal_link'>,
	title: string,
	lines: string[],
): string {
	const text = [title, ...lines, `*Event:* ${id}`]
		.join('\n')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('://', '[:]//');
	const opens = link?.startsWith('https://');
	return `${text}\n${opens ? `<${link}|Open in the Proofpoint portal>` : '(Proofpoint gave no portal link)'}`;
}

/** Whether `holds` says yes in time, looking twice a second. */
export async function reached(
	holds: () => boolean | Promise<boolean>,
	ms = 60_000,
): Promise<boolean> {
	for (const end = Date.now() + ms; Date.now() < end; await delay(500)) {
		if (await holds()) return true;
	}
	return false;
}
