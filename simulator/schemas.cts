/**
 * What the control plane is told: one schema per request body. The types for the client and for the
 * simulator's own switches are inferred from here.
 */
import type { EndpointName } from '@nodes/shared/api/endpoints';
import { z } from 'zod';
import { remediationSettings } from './eventSchemas.cjs';
import { isEndpointName } from './router.cjs';

const endpointName = z.custom<EndpointName>(isEndpointName, 'not in the endpoint table');
const record = z.record(z.string(), z.unknown());
const count = z.number().int().min(0);

export * from './eventSchemas.cjs';

/** The permissions of the portal that a token can have. */
export const permissionSchema = z.enum([
	'Action Quarantined Emails',
	'Audit Trail',
	'Groups',
	'Security Events',
	'User Monitoring',
]);

/**
 * The bodies of refusals: the vendor documents no shape, so a client must stand all of them. `problem` is
 * `application/problem+json` with a detail that holds quotes and braces.
 */
export const errorBodySchema = z.enum(['problem', 'json', 'text', 'html', 'empty']);
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** In which headers the rate limit is told. */
export const rateLimitFormSchema = z.enum([
	'retry-after-seconds',
	'retry-after-date',
	'ratelimit-fields',
	'ratelimit-structured',
	'ratelimit-structured-old',
	'none',
	'absurd',
	'blank',
	'past',
]);
export type RateLimitForm = z.infer<typeof rateLimitFormSchema>;

export const rateLimitSchema = z
	.object({
		/** Requests that come back into the bucket per second; 0 refuses all after the burst. */
		perSecond: z.number().min(0),
		/** Size of the bucket: by default as many as one second brings, at least 1. */
		burst: z.number().int().min(0).optional(),
		form: rateLimitFormSchema.default('ratelimit-fields'),
	})
	.strict();
export type RateLimitSetting = z.input<typeof rateLimitSchema>;

/** Which request of a paging run: `last` is one whose true answer says that nothing follows. */
const where = z.enum(['any', 'first', 'middle', 'last']);

/** What a page plan or a fault waits for. */
const occasion = {
	/** Only requests of this endpoint. */
	endpoint: endpointName.optional(),
	on: where.default('any'),
	/** First matching request that it applies to, counted from 1 since the rule was set. */
	nth: z.number().int().min(1).default(1),
	/** How many matching requests in a row; 0 = for ever. */
	times: count.default(1),
};

export const pagePlanSchema = z
	.object({
		...occasion,
		endpoint: endpointName,
		/** No records; says true unless `more` says otherwise. */
		empty: z.boolean().default(false),
		/** At most this many records, whatever `limit` asks for. */
		size: count.optional(),
		/** Says this in `additional_results` / `has_more`, true or not. */
		more: z.boolean().optional(),
		/** `unchanged` repeats the one that was asked with; the others spoil it. */
		checkpoint: z.enum(['unchanged', 'missing', 'null', 'empty', 'number']).optional(),
		/** The page's first record stands again at its end. */
		duplicate: z.boolean().default(false),
		/** Events: after the page was made, the first so many of its events are updated. */
		updateAfter: count.default(0),
		/** Events: after the page was made, the events with these ids are updated. */
		updateIds: z.array(z.string()).default([]),
		/** Events: after the page was made, so many events are created. */
		createAfter: count.default(0),
	})
	.strict();
export type PagePlan = z.infer<typeof pagePlanSchema>;
export type PagePlanInput = z.input<typeof pagePlanSchema>;

const headers = z.record(z.string(), z.string());

function isPattern(text: string): boolean {
	try {
		return new RegExp(text) instanceof RegExp;
	} catch {
		return false;
	}
}

