/** What n8n really has: the items in the stored data of each execution. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { z } from 'zod';

type Item = Record<string, unknown>;

/** One execution, with what one of its nodes put out. */
export interface StoredItems {
	id: number;
	/** `success`, `crashed`, `running`, `new`, `error` … */
	status: string;
	/** When the row was made, in milliseconds since 1970. */
	createdAtMs: number;
	items: Item[];
}

/** One execution, with the ids of the events that it was started with, as often as they are there. */
export interface StoredExecution extends Omit<StoredItems, 'items'> {
	eventIds: string[];
}

const itemsSchema = z.array(z.array(z.object({ json: z.record(z.unknown()) })).nullable());
const mainSchema = z.object({ main: itemsSchema.optional() });
const runSchema = z.object({ data: mainSchema.optional(), executionStatus: z.string().optional() });
const stackSchema = z.array(z.object({ node: z.object({ name: z.string() }), data: mainSchema }));
const dataSchema = z.object({
	resultData: z.object({ runData: z.record(z.array(runSchema)).default({}) }),
	executionData: z.object({ nodeExecutionStack: stackSchema }).optional(),
});
const rowSchema = z.object({
	id: z.coerce.number(),
	status: z.string(),
	createdAt: z.string().transform((text) => Date.parse(`${text.replace(' ', 'T')}Z`)),
	data: z.string().nullable(),
});

/** The stored data of one execution, in n8n's format. */
export class ExecutionData {
	private readonly data: z.output<typeof dataSchema>;

	constructor(text: string) {
		this.data = dataSchema.parse(parseFlatted(text));
	}

	/** A finished execution holds a node's items as its output, one that was cut off the trigger's as what it was to begin with. */
	itemsOf(nodeName: string): Item[] {
		const output = this.data.resultData.runData[nodeName]?.at(-1)?.data?.main;
		const input = this.stack.find(({ node }) => node.name === nodeName)?.data.main;
		return (output ?? input ?? []).flatMap((list) => (list ?? []).map(({ json }) => json));
	}

	/** n8n retries an execution from the nodes that were still to run; without any a retry does nothing. */
	get isRetriable(): boolean {
		return this.stack.length > 0;
	}

	/** Names of the nodes that ran without an error. */
	get ran(): string[] {
		return Object.entries(this.data.resultData.runData)
			.filter(([, runs]) => runs.at(-1)?.executionStatus === 'success')
			.map(([name]) => name);
	}

	private get stack() {
		return this.data.executionData?.nodeExecutionStack ?? [];
	}
}

/**
 * All executions of a workflow, oldest first, with the items of one node's last run, from n8n's SQLite database. n8n may be dead.
 * @param node name of the node whose items count
 */
export function storedItems(n8n: PrivateN8n, workflowId: string, node: string): StoredItems[] {
	const rows = n8n.query(
		`SELECT e.id, e.status, e.createdAt, d.data FROM execution_entity e
		 LEFT JOIN execution_data d ON d.executionId = e.id WHERE e.workflowId = ? ORDER BY e.id`,
		workflowId,
	);
	return rows.map((row) => {
		const { createdAt, data, ...rest } = rowSchema.parse(row);
		const items = data === null ? [] : new ExecutionData(data).itemsOf(node);
		return { ...rest, createdAtMs: createdAt, items };
	});
}

/** The same with the ids of the trigger's events. */
export function storedExecutions(
	n8n: PrivateN8n,
	workflowId: string,
	trigger = 'Trigger',
): StoredExecution[] {
	return storedItems(n8n, workflowId, trigger).map(({ items, ...row }) => ({
		...row,
		eventIds: idsOf(items),
	}));
}

/** Ids of events; the execution of a poll that failed holds the error in place of one. */
export function idsOf(items: Item[]): string[] {
	return items.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

/**
 * Reads n8n's storage format ("flatted") into what it holds: a list in which each text inside an object or a list is the number of the
 * place where the value itself stands; the value of place 0 is the whole.
 */
function parseFlatted(text: string): unknown {
	const places = z.array(z.unknown()).parse(JSON.parse(text));
	const read = new Map<number, unknown>();
	const valueOf = (part: unknown): unknown => (typeof part === 'string' ? at(Number(part)) : part);
	const at = (place: number): unknown => {
		const known = read.get(place);
		if (known !== undefined) return known;
		const raw = places[place];
		if (Array.isArray(raw)) {
			const list: unknown[] = [];
			read.set(place, list);
			for (const part of raw) list.push(valueOf(part));
			return list;
		}
		if (typeof raw === 'object' && raw !== null) {
			const object: Item = {};
			read.set(place, object);
			for (const [key, part] of Object.entries(raw)) object[key] = valueOf(part);
			return object;
		}
		return raw;
	};
	return at(0);
}
