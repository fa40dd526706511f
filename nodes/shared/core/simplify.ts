/**
 * A security event as a SOC reads it first: one flat record with the same keys for every event type,
 * types that do not exist yet included.
 */
import type { ApiRecord } from '../api/contract';

/** The keys of a simplified event, in the order in which they are shown. */
export interface SimplifiedEvent {
	[field: string]: boolean | number | string | string[] | null;
	id: string | null;
	type: string | null;
	/** `inbound`, `outbound`, or `null` where the event carries no e-mail. */
	direction: string | null;
	created_at: string | null;
	updated_at: string | null;
	/** When the e-mail was sent or received. */
	email_time: string | null;
	from: string | null;
	to: string[];
	recipients_count: number | null;
	subject: string | null;
	attachments: string[];
	urls: string[];
	/** What Proofpoint found, for example `MISDIRECTED_EMAIL` or `BRAND_IMPERSONATION`. */
	findings: string[];
	/** Filters, policies or signals that led to it, and the reason that was given. */
	why: string[];
	confidence: string | null;
	action: string | null;
	outcome: string | null;
	breach_prevented: boolean | null;
	user_responses: string[];
	users_marked_malicious: number | null;
	users_marked_safe: number | null;
	burst_attack_id: string | null;
	message_id: string | null;
	portal_link: string | null;
}

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
		id: text(event.id),
		type: text(event.type),
		direction: hasInbound ? 'inbound' : hasOutbound ? 'outbound' : null,
		created_at: text(event.created_at),
		updated_at: text(event.updated_at),
		email_time: text(inbound.received_time) ?? text(outbound.send_time),
		from: text(email.from),
		to: texts(recipients.all).length > 0 ? texts(recipients.all) : texts(recipients.to),
		recipients_count: number(recipients.count),
		subject: text(email.subject),
		attachments: texts(fields(email.attachments).names),
		urls: texts(inbound.urls),
		findings: [
			...texts(guardian.type),
			...texts(architect.triggered_logic_types),
			...texts(defender.threat_types),
			...texts(defender.intent_types),
		],
		why: [
			...texts(guardian.flag_reason),
			...texts(guardian.triggered_filter_names),
			...texts(architect.triggered_policy_names),
			...texts(defender.threat_signal_types),
		],
		confidence: text(defender.confidence),
		action: text(outbound.tessian_action),
		outcome:
			text(guardian.final_outcome) ?? text(architect.final_outcome) ?? text(outbound.final_outcome),
		breach_prevented: boolean(guardian.breach_prevented) ?? boolean(architect.breach_prevented),
		user_responses: [...texts(guardian.user_responses), ...texts(architect.user_responses)],
		users_marked_malicious: number(responses.malicious),
		users_marked_safe: number(responses.safe),
		burst_attack_id: text(defender.burst_attack_id),
		message_id: text(email.message_id),
		portal_link: text(event.portal_link),
	};
}

function fields(value: unknown): Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: unknown): string[] {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return list.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}

function number(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}

function boolean(value: unknown): boolean | null {
	return typeof value === 'boolean' ? value : null;
}
