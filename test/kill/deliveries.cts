/** What n8n really has: the items in the stored data of each execution, read from its database. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { z } from 'zod';

/** One execution row of n8n's database. */
interface ExecutionRow {
	id: number;
	/** `success`, `crashed`, `running`, `new`, `error` … */
	status: string;
	/** When the row was made, in milliseconds since 1970. */
	createdAtMs: number;
}

/** An execution with the events that it was started with. */
export interface StoredExecution extends ExecutionRow {
	/** Ids of the events, in order, as often as they are there. */
	eventIds: string[];
}

/** An execution with what one of its nodes put out. */
export interface StoredItems extends ExecutionRow {
	items: Array<Record<string, unknown>>;
}

const idSchema = z.object({ id: z.string() });
const itemsSchema = z.array(
	z.array(z.object({ json: z.record(z.string(), z.unknown()) })).nullable(),
);
const dataSchema = z.object({
	resultData: z.object({
		runData: z
			.record(z.array(z.object({ data: z.object({ main: itemsSchema }).optional() })))
			.default({}),
	}),
	executionData: z
		.object({
			nodeExecutionStack: z.array(
				z.object({ node: z.object({ name: z.string() }), data: z.object({ main: itemsSchema }) }),
			),
		})
		.optional(),
});

const rowSchema = z.object({
	id: z.coerce.number(),
	status: z.string(),
	createdAt: z.string(),
	data: z.string().nullable(),
});

/**
 * All executions of a workflow, oldest first, whatever became of them. n8n may be dead.
 * @param trigger name of the node whose items count
 */
export function storedExecutions(
	n8n: PrivateN8n,
	workflowId: string,
	trigger: string,
): StoredExecution[] {
	return storedItems(n8n, workflowId, trigger).map(({ items, ...row }) => ({
		...row,
		eventIds: idsOf(items),
	}));
}

/** Ids of the events in the stored data of an execution, in n8n's storage format. */
export function eventIdsIn(data: string, trigger: string): string[] {
	return idsOf(itemsIn(data, trigger));
}

/** The execution of a poll that failed holds the error in place of an event. */
function idsOf(items: Array<Record<string, unknown>>): string[] {
	return items.flatMap((item) => {
		const { success, data } = idSchema.safeParse(item);
		return success ? [data.id] : [];
	});
}

/**
 * All executions of a workflow, oldest first, with the items of one node's last run. n8n may be dead.
 * @param node name of the node whose items count
 */
export function storedItems(n8n: PrivateN8n, workflowId: string, node: string): StoredItems[] {
	const rows = n8n.query(
		`SELECT e.id, e.status, e.createdAt, d.data FROM execution_entity e
		 LEFT JOIN execution_data d ON d.executionId = e.id WHERE e.workflowId = ? ORDER BY e.id`,
		workflowId,
	);
	return rows.map((row) => {
		const { id, status, createdAt, data } = rowSchema.parse(row);
		return {
			id,
			status,
			createdAtMs: Date.parse(`${createdAt.replace(' ', 'T')}Z`),
			items: data === null ? [] : itemsIn(data, node),
		};
	});
}

/** A finished execution holds a node's items as its output, one that was cut off the trigger's as what it was to begin with. */
function itemsIn(data: string, nodeName: string): Array<Record<string, unknown>> {
	const { resultData, executionData } = dataSchema.parse(parseFlatted(data));
	const output = resultData.runData[nodeName]?.at(-1)?.data?.main;
	const input = executionData?.nodeExecutionStack.find(({ node }) => node.name === nodeName);
	const items = output ?? input?.data.main ?? [];
	return items.flatMap((list) => (list ?? []).map(({ json }) => json));
}

/**
 * Reads n8n's storage format ("flatted") into what it holds: a list in which each text inside an object or a list is the number of the
 * place where the value itself stands; the value of place 0 is the whole.
 */
export function parseFlatted(text: string): unknown {
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
			const object: Record<string, unknown> = {};
			read.set(place, object);
			for (const [key, part] of Object.entries(raw)) object[key] = valueOf(part);
			return object;
		}
		return raw;
	};
	return at(0);
}
