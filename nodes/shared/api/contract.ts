/**
 * The contract of the Proofpoint (formerly Tessian) API: one zod schema per request and answer.
 * TypeScript types are inferred from here; the nodes check the envelope of every page with it, the
 * simulator and the tests use the same schemas, and the build derives the editor's output schemas.
 *
 * The vendor may add fields and enum values unannounced, so every object lets unknown fields pass
 * through and every enum is an open string: the `known…` lists serve labels and tests only.
 */
import { z } from 'zod';

/** A string whose known values are listed for people and tests; any other string is valid too. */
const open = (description?: string) =>
	description ? z.string().describe(description) : z.string();

/** ISO 8601, UTC, optional microseconds. Kept as text: a `Date` would lose the microseconds. */
const timestamp = z.string();

export const knownEventTypes = ['architect', 'defender', 'guardian'] as const;
export const knownDefenderConfidences = ['VERY_HIGH', 'HIGH', 'MEDIUM', 'LOW'] as const;
export const knownGuardianTypes = ['MISATTACHED_FILE', 'MISDIRECTED_EMAIL'] as const;
export const knownFinalOutcomes = [
	'NOT_SENT',
	'SENT_WITH_CHANGES',
	'SENT_WITHOUT_CHANGES',
] as const;
export const knownAnomalySeverities = ['moderate', 'high', 'very_high'] as const;
export const knownRemediationErrors = ['ALREADY_DELETED', 'EMAIL_NOT_FOUND_IN_QUARANTINE'] as const;

const recipients = z
	.object({
		to: z.array(z.string()),
		cc: z.array(z.string()),
		bcc: z.array(z.string()),
		all: z.array(z.string()),
		count: z.number().int(),
	})
	.passthrough();

const attachments = z
	.object({ names: z.array(z.string()), count: z.number().int(), bytes: z.number().int() })
	.passthrough();

const emailDetails = z
	.object({
		message_id: z.string().nullable(),
		tessian_id: z.string(),
		from: z.string().describe('An e-mail address or an X.400 address'),
		transmitter: z.string().nullable(),
		reply_to: z.array(z.string()),
		recipients,
		subject: z.string().nullable(),
		attachments,
	})
	.passthrough();

export const outboundEmailDetailsSchema = emailDetails.extend({
	send_time: timestamp,
	tessian_action: open('WARN, BLOCK, SILENTLY_TRACK …'),
	subsequent_action: open('NONE …').nullable(),
	changes_made: z.object({}).passthrough().nullable(),
	final_outcome: open('NOT_SENT, SENT_WITH_CHANGES, SENT_WITHOUT_CHANGES …').nullable(),
});

export const inboundEmailDetailsSchema = emailDetails.extend({
	received_time: timestamp,
	urls: z.array(z.string()),
});

export const guardianDetailsSchema = z
	.object({
		triggered_filter_ids: z.array(z.string()),
		type: open('MISDIRECTED_EMAIL, MISATTACHED_FILE …'),
		triggered_filter_names: z.array(z.string()),
		breach_prevented: z.boolean().nullable(),
		anomalous_recipients: z.array(z.string()),
		suggested_recipients: z.array(z.string()),
		anomalous_attachments: z.array(z.string()),
		final_outcome: open().nullable(),
		user_responses: z.array(open('SEND, DO_NOT_SEND …')),
		admin_action: open('SAFE …').nullable(),
		justifications: z.array(z.string()),
		user_shown_message: z.boolean().nullable(),
		flag_reason: z.string().nullable(),
		misattached_file_reasons: z.array(z.string()),
	})
	.passthrough();

export const architectDetailsSchema = z
	.object({
		triggered_policy_ids: z.array(z.string()),
		triggered_policy_names: z.array(z.string()),
		triggered_logic_types: z.array(z.string()),
		breach_prevented: z.boolean().nullable(),
		final_outcome: open().nullable(),
		user_responses: z.array(open()),
		is_sensitive: z.boolean().nullable(),
		justifications: z.array(z.string()),
		user_shown_message: z.boolean().nullable(),
	})
	.passthrough();

export const defenderDetailsSchema = z
	.object({
		burst_attack_id: z.string().nullable(),
		intent_types: z.array(open()),
		threat_signal_types: z.array(open()),
		threat_types: z.array(open()),
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
		number_protected_users: z.number().int(),
		confidence: open('VERY_HIGH, HIGH, MEDIUM, LOW'),
		impersonation_type: open('INTERNAL, EXTERNAL').nullable(),
		impersonated_domain: z.string().nullable(),
		impersonated_address: z.string().nullable(),
	})
	.passthrough();

