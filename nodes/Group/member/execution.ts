/**
 * What n8n still has to run in this execution. Nothing in the interface for nodes tells it; the execution's own data
 * does, and is read as something from outside: what is not as expected is not known.
 */
import { z } from 'zod';

import type { NodeContext } from '../../shared/n8n/parameters';
import { namedByPeople, sourcesSchema, type Source } from './runData';

const executionSchema = z.object({
	executionData: z.object({
		nodeExecutionStack: z.array(
			z.object({
				node: z.object({ name: z.string() }),
				source: z.object({ main: sourcesSchema }).nullish(),
			}),
		),
		waitingExecution: namedByPeople,
		waitingExecutionSource: namedByPeople.nullish(),
		contextData: namedByPeople,
	}),
});
/** By the number of the run that it will be. */
const gatheredSchema = z.record(z.string(), z.object({ main: sourcesSchema }));
const loopSchema = z.object({
	currentRunIndex: z.number(),
	noItemsLeft: z.boolean(),
	items: z.array(z.object({ json: z.unknown() })),
});

/** Where "Loop Over Items" stands: the round that it is in, and the rows that it has not given out yet. */
export type LoopState = z.infer<typeof loopSchema>;

/** A node that n8n still runs, and where its rows then come from. */
export interface Waiting {
	name: string;
	sources: Source[];
	/** Whether it waits for the rows of another input, too. */
	isGathering: boolean;
}

export class Execution {
	private readonly data: z.infer<typeof executionSchema>['executionData'] | undefined;

	/** Read once: a loop may hold many rows. */
	private readonly loops = new Map<string, LoopState | undefined>();

	constructor(context: NodeContext) {
		const { data } = executionSchema.safeParse(Reflect.get(context, 'runExecutionData'));
		this.data = data?.executionData;
	}

	/** The nodes that n8n still runs with what they have been given. */
	waiting(): Waiting[] {
		if (!this.data) return [];
		const { nodeExecutionStack, waitingExecution, waitingExecutionSource } = this.data;
		const gathered = new Map(Object.entries(waitingExecutionSource ?? {}));
		return [
			...nodeExecutionStack.map(({ node, source }) => ({
				name: node.name,
				sources: source?.main ?? [],
				isGathering: false,
			})),
			...Object.keys(waitingExecution).map((name) => {
				const runs = gatheredSchema.safeParse(gathered.get(name)).data ?? {};
				const sources = Object.values(runs).flatMap(({ main }) => main);
				return { name, sources, isGathering: true };
			}),
		];
	}

	/** Whether n8n is still to run a node with the rows of a source. */
	awaits(node: string, { node: from, output, run }: Source): boolean {
		const isIt = (one: Source) => one.node === from && one.output === output && one.run === run;
		return this.waiting().some(
			({ name, sources, isGathering }) => name === node && (isGathering || sources.some(isIt)),
		);
	}

	/** @returns `undefined` where it is not known */
	loop(name: string): LoopState | undefined {
		if (!this.loops.has(name)) {
			this.loops.set(name, loopSchema.safeParse(this.data?.contextData[`node:${name}`]).data);
		}
		return this.loops.get(name);
	}
}
