/**
 * The contract of security events: the part of the contract that has most fields. Fields that older
 * records lack, or that some carry as null, are `nullish`: a record is not refused for them.
 */
import { z } from 'zod';

/** A string with a few known values, named in the description; any other string is valid too. */
export const open = (description?: string | readonly string[]) =>
	description === undefined
		? z.string()
		: z
				.string()
				.describe(typeof description === 'string' ? description : `${description.join(', ')} …`);

/** The values that people can choose from in the editor. The API may send others. */
export const knownEventTypes = ['architect', 'defender', 'guardian'] as const;
export const knownDefenderConfidences = ['VERY_HIGH', 'HIGH', 'MEDIUM', 'LOW'] as const;
export const knownFinalOutcomes = [
	'NOT_SENT',
	'SENT_WITH_CHANGES',
	'SENT_WITHOUT_CHANGES',
] as const;
export const knownGuardianTypes = ['MISDIRECTED_EMAIL', 'MISATTACHED_FILE'] as const;

/** ISO 8601, UTC, optional microseconds. Kept as text: a `Date` would lose the microseconds. */
export const timestamp = z.string();

/** Addresses as the API lists them: e-mail or X.400, and an entry may be null. */
const addresses = z.array(z.string().nullable());

/** How many recipients something is true of. Any of the counts may be missing. */
const recipientCount = z.number().int().nullish();

const recipients = z
	.object({
		to: addresses,
		cc: addresses,
		bcc: addresses,
		all: addresses,
		count: z.number().int(),
	})
	.passthrough();

const attachments = z
	.object({ names: z.array(z.string()), count: z.number().int(), bytes: z.number().int() })
	.passthrough();

const emailDetails = z
	.object({
		message_id: z.string().nullable(),
		tessian_id: z.string().nullable(),
		from: z.string().nullable().describe('An e-mail address or an X.400 address'),
		transmitter: z.string().nullable(),
		reply_to: addresses,
		recipients,
		subject: z.string().nullable(),
		attachments,
	})
	.passthrough();

export const outboundEmailDetailsSchema = emailDetails.extend({
	send_time: timestamp,
	tessian_action: open('WARN, BLOCK, SILENTLY_TRACK …'),
	subsequent_action: open('NONE …').nullish(),
	changes_made: z.object({}).passthrough().nullish(),
	final_outcome: open(knownFinalOutcomes).nullish(),
});

export const inboundEmailDetailsSchema = emailDetails.extend({
	received_time: timestamp,
	urls: z.array(z.string()).describe('Some have no scheme, such as example.com/path'),
	attachment_urls: z.array(z.string()).nullish(),
});

export const guardianDetailsSchema = z
	.object({
		triggered_filter_ids: z.array(z.string()),
		type: open(knownGuardianTypes),
		triggered_filter_names: z.array(z.string()),
		breach_prevented: z.boolean().nullable(),
		anomalous_recipients: addresses,
		suggested_recipients: addresses,
		anomalous_attachments: z.array(z.string()),
		final_outcome: open(knownFinalOutcomes).nullable(),
		user_responses: z.array(open('SEND, DO_NOT_SEND …')),
		admin_action: open('SAFE …').nullish(),
		justifications: z.array(z.string()),
		user_shown_message: z.boolean().nullable(),
		flag_reason: z.string().nullish(),
		misattached_file_reasons: z.array(z.string()).nullish(),
		warning_messages: z.array(z.string()).nullish(),
	})
	.passthrough();

export const architectDetailsSchema = z
	.object({
		triggered_policy_ids: z.array(z.string()),
		triggered_policy_names: z.array(z.string()),
		triggered_logic_types: z.array(
			open('REGEX, KEYWORDS, SENSITIVE_INFORMATION, RECIPIENTS_EXTERNAL …'),
		),
		breach_prevented: z.boolean().nullable(),
		final_outcome: open(knownFinalOutcomes).nullable(),
		user_responses: z.array(open('SEND, DO_NOT_SEND …')),
		is_sensitive: z.boolean().nullable(),
		justifications: z.array(z.string()),
		user_shown_message: z.boolean().nullable(),
		warning_messages: z.array(z.string()).nullish(),
	})
	.passthrough();

/** Where the mail of the recipients is, as one of the two quarantines knows it. */
const quarantineCounts = z
	.object({
		not_quarantined: recipientCount,
		quarantined: recipientCount,
		released: recipientCount,
		deleted: recipientCount,
		pending_release: recipientCount.describe('A release was asked for and has not happened yet'),
	})
	.passthrough();

export const defenderDetailsSchema = z
	.object({
		burst_attack_id: z
			.string()
			.nullable()
			.describe('Most bursts hold one single mail: an attack begins with two'),
		intent_types: z.array(open('INVOICE, CREDENTIALS, URGENCY …')),
		threat_signal_types: z.array(
			open('SUSPICIOUS_INTENT, PHISHING_SIMULATION (an awareness campaign) …'),
		),
		threat_types: z.array(open('LOOKALIKE_IMPERSONATION, ACCOUNT_TAKEOVER …')),
		spf_result: open('PASSED, FAILED').nullable(),
		dkim_result: open('PASSED, FAILED').nullable(),
		dmarc_result: open('PASSED, FAILED').nullable(),
		sender_location: z.string().nullable(),
		users_responded: z
			.object({
				malicious: z.number().int(),
				safe: z.number().int(),
				unsure: z.number().int(),
				deleted: z.number().int(),
			})
			.passthrough(),
		number_protected_users: z.number().int().nullable(),
		confidence: open(knownDefenderConfidences).nullable(),
		impersonation_type: open('INTERNAL, EXTERNAL').nullable(),
		impersonated_domain: z.string().nullable().describe('May begin with @'),
		impersonated_address: z.string().nullable(),
		quarantine_status_count: z
			.object({
				admin_quarantine_status_count: quarantineCounts.nullish(),
				user_quarantine_status_count: quarantineCounts.nullish(),
			})
			.passthrough()
			.nullish()
			.describe('Numbers of recipients; older events have none'),
		deletion_status_count: z
			.object({
				deleted: recipientCount,
				deletion_pending: recipientCount,
				not_deleted: recipientCount,
			})
			.passthrough()
			.nullish()
			.describe('Numbers of recipients; older events have none'),
		admin_label: open('What an administrator said of the mail').nullish(),
	})
	.passthrough();

/** A security event of any type. Which details it carries depends on `type`. */
export const eventSchema = z
	.object({
		id: z.string(),
		type: open(knownEventTypes),
		created_at: timestamp,
		updated_at: timestamp.describe('Creation counts as an update'),
		portal_link: z.string().nullable(),
		outbound_email_details: outboundEmailDetailsSchema.optional(),
		inbound_email_details: inboundEmailDetailsSchema.optional(),
		guardian_details: guardianDetailsSchema.optional(),
		architect_details: architectDetailsSchema.optional(),
		defender_details: defenderDetailsSchema.optional(),
	})
	.passthrough();
