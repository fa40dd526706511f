/** What the control plane is told of events and of what becomes of their mail. */
import { z } from 'zod';

const record = z.record(z.string(), z.unknown());
const count = z.number().int().min(0);
const place = z.enum([
	'quarantined',
	'pending_release',
	'released',
	'inbox',
	'deletion_pending',
	'deleted',
]);
const paths = z.array(z.string().min(1));

export const newEventsSchema = z
	.object({
		count: z.number().int().min(1).default(1),
		/** Any type, unknown ones too; by default a mixture of the three known ones. */
		type: z.string().min(1).optional(),
		/** True makes Defender events that the auto-release playbook lets go, false none of them. */
		releasable: z.boolean().optional(),
		/** ISO 8601; by default now. Up to 70 minutes ago: an event that becomes visible late. */
		createdAt: z.string().optional(),
		/** ISO 8601; by default the time of creation, but not before what is in the chain already. */
		updatedAt: z.string().optional(),
		/** Laid over the records, deeply; unknown fields are fine. */
		fields: record.optional(),
		/** Paths of fields that the records lack, such as `defender_details.quarantine_status_count`. */
		without: paths.optional(),
		/** True: all of them are mails of one burst; by default each is a burst of its own. */
		oneBurst: z.boolean().default(false),
		/** Where the recipients' mail is; by default made up, quarantined for releasable ones. */
		place: place.optional(),
	})
	.strict();
export type NewEvents = z.input<typeof newEventsSchema>;

export const eventUpdateSchema = z
	.object({
		/** These events, in this order. */
		ids: z.array(z.string()).optional(),
		/** Or so many at random, possibly one twice … */
		count: count.optional(),
		/** … among the newest so many. */
		recent: z.number().int().min(1).optional(),
		fields: record.optional(),
		/** Paths of fields that the records lack from now on. */
		without: paths.optional(),
		/** ISO 8601; by default now. */
		updatedAt: z.string().optional(),
	})
	.strict();
export type EventUpdate = z.input<typeof eventUpdateSchema>;

/** Numbers of recipients, laid over those that the event has. */
const countsSchema = z
	.object({
		admin: z.record(z.string(), z.number().int()),
		user: z.record(z.string(), z.number().int()),
		deletion: z.record(z.string(), z.number().int()),
	})
	.partial()
	.strict();

export const versionSchema = z
	.object({
		/** The whole record with its `id`, sent exactly like this: a new event, or the next version of one. */
		record: z
			.object({ id: z.string().min(1) })
			.passthrough()
			.optional(),
		/** Or the next version of this event … */
		id: z.string().optional(),
		/** … with these numbers of recipients … */
		counts: countsSchema.optional(),
		/** … these fields laid over it … */
		fields: record.optional(),
		/** … and without these. */
		without: paths.optional(),
		/** ISO 8601; by default the time at which it is published. */
		updatedAt: z.string().optional(),
		/** Milliseconds from now. */
		afterMs: count.default(0),
	})
	.strict()
	.refine(({ record: whole, id }) => (whole === undefined) !== (id === undefined), {
		message: 'either record or id',
	});
export type EventVersion = z.input<typeof versionSchema>;
/** A version with the defaults filled in. */
export type ParsedVersion = z.output<typeof versionSchema>;

export const placeSchema = z
	.object({
		id: z.string(),
		place,
		/** Only these recipients; by default all. */
		addresses: z.array(z.string()).optional(),
	})
	.strict();
export type PlaceInput = z.input<typeof placeSchema>;

export const remediationPlanSchema = z
	.object({
		id: z.string(),
		/** Errors by recipient: with the next action nothing is queued for them. */
		errors: z.record(z.string(), z.string()).default({}),
		/** Recipients for whom the next action is queued and comes to nothing. */
		fallBack: z.array(z.string()).default([]),
		/** Recipients whose mail somebody deletes while the next action is under way. */
		deleted: z.array(z.string()).default([]),
	})
	.strict();
export type RemediationPlanInput = z.input<typeof remediationPlanSchema>;

/** How remediation goes on after the answer, and what the answer looks like. */
export const remediationSettings = {
	/** Between one version of a remediated event and the next, in milliseconds. */
	remediationDelayMs: count,
	/** `pending` stops when the action is under way, `none` publishes nothing: for tests that do it themselves. */
	remediationLife: z.enum(['full', 'pending', 'none']),
	/** Whether a user's answer comes in between, as a version that changes none of the counts. */
	userAnswers: z.boolean(),
	/** `counts-of-queued`: the counts leave out whom the list names with an error. */
	remediationAnswer: z.enum(['full', 'no-counts', 'no-list', 'counts-of-queued']),
};
export type RemediationSettings = z.infer<z.ZodObject<typeof remediationSettings>>;
