/** What each node puts out, from the zod contract: the source of the output schemas that the build writes. */
import {
	anomalySchema,
	auditEntrySchema,
	eventSchema,
	groupMetadataSchema,
	monitoredUserSchema,
	remediationResultSchema,
	riskDatapointSchema,
} from '@nodes/shared/api/contract';
import { simpleEventSchema } from '@nodes/shared/core/simpleEvent';
import { z, type AnyZodObject } from 'zod';

/** An output item of "Get Page": the same envelope for every resource. */
function page(record: AnyZodObject): AnyZodObject {
	return z.object({
		checkpoint: z.string().nullable(),
		additional_results: z.boolean(),
		results: z.array(record),
	});
}

/** Either field, never both; one object, because the editor's preview shows no alternatives. */
const member = z.object({ address: z.string().optional(), domain: z.string().optional() });
const membersSent = z.object({
	id: z.number(),
	requested: z.number(),
	sent: z.number(),
	requests: z.number(),
});
const groupChanged = z.object({ id: z.number(), name: z.string() });
const remediation = z
	.object({ event_id: z.string(), action: z.string() })
	.extend(remediationResultSchema.shape)
	.extend({
		outcome: z.string().describe('queued, partial, alreadyHandled, failed, nothingDone, unknown'),
		confirmed: z.boolean().optional().describe('Only with “Wait for Confirmation”'),
		confirmation: z
			.string()
			.optional()
			.describe(
				'confirmed, notDone, pending, timedOut, notVerifiable, unreadable, notQueued; only with “Wait for Confirmation”',
			),
		confirmation_detail: z
			.string()
			.optional()
			.describe('Why, in words; only with “Wait for Confirmation”'),
		event: eventSchema
			.nullable()
			.optional()
			.describe(
				'Only with “Wait for Confirmation”: the version of the event that was returned last, or null',
			),
	});

/**
 * An item of every operation, by node folder, resource and operation. n8n knows one schema per operation, so
 * for events it is that of the simple output, the default; “Raw” and “Selected Fields” have no preview.
 */
export const outputs: Record<string, Record<string, Record<string, AnyZodObject>>> = {
	Proofpoint: {
		securityEvent: {
			get: simpleEventSchema,
			getAll: simpleEventSchema,
			getPage: page(eventSchema),
		},
	},
	Group: {
		group: {
			create: groupChanged,
			delete: z.object({ id: z.number(), deleted: z.boolean() }),
			get: groupMetadataSchema.extend({ members: z.array(member) }),
			getAll: groupMetadataSchema,
			getPage: page(groupMetadataSchema),
			update: groupChanged,
		},
		member: {
			add: membersSent,
			getAll: member,
			remove: membersSent,
			sync: z.object({
				id: z.number(),
				added: z.array(z.string()),
				removed: z.array(z.string()),
				unchanged: z.number(),
				dryRun: z.boolean().optional().describe('Only with “Dry Run”'),
				refusal: z.string().optional().describe('With “Dry Run”: why it would not be carried out'),
			}),
		},
	},
	Remediation: {
		email: {
			deleteFromInbox: remediation,
			deleteFromQuarantine: remediation,
			releaseFromQuarantine: remediation,
		},
	},
	UserMonitoring: {
		monitoredUser: { getAll: monitoredUserSchema, getPage: page(monitoredUserSchema) },
	},
	Anomaly: { anomaly: { getAll: anomalySchema, getPage: page(anomalySchema) } },
	Audit: { auditEntry: { getAll: auditEntrySchema, getPage: page(auditEntrySchema) } },
	CompanyRisk: { riskScore: { getAll: riskDatapointSchema, getPage: page(riskDatapointSchema) } },
};

/** An item of the trigger, by its event. */
export const triggerOutputs: Record<string, AnyZodObject> = {
	securityEventCreated: simpleEventSchema,
	securityEventCreatedOrUpdated: simpleEventSchema,
	auditEntryCreated: auditEntrySchema,
	anomalyDetected: anomalySchema,
	userConnectionChanged: monitoredUserSchema.extend({
		previous_status: z.string().nullable().describe('Null in a test run only'),
	}),
};
