/** What is stored of a chain: the phase, with just the fields that mean something in it, the place and the memory. */
import { z } from 'zod';

import type { Position } from '../../shared/core/walk';

const startingSchema = z.object({
	phase: z.literal('starting'),
	/** When a trigger "from now" polled for the first time (the process's clock, ms); absent until then. */
	begunAt: z.number().optional(),
	/** What "now" is: records up to this time were there before (API time); empty until an answer came. */
	since: z.string(),
	/** While clocks disagree: what else `since` may be (API time, ascending). */
	begins: z.array(z.string()).optional(),
	/** Which of them the API's own clock said. */
	apiBegin: z.string().optional(),
	/** Where the look back for what is there already began (sortable time). */
	lookedFrom: z.string().optional(),
});

const catchingUpSchema = z.object({
	phase: z.literal('catchingUp'),
	/** Records up to this time are not new (API time); empty for "everything is new". */
	since: z.string(),
});

const followingSchema = z.object({
	phase: z.literal('following'),
	/** The watermark: everything up to this time was dealt with (sortable time). */
	horizon: z.string(),
});

const walkedOnceSchema = z.discriminatedUnion('phase', [
	startingSchema,
	catchingUpSchema,
	followingSchema,
]);

const walkingAgainSchema = z.object({
	phase: z.literal('walkingAgain'),
	/** The phase in which records were dealt with that are listed again now. */
	within: walkedOnceSchema,
});

const phaseSchema = z.discriminatedUnion('phase', [
	startingSchema,
	catchingUpSchema,
	followingSchema,
	walkingAgainSchema,
]);

/** From "now", until the end of the listing was reached once. */
export type Starting = z.infer<typeof startingSchema>;
/** What is walked for the first time: from "now", from a date or from the beginning; or what is new at the end. */
export type WalkedOnce = z.infer<typeof walkedOnceSchema>;
/** {@link WalkedOnce}, or the same once more: after a refused checkpoint or a last page without one. */
export type Phase = z.infer<typeof phaseSchema>;

/** Whether records come again that were dealt with, and in which phase that was. */
export function withinOf(phase: Phase): { within: WalkedOnce; again: boolean } {
	return phase.phase === 'walkingAgain'
		? { within: phase.within, again: true }
		: { within: phase, again: false };
}

/** What is stored of a chain. */
export interface ChainBody<Memory> {
	phase: Phase;
	/** Where the listing goes on; absent until a place was found. */
	position?: Position | undefined;
	/** The newest time that a record had (sortable time); empty until there was one. */
	newest: string;
	/** Digests of the checkpoints that the listing passed last: none of them leads on. */
	trail: string;
	memory: Memory;
}

export const positionSchema = z.discriminatedUnion('at', [
	z.object({ at: z.literal('beginning') }),
	z.object({ at: z.literal('createdAfter'), time: z.string() }),
	z.object({ at: z.literal('checkpoint'), checkpoint: z.string() }),
]);

const bodySchema = z.object({
	phase: phaseSchema,
	position: positionSchema.optional(),
	newest: z.string(),
	trail: z.string(),
	memory: z.unknown(),
});

/** Reads what was stored; `undefined` when it is something else. */
export function readChain<Memory>(
	stored: unknown,
	memorySchema: z.ZodType<Memory>,
): ChainBody<Memory> | undefined {
	const { data } = bodySchema.safeParse(stored);
	const memory = memorySchema.safeParse(data?.memory);
	return data && memory.success ? { ...data, memory: memory.data } : undefined;
}
