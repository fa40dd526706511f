import { z } from 'zod';

const record = z.record(z.string(), z.unknown());

const itemSchema = z
	.object({ json: record, pairedItem: z.unknown().optional(), error: z.unknown().optional() })
	.passthrough();

const errorSchema = z
	.object({
		name: z.string().optional(),
		message: z.string(),
		description: z.string().nullish(),
		httpCode: z.string().nullish(),
		messages: z.array(z.string()).optional(),
		node: z.object({ name: z.string() }).passthrough().optional(),
	})
	.passthrough();

const nodeRunSchema = z
	.object({
		executionStatus: z.string().optional(),
		executionTime: z.number().optional(),
		startTime: z.number().optional(),
		error: errorSchema.optional(),
		data: z.record(z.string(), z.array(z.array(itemSchema).nullable())).optional(),
	})
	.passthrough();

const executionSchema = z
	.object({
		id: z.union([z.string(), z.number()]).optional(),
		status: z.string().optional(),
		mode: z.string().optional(),
		startedAt: z.string().nullish(),
		stoppedAt: z.string().nullish(),
		workflowId: z.string().nullish(),
		data: z
			.object({
				resultData: z
					.object({
						runData: z.record(z.string(), z.array(nodeRunSchema)).optional(),
						error: errorSchema.optional(),
						lastNodeExecuted: z.string().optional(),
					})
					.passthrough(),
			})
			.passthrough()
			.nullish(),
	})
	.passthrough();

/** One item as n8n stores it: `{json, pairedItem?, error?}` and whatever else it holds. */
export type RunItem = z.infer<typeof itemSchema>;

/** An error as n8n stores it: at least `message`, often `description` and `httpCode`. */
export type RunError = z.infer<typeof errorSchema>;

/** One run of one node inside an execution. */
export interface NodeRun {
	/** `success`, `error` … */
	status: string;
	/** The items of each output of type `main`, by output index. */
	outputs: RunItem[][];
	/** The items of each other connection (`ai_tool` …), by connection type. */
	otherOutputs: Record<string, RunItem[][]>;
	error?: RunError;
	executionTimeMs: number;
}

/** One execution of a workflow, whichever way it was started. */
export interface RunResult {
	/** Absent when it came from the command line, which stores but does not print it. */
	executionId?: string;
	/** `success`, `error`, `crashed`, `canceled` … */
	status: string;
	mode?: string;
	workflowId?: string;
	startedAt?: string;
	stoppedAt?: string;
	/** Why the execution failed; absent when it did not. */
	error?: RunError;
	/** Runs of each node by its name, in order. A node that never ran is absent. */
	nodes: Record<string, NodeRun[]>;
}

/** Reads an execution as n8n's command line and public API give it. Throws when it is none. */
export function readExecution(value: unknown): RunResult {
	const execution = executionSchema.parse(value);
	const resultData = execution.data?.resultData;
	const nodes: Record<string, NodeRun[]> = {};
	for (const [name, runs] of Object.entries(resultData?.runData ?? {})) {
		nodes[name] = runs.map((run) => {
			const { main = [], ...others } = run.data ?? {};
			const nodeRun: NodeRun = {
				status: run.executionStatus ?? (run.error === undefined ? 'success' : 'error'),
				outputs: main.map((items) => items ?? []),
				otherOutputs: Object.fromEntries(
					Object.entries(others).map(([type, list]) => [type, list.map((items) => items ?? [])]),
				),
				executionTimeMs: run.executionTime ?? 0,
			};
			if (run.error !== undefined) nodeRun.error = run.error;
			return nodeRun;
		});
	}
	const result: RunResult = {
		status: execution.status ?? (resultData?.error === undefined ? 'success' : 'error'),
		nodes,
	};
	if (execution.id !== undefined) result.executionId = String(execution.id);
	if (execution.mode !== undefined) result.mode = execution.mode;
	if (execution.workflowId) result.workflowId = execution.workflowId;
	if (execution.startedAt) result.startedAt = execution.startedAt;
	if (execution.stoppedAt) result.stoppedAt = execution.stoppedAt;
	if (resultData?.error !== undefined) result.error = resultData.error;
	return result;
}

/**
 * Reads what `n8n execute --rawOutput` printed: log lines, and between them the execution, its
 * braces alone on their lines. A workflow that could not even begin (a required parameter is
 * empty, an unknown node) prints none; then the log itself becomes the error's message.
 */
export function readRawOutput(printed: string): RunResult {
	const json = /^\{$[\s\S]*^\}$/m.exec(printed)?.[0];
	if (json !== undefined) return readExecution(JSON.parse(json));
	return { status: 'error', error: { message: printed.trim() }, nodes: {} };
}

/** The items that a node's last run put on one output (the first by default); none if it never ran. */
export function itemsOf(result: RunResult, nodeName: string, output = 0): RunItem[] {
	return result.nodes[nodeName]?.at(-1)?.outputs[output] ?? [];
}

/** The `json` of `itemsOf`. */
export function jsonOf(
	result: RunResult,
	nodeName: string,
	output = 0,
): Array<Record<string, unknown>> {
	return itemsOf(result, nodeName, output).map((item) => item.json);
}

/** How `executeMany` works through its list. */
export interface ExecuteManyOptions {
	/** How many run at once (default 2). */
	concurrency?: number;
	/** The node to start from; default: the workflow's manual trigger. */
	trigger?: string;
	/** How long one execution may take, in milliseconds (default 120,000). */
	timeoutMs?: number;
}
