/**
 * A security event as a SOC reads it first: one flat record with the same keys for every event type,
 * types that do not exist yet included.
 */
import { z } from 'zod';

import type { ApiRecord } from '../api/contract';

const texts = z.array(z.string());
const text = z.string().nullable();
const number = z.number().nullable();

/** A simplified event; the keys are in the order in which they are shown. */
export const simplifiedEventSchema = z
	.object({
		id: text,
		type: text,
		direction: text.describe('inbound, outbound, or null where the event carries no email'),
		created_at: text,
		updated_at: text,
		email_time: text.describe('When the email was sent or received'),
		from: text,
		reply_to: texts,
		to: texts,
		recipients_count: number,
		subject: text,
		attachments: texts,
		urls: texts,
		findings: texts.describe('What Proofpoint found: MISDIRECTED_EMAIL, BRAND_IMPERSONATION …'),
		why: texts.describe('The reason given, and the filters, policies or signals that led to it'),
		confidence: text,
		action: text.describe('What was done to an outbound email: WARN, BLOCK, SILENTLY_TRACK …'),
		outcome: text,
		breach_prevented: z.boolean().nullable(),
		anomalous_recipients: texts.describe('Recipients that look wrong'),
		anomalous_attachments: texts.describe('Attachments that look wrong'),
		user_responses: texts,
		justifications: texts,
		users_marked_malicious: number,
		users_marked_safe: number,
		number_protected_users: number,
		quarantine_status: text.describe(
			'Where the mail is, by numbers of recipients: released 1, quarantined 2 …',
		),
		deletion_status: text.describe('The same of deletions: deleted 1, deletion_pending 2 …'),
		admin_label: text,
		impersonated: text.describe('The address or domain that the sender pretended to be'),
		spf_result: text,
		dkim_result: text,
		dmarc_result: text,
		burst_attack_id: text,
		message_id: text,
		portal_link: text,
	})
	.strict();
export type SimplifiedEvent = z.infer<typeof simplifiedEventSchema>;

/** Flattens an event. What the event does not have is `null` or an empty list; nothing is invented. */
export function simplifyEvent(event: ApiRecord): SimplifiedEvent {
	const outbound = fields(event.outbound_email_details);
	const inbound = fields(event.inbound_email_details);
	const hasInbound = Object.keys(inbound).length > 0;
	const hasOutbound = Object.keys(outbound).length > 0;
	const email = hasInbound ? inbound : outbound;
	const guardian = fields(event.guardian_details);
	const architect = fields(event.architect_details);
	const defender = fields(event.defender_details);
	const responses = fields(defender.users_responded);
	const recipients = fields(email.recipients);
	return {
		id: readText(event.id),
		type: readText(event.type),
		direction: hasInbound ? 'inbound' : hasOutbound ? 'outbound' : null,
		created_at: readText(event.created_at),
		updated_at: readText(event.updated_at),
		email_time: readText(inbound.received_time) ?? readText(outbound.send_time),
		from: readText(email.from),
		reply_to: readTexts(email.reply_to),
		to: readTexts(recipients.all).length > 0 ? readTexts(recipients.all) : readTexts(recipients.to),
		recipients_count: readNumber(recipients.count),
		subject: readText(email.subject),
		attachments: readTexts(fields(email.attachments).names),
		urls: [...readTexts(inbound.urls), ...readTexts(inbound.attachment_urls)],
		findings: [
			...readTexts(guardian.type),
			...readTexts(architect.triggered_logic_types),
			...readTexts(defender.threat_types),
			...readTexts(defender.intent_types),
		],
		why: [
			...readTexts(guardian.flag_reason),
			...readTexts(guardian.triggered_filter_names),
			...readTexts(architect.triggered_policy_names),
			...readTexts(defender.threat_signal_types),
		],
		confidence: readText(defender.confidence),
		action: readText(outbound.tessian_action),
		outcome:
			readText(guardian.final_outcome) ??
			readText(architect.final_outcome) ??
			readText(outbound.final_outcome),
		breach_prevented:
			readBoolean(guardian.breach_prevented) ?? readBoolean(architect.breach_prevented),
		anomalous_recipients: readTexts(guardian.anomalous_recipients),
		anomalous_attachments: readTexts(guardian.anomalous_attachments),
		user_responses: [...readTexts(guardian.user_responses), ...readTexts(architect.user_responses)],
		justifications: [...readTexts(guardian.justifications), ...readTexts(architect.justifications)],
		users_marked_malicious: readNumber(responses.malicious),
		users_marked_safe: readNumber(responses.safe),
		number_protected_users: readNumber(defender.number_protected_users),
		quarantine_status: countsInWords(Object.values(fields(defender.quarantine_status_count))),
		deletion_status: countsInWords([defender.deletion_status_count]),
		admin_label: readText(defender.admin_label),
		impersonated: readText(defender.impersonated_address) ?? readText(defender.impersonated_domain),
		spf_result: readText(defender.spf_result),
		dkim_result: readText(defender.dkim_result),
		dmarc_result: readText(defender.dmarc_result),
		burst_attack_id: readText(defender.burst_attack_id),
		message_id: readText(email.message_id),
		portal_link: readText(event.portal_link),
	};
}

function fields(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/**
 * Counts of recipients in the API's own words, added up: the admin's and the users' quarantine each count. Where
 * nothing else is counted, what is left is that the mail is not there: not_quarantined, not_deleted.
 */
function countsInWords(blocks: unknown[]): string | null {
	const sums = new Map<string, number>();
	for (const [state, count] of blocks.flatMap((block) => Object.entries(fields(block)))) {
		if (typeof count === 'number') sums.set(state, (sums.get(state) ?? 0) + count);
	}
	const isRest = (state: string) => state.startsWith('not_');
	const found = [...sums].filter(([state, count]) => !isRest(state) && count > 0);
	if (found.length > 0) return found.map(([state, count]) => `${state} ${count}`).join(', ');
	return [...sums.keys()].find(isRest) ?? null;
}

function readText(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

function readTexts(value: unknown): string[] {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}

function readNumber(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}

function readBoolean(value: unknown): boolean | null {
	return typeof value === 'boolean' ? value : null;
}