/** A security event of any type. Which details it carries depends on `type`. */
export const eventSchema = z
	.object({
		id: z.string(),
		type: open('guardian, architect, defender …'),
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

export const groupMetadataSchema = z
	.object({
		name: z.string(),
		id: z.number().int(),
		created_at: timestamp.nullable(),
		updated_at: timestamp.nullable(),
	})
	.passthrough();

/** Exactly one of `address` (does not begin with `@`) and `domain` (begins with `@`). */
export const memberSchema = z.union([
	z.object({ address: z.string().regex(/^[^@].*@/, 'an address does not begin with @') }).strict(),
	z.object({ domain: z.string().regex(/^@./, 'a domain begins with @') }).strict(),
]);

export const monitoredUserSchema = z
	.object({
		address: z.string(),
		id: z.number().int(),
		sync_state: open('LIVE …'),
		status: open(
			'Good connection, Connection issues, Not connected for over 7 days, Not connected for over 1 month',
		),
		last_connection: timestamp.nullable(),
		emails_processed: z.number().int(),
		addin_version: z.string().nullable(),
		addin_hardware: z.string().nullable(),
		user_created: timestamp.nullable(),
		last_upload_stored: timestamp.nullable(),
		addin_ping: timestamp.nullable(),
		addin_check: timestamp.nullable(),
		gateway_ping: timestamp.nullable(),
		gateway_check: timestamp.nullable(),
		api_ping: timestamp.nullable(),
		m365_addin_check: timestamp.nullable(),
	})
	.passthrough();

export const anomalySchema = z
	.object({
		id: z.string(),
		links: z.object({ portal_url: z.string().optional() }).passthrough(),
		address: z.string(),
		severity_label: open('moderate, high, very_high'),
		anomalous_period_start: timestamp,
		anomalous_period_end: timestamp,
		attachment_count: z.number().int(),
		trigger_ids: z.array(z.string()),
		checkpoint: z.string().describe('Pages this day only; never leads to later anomalies'),
	})
	.passthrough();

export const auditEntrySchema = z
	.object({
		timestamp,
		type: open('Permissions Granted …'),
		category: open('User Management …'),
		details: z.string(),
		user: z.string().nullish(),
		ip: z.string().nullish(),
	})
	.passthrough();

export const riskDatapointSchema = z
	.object({
		timestamp: z.string().describe('A plain date'),
		total_score: z.number(),
		phishing_score: z.number(),
		exfiltration_score: z.number(),
		accidental_data_loss_score: z.number(),
		data_sensitivity_score: z.number(),
		security_awareness_score: z.number(),
	})
	.passthrough();

/** What a remediation action queued, per recipient. It says nothing about whether it happened yet. */
export const remediationResultSchema = z
	.object({
		number_of_actions_attempted: z.number().int().nonnegative(),
		number_of_actions_succeeded: z.number().int().nonnegative(),
		results: z.array(
			z.object({ user_address: z.string(), error: z.string().nullish() }).passthrough(),
		),
	})
	.passthrough();

/** Body of the three remediation requests. */
export const remediationRequestSchema = z.object({ event_id: z.string().min(1) }).strict();
/** Body of "create group" and "rename group". */
export const groupRequestSchema = z.object({ name: z.string().min(1) }).strict();
/** Answer of "create group". */
export const groupCreatedSchema = z.object({ id: z.number().int() }).passthrough();
/** Body of "add members" and "remove members": the API takes 1 to 100 at a time. */
export const membersRequestSchema = z
	.object({ members: z.array(memberSchema).min(1).max(100) })
	.strict();

/**
 * One record inside a page. The envelope check asks for no more than "an object": what is in it
 * passes through untouched, and checking whole events costs three times as much as parsing them.
 */
const record = z.custom<ApiRecord>(isRecord, 'expected an object');
/** One look at the whole list: zod's own array costs a hundred times as much for records that are not looked into. */
const records = z.custom<ApiRecord[]>(
	(value) => Array.isArray(value) && value.every(isRecord),
	'expected a list of objects',
);
/** The token that resumes a listing: opaque, but some servers send it as a number or leave it out. */
const checkpoint = z.union([z.string(), z.number()]).nullish();
const paging = { checkpoint, additional_results: z.boolean() };

/** Envelopes of the six lists, by the shape in which the API wraps them. */
export const resultsPageSchema = z.object({ ...paging, results: records }).passthrough();
export const groupsPageSchema = z.object({ ...paging, groups: records }).passthrough();
export const groupPageSchema = z
	.object({
		...paging,
		results: z.object({ metadata: record, members: records }).passthrough(),
	})
	.passthrough();
export const anomaliesPageSchema = z
	.object({ status: z.unknown(), has_more: z.boolean(), data: records })
	.passthrough();

function isRecord(value: unknown): boolean {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any JSON object that the API sent. */
export interface ApiRecord {
	[field: string]: boolean | number | object | string | null | undefined;
}
export type SecurityEvent = z.infer<typeof eventSchema>;
export type GroupMetadata = z.infer<typeof groupMetadataSchema>;
export type Member = z.infer<typeof memberSchema>;
export type MonitoredUser = z.infer<typeof monitoredUserSchema>;
export type Anomaly = z.infer<typeof anomalySchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type RiskDatapoint = z.infer<typeof riskDatapointSchema>;
export type RemediationResult = z.infer<typeof remediationResultSchema>;
