/** The release playbook: its events, and the messages that it must have sent. */
import { defenderDetailsSchema, inboundEmailDetailsSchema } from '@nodes/shared/api/eventContract';
import { endpoints } from '@nodes/shared/api/endpoints';
import type { NewEvents } from '@simulator/client.cjs';
import { z } from 'zod';

import { readPlaybook } from '../../scripts/demo/playbooks.cjs';
import type { World } from './setup.cjs';
import { shown, shownList } from './shown.cjs';

/** The release playbook as users import it. */
export const releasePlaybook = readPlaybook('auto-quarantine-release.json');
export const releaseId = 'safeMailRelease';

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
		`*Subject:* ${shown(mail?.subject ?? '(none)')}`,
		`*From:* ${shown(mail?.from ?? 'unknown')}`,
		`*To:* ${shownList(mail?.recipients.all ?? []) || 'unknown'}`,
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
	const text = [title, ...lines, `*Event:* ${id}`].join('\n');
	const opens = link?.startsWith('https://');
	const none = link
		? 'no link: it does not lead to a Proofpoint portal'
		: 'Proofpoint gave no link';
	return `${text}\n${opens ? `<${link}|Open in the Proofpoint portal>` : `(${none})`}`;
}
