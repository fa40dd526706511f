/**
 * The contract of the Proofpoint (formerly Tessian) API: one zod schema per request and answer.
 * TypeScript types are inferred from here; the nodes check the envelope of every page with it, the
 * simulator and the tests use the same schemas, and the build derives the editor's output schemas.
 *
 * The vendor may add fields and enum values unannounced, so every object lets unknown fields pass
 * through and every enum is an open string; descriptions name the values seen so far. Fields that
 * older records lack, or that some carry as null, are `nullish`: a record is not refused for them.
 */
import { z } from 'zod';

import { open, timestamp, type eventSchema } from './eventContract';

export * from './eventContract';

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

/** How a monitored user is connected: the values that people can choose from. The API may send others. */
export const knownConnectionStatuses = [
	'Good connection',
	'Connection issues',
	'Not connected for over 7 days',
	'Not connected for over 1 month',
] as const;

/** The severities that people can choose from in the editor. The API may send others. */
export const knownSeverities = ['very_high', 'high', 'moderate'] as const;

export const monitoredUserSchema = z
	.object({
		address: z.string(),
		id: z.number().int(),
		sync_state: open('LIVE …'),
		status: open(knownConnectionStatuses),
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
		links: z.object({ portal_url: z.string().nullish() }).passthrough(),
		address: z.string(),
		severity_label: open(knownSeverities),
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

/**
 * What a remediation action queued, per recipient. It says nothing about whether it happened yet. The
 * counts and the list may disagree, and each may be missing: the list is the better witness.
 */
export const remediationResultSchema = z
	.object({
		number_of_actions_attempted: z.number().int().nonnegative().nullish(),
		number_of_actions_succeeded: z.number().int().nonnegative().nullish(),
		results: z
			.array(
				z
					.object({
						user_address: z.string().nullish(),
						error: open(
							'Null where the action was queued; EMAIL_NOT_FOUND_IN_QUARANTINE, EMAIL_ALREADY_REMEDIATED, ALREADY_DELETED …',
						).nullish(),
					})
					.passthrough(),
			)
			.nullish(),
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
/** `status` is a whole number that nobody reads. On a day without anomalies `data` may be missing. */
export const anomaliesPageSchema = z
	.object({ status: z.unknown(), has_more: z.boolean(), data: records.nullish() })
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
