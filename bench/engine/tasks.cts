import type { Workflow } from '@host/workflow.cjs';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

/** What the engine process is asked to do; each answers with {@link Measured}. */
export type Task =
	/** Reads a whole list with a bare HTTP client. */
	| { task: 'loop'; client: 'http' | 'undici'; url: string; token: string }
	/**
	 * Runs a workflow in n8n's engine. `input` takes the place of the start node's output; the items of
	 * the node `last` are counted.
	 */
	| { task: 'workflow'; workflow: Workflow; last: string; input?: IDataObject[] }
	/** Takes a workflow whose node `node` is a polling trigger into memory, as activating it does. */
	| { task: 'open'; key: string; workflow: Workflow; node: string }
	/** Polls it `times` times. */
	| { task: 'poll'; key: string; times: number }
	/** Starts the CPU profiler, or stops it and writes the profile to `file`. */
	| { task: 'profile'; file?: string };

/** One thing the engine process was asked; `peak` watches the memory meanwhile. */
export interface Order {
	number: number;
	task: Task;
	peak: boolean;
}

export const measuredSchema = z.object({
	wallMs: z.number(),
	/** User and system time of the engine process, all its threads. */
	cpuMs: z.number(),
	/** Records or items that came out. */
	records: z.number(),
	/** How many different `id`s (or `event_id`s) they have. */
	distinct: z.number(),
	/** Items whose `pairedItem` is not their own position (one output item per input item only). */
	misplaced: z.number(),
	/** The only item that came out, where it was one. */
	first: z.record(z.string(), z.unknown()).optional(),
	/** Memory of the process: its highest minus that before, in bytes. With `peak` only. */
	peakBytes: z.number().optional(),
});

/** What one task took and gave. */
export type Measured = z.infer<typeof measuredSchema>;

export const answerSchema = z.union([
	z.object({ number: z.number(), measured: measuredSchema }),
	z.object({ number: z.number(), error: z.string() }),
]);

/** What the engine process says back; number 0 when it is ready. */
export type EngineAnswer = z.infer<typeof answerSchema>;
