/**
 * A security event in one line: a flat record with the same ten fields for every event type, types that do not exist
 * yet included. Ten is what a table shows at once and what an AI agent reads without losing the thread.
 */
import { z } from 'zod';

import type { ApiRecord } from '../api/contract';
import { fieldsIn, listedTexts, sumOf, textOf } from './eventRecord';

const text = z.string().nullable();

/** A simple event; the fields are in the order in which they are shown. */
export const simpleEventSchema = z
	.object({
		id: text,
		type: text.describe('guardian, architect, defender …'),
		created_at: text,
		updated_at: text,
		from: text.describe('The sender'),
		recipients: z.array(z.string()),
		subject: text,
		findings: z
			.array(z.string())
			.describe('What was found, how sure Proofpoint is, and why: short texts'),
		status: text.describe('What became of the email by now: released 1, quarantined 2 …'),
		portal_link: text,
	})
	.strict();
export type SimpleEvent = z.infer<typeof simpleEventSchema>;

/** How many findings an event shows, and how long one of them is. */
export const MOST_FINDINGS = 20;
export const LONGEST_FINDING = 120;

/** Flattens an event. What the event does not have is `null` or an empty list; nothing is invented. */
export function simpleEvent(event: ApiRecord): SimpleEvent {
	const inbound = fieldsIn(event.inbound_email_details);
	const outbound = fieldsIn(event.outbound_email_details);
	const email = Object.keys(inbound).length > 0 ? inbound : outbound;
	return {
		id: present(event.id),
		type: present(event.type),
		created_at: present(event.created_at),
		updated_at: present(event.updated_at),
		from: present(email.from),
		recipients: recipientsOf(fieldsIn(email.recipients)),
		subject: present(email.subject),
		findings: findingsOf(event),
		status: statusOf(event),
		portal_link: present(event.portal_link),
	};
}

function recipientsOf({ all, to, cc, bcc }: ApiRecord): string[] {
	const listed = texts(all);
	return unique(listed.length > 0 ? listed : [to, cc, bcc].flatMap(texts));
}

/** What was found, then how sure, then why: where the list is cut, the least important goes. */
function findingsOf(event: ApiRecord): string[] {
	const guardian = fieldsIn(event.guardian_details);
	const architect = fieldsIn(event.architect_details);
	const defender = fieldsIn(event.defender_details);
	const found = [
		...texts(guardian.type),
		...texts(architect.triggered_logic_types),
		...texts(defender.threat_types),
		...texts(defender.intent_types),
		...named('confidence', defender.confidence),
		...(architect.is_sensitive === true ? ['sensitive'] : []),
		...texts(guardian.flag_reason),
		...texts(guardian.misattached_file_reasons),
		...named('anomalous recipient', guardian.anomalous_recipients),
		...named('anomalous attachment', guardian.anomalous_attachments),
		...named('suggested recipient', guardian.suggested_recipients),
		...named('filter', guardian.triggered_filter_names),
		...named('policy', architect.triggered_policy_names),
		...named('impersonated', defender.impersonated_address),
		...named('impersonated', defender.impersonated_domain),
		...named('impersonation', defender.impersonation_type),
		...texts(defender.threat_signal_types),
		...['spf_result', 'dkim_result', 'dmarc_result']
			.filter((check) => defender[check] !== 'PASSED')
			.flatMap((check) => named(check, defender[check])),
	];
	const short = unique(found.map(shortened));
	if (short.length <= MOST_FINDINGS) return short;
	const shown = short.slice(0, MOST_FINDINGS - 1);
	return [...shown, `and ${short.length - shown.length} more`];
}

/** What became of the email, what people said about it: done first, then pending. The words are those of the API. */
function statusOf(event: ApiRecord): string | null {
	const guardian = fieldsIn(event.guardian_details);
	const architect = fieldsIn(event.architect_details);
	const defender = fieldsIn(event.defender_details);
	const outbound = fieldsIn(event.outbound_email_details);
	const parts = [
		...quarantineParts(defender),
		...named('admin_label', defender.admin_label),
		...counted('users said', fieldsIn(defender.users_responded), ['safe', 'malicious', 'unsure']),
		...counted('users', fieldsIn(defender.users_responded), ['deleted']),
		...named(
			'final_outcome',
			present(guardian.final_outcome) ??
				present(architect.final_outcome) ??
				present(outbound.final_outcome),
		),
		...named('tessian_action', outbound.tessian_action),
		...named('subsequent_action', outbound.subsequent_action).filter(
			(part) => !/ NONE$/.test(part),
		),
		...[guardian, architect].flatMap((details) => [
			...(typeof details.breach_prevented === 'boolean'
				? [`breach_prevented ${details.breach_prevented}`]
				: []),
			...named('user_response', details.user_responses),
			...named('admin_action', details.admin_action),
		]),
	];
	return parts.length === 0 ? null : unique(parts.map(shortened)).join(', ');
}

/** Counts of recipients, summed over the administrators' and the users' quarantine. */
function quarantineParts(defender: ApiRecord): string[] {
	const quarantine = fieldsIn(defender.quarantine_status_count);
	const sides = [quarantine.admin_quarantine_status_count, quarantine.user_quarantine_status_count];
	const inQuarantine = (name: string) => sumOf(sides.map((side) => fieldsIn(side)[name])) ?? 0;
	const inboxes = fieldsIn(defender.deletion_status_count);
	const deleted = [inQuarantine('deleted'), sumOf([inboxes.deleted]) ?? 0];
	const parts = [
		...countPart('released', inQuarantine('released')),
		// One recipient may stand in both counts, so they are not added up.
		...(deleted.every((count) => count > 0)
			? [`deleted ${deleted[0]} from quarantine`, `deleted ${deleted[1]} from inbox`]
			: countPart('deleted', Math.max(...deleted))),
		...countPart('pending_release', inQuarantine('pending_release')),
		...countPart('quarantined', inQuarantine('quarantined')),
		...countPart('deletion_pending', sumOf([inboxes.deletion_pending]) ?? 0),
	];
	// Without a number: both quarantines count the same recipients here.
	return parts.length === 0 && inQuarantine('not_quarantined') > 0 ? ['not_quarantined'] : parts;
}

function countPart(name: string, count: number): string[] {
	return count > 0 ? [`${name} ${count}`] : [];
}

function counted(label: string, counts: ApiRecord, names: string[]): string[] {
	return names.flatMap((name) => countPart(`${label} ${name}`, sumOf([counts[name]]) ?? 0));
}

/** Each text behind the name of what it says. */
function named(name: string, value: unknown): string[] {
	return texts(value).map((entry) => `${name} ${entry}`);
}

/** A text, or `null` where there is none or an empty one. */
function present(value: unknown): string | null {
	return textOf(value) || null;
}

/** The texts of a list or of a single value, empty ones left out. */
function texts(value: unknown): string[] {
	const list: unknown[] = Array.isArray(value) ? value : [value];
	return listedTexts(list)
		.filter((entry) => entry !== undefined && entry.trim() !== '')
		.map(String);
}

/** One line of bounded length; never half of a character. */
function shortened(long: string): string {
	const line = long.replace(/\s+/g, ' ').trim();
	if (line.length <= LONGEST_FINDING) return line;
	const cut = line.slice(0, LONGEST_FINDING - 1).replace(/[\uD800-\uDBFF]$/, '');
	return `${cut.trimEnd()}…`;
}

function unique(list: string[]): string[] {
	return [...new Set(list)];
}