const faultActionSchema = z.discriminatedUnion('kind', [
	z
		.object({
			kind: z.literal('status'),
			status: z.number().int().min(200).max(599),
			body: errorBodySchema.optional(),
			headers: headers.default({}),
			/** True carries the request out first: the answer is wrong, not the deed. */
			processed: z.boolean().default(false),
		})
		.strict(),
	/** The socket is destroyed before anything was done. */
	z.object({ kind: z.literal('reset') }).strict(),
	/** The request is carried out, then the socket is destroyed: the lost answer. */
	z.object({ kind: z.literal('reset-after-processing') }).strict(),
	/** Never answers; `processed` carries the request out all the same. */
	z.object({ kind: z.literal('hang'), processed: z.boolean().default(false) }).strict(),
	/** Carries the request out and answers later. */
	z.object({ kind: z.literal('delay'), ms: count }).strict(),
	/** Cuts the JSON in half: with a `content-length` that fits the half, or the whole. */
	z.object({ kind: z.literal('truncate'), length: z.enum(['correct', 'wrong']) }).strict(),
	/** Carries the request out and answers 200 with a web page. */
	z.object({ kind: z.literal('html-200') }).strict(),
	/** 200 with JSON that is no page: `body` or a made-up object. */
	z.object({ kind: z.literal('wrong-envelope'), body: z.unknown() }).strict(),
	z
		.object({
			kind: z.literal('redirect'),
			to: z.string(),
			status: z.number().int().min(300).max(399).default(302),
		})
		.strict(),
]);
export type FaultAction = z.infer<typeof faultActionSchema>;

export const faultSchema = z
	.object({
		/** Shown in the request log; by default the kind of the action. */
		name: z.string().optional(),
		...occasion,
		method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
		/** A regular expression that the path must match. */
		path: z.string().refine(isPattern, 'not a regular expression').optional(),
		/** Only requests with the token of this name. */
		token: z.string().optional(),
		/** Only requests whose query or body contains this text. */
		contains: z.string().optional(),
		action: faultActionSchema,
	})
	.strict();
export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

export const newAnomaliesSchema = z
	.object({
		count: z.number().int().min(1).default(1),
		/** `2024-05-01`; by default today. */
		day: z
			.string()
			.regex(/^\d{4}-\d\d-\d\d$/)
			.optional(),
		fields: record.optional(),
	})
	.strict();
export type NewAnomalies = z.input<typeof newAnomaliesSchema>;

export const newAuditsSchema = z
	.object({ count: z.number().int().min(1).default(1), fields: record.optional() })
	.strict();
export type NewAudits = z.input<typeof newAuditsSchema>;

export const userStatusSchema = z
	.object({
		/** The status from now on, any text: `Connection issues` … */
		status: z.string(),
		/** How many users, from the first of the list on, or from `from` on. */
		count: z.number().int().min(1).default(1),
		from: z.number().int().min(0).default(0),
	})
	.strict();
export type UserStatus = z.input<typeof userStatusSchema>;

export const liveSchema = z
	.object({
		/** Events created per second; 0 stops. */
		perSecond: z.number().min(0),
		/** Chance that a creation is followed by an update of one of the newest 100 events. */
		updateProbability: z.number().min(0).max(1).default(0.3),
		type: z.string().optional(),
	})
	.strict();
export type Live = z.input<typeof liveSchema>;

export const tokenSchema = z
	.object({ name: z.string().min(1), permissions: z.array(permissionSchema) })
	.strict();

export const settingsSchema = z
	.object({
		/** True: every request to the API ends in a connection reset. */
		down: z.boolean(),
		errorBody: errorBodySchema,
		/** What the endpoints without a documented body answer. */
		writeAnswer: z.enum(['empty', 'no-content', 'json']),
		/** Status of the company risk endpoint once it is retired; 200 while it serves. */
		companyRiskStatus: z.union([z.literal(200), z.literal(404), z.literal(410)]),
		...remediationSettings,
		/** What the API answers to an event that it does not know. */
		unknownEvent: z.union([z.literal(400), z.literal(404)]),
		/** What it does with `created_after` and `after_checkpoint` in one request: taken, the checkpoint leads. */
		bothPagingParameters: z.enum(['refused', 'taken']),
		/** Which item of a page of anomalies has the checkpoint that leads to the next page. */
		anomalyCheckpoint: z.enum(['first', 'last']),
		/** True: today has no anomalies, whatever there is. */
		quietAnomalies: z.boolean(),
		/** Where the portal links of events lead: by default to the simulator's own address. */
		portalUrl: z.string().url(),
		/** Guardian events of the live stream become visible together, every so many milliseconds; 0 = at once. */
		guardianBatchMs: count,
		/** Every answer takes at least this long. */
		latencyMs: count,
		/** The platform's clock is wrong by so much. */
		clockOffsetSeconds: z.number(),
	})
	.partial()
	.strict();
export type Settings = z.infer<typeof settingsSchema>;
