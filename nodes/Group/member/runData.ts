/**
 * What the nodes of this execution have given out so far. Nothing in the interface for nodes tells it; the
 * execution's own data does, and is read as something from outside: what is not as expected is not known.
 */
import { z } from 'zod';

const sourceSchema = z
	.object({
		previousNode: z.string(),
		previousNodeOutput: z.number().nullish(),
		previousNodeRun: z.number().nullish(),
	})
	// n8n leaves out what is the first.
	.transform(({ previousNode, previousNodeOutput, previousNodeRun }) => ({
		node: previousNode,
		output: previousNodeOutput ?? 0,
		run: previousNodeRun ?? 0,
	}))
	.nullish();

/** Where the rows of an input come from: an output of one run of a node. */
export type Source = NonNullable<z.infer<typeof sourceSchema>>;

/** The sources of a run of a node, as n8n stores them: one for each input, or none for an input without rows. */
export const sourcesSchema = z
	.array(sourceSchema)
	.nullish()
	.transform((sources): Source[] => (sources ?? []).flatMap((source) => source ?? []));

/** One look at the whole list: nobody needs all items. */
const items = z.custom<unknown[]>((value) => Array.isArray(value)).nullish();
const runSchema = z.object({
	source: sourcesSchema,
	executionIndex: z.number().nullish(),
	data: z.record(z.string(), z.array(items).nullish()).nullish(),
});
/** By the names of nodes. No `z.record`: zod 4 takes none with a node called “constructor”. */
export const namedByPeople = z.object({}).passthrough();
const dataSchema = z.object({
	startData: z.object({ destinationNode: z.unknown() }).partial().nullish(),
	resultData: z.object({
		runData: namedByPeople,
		pinData: namedByPeople.nullish(),
	}),
});

/** A run of a node. */
export interface Run {
	sources: Source[];
	/** Its place among the runs of all nodes of the execution. */
	place: number | undefined;
	/** The items of each output. */
	outputs: unknown[][];
}

export class RunData {
	private readonly data: z.infer<typeof dataSchema> | undefined;
	private readonly known = new Map<string, Array<Run | undefined>>();

	/** @param context what n8n gives the run of a node */
	constructor(context: object) {
		this.data = dataSchema.safeParse(Reflect.get(context, 'runExecutionData')).data;
	}

	/** Whether only the way to one node is run (“Execute step”): with what the nodes before gave out in other executions. */
	get isStep(): boolean {
		return (this.data?.startData?.destinationNode ?? undefined) !== undefined;
	}

	/** The runs of a node that have ended, in their order; `undefined` stands for one that cannot be read. */
	runs(node: string): Array<Run | undefined> {
		const known = this.known.get(node);
		if (known) return known;
		const given = z.array(z.unknown()).safeParse(this.data?.resultData.runData[node]).data ?? [];
		const runs = given.map(readRun);
		this.known.set(node, runs);
		return runs;
	}

	/** Whether a node gives out fixed rows, whatever it gets. */
	isPinned(node: string): boolean {
		return Object.entries(this.data?.resultData.pinData ?? {}).some(
			([name, rows]) => name === node && rows !== null && rows !== undefined,
		);
	}
}

function readRun(given: unknown): Run | undefined {
	const run = runSchema.safeParse(given).data;
	if (!run) return undefined;
	// A tool of an agent has its output under another name.
	const outputs = run.data?.main ?? Object.values(run.data ?? {}).flatMap((one) => one ?? []);
	return {
		sources: run.source,
		place: run.executionIndex ?? undefined,
		outputs: outputs.map((output) => output ?? []),
	};
}
