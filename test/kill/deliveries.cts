/** What n8n really has: the items in the stored data of each execution, read from its database. */
import type { PrivateN8n } from '@host/privateN8n.cjs';
import { z } from 'zod';

/** One execution row of n8n's database. */
export interface StoredExecution {
	id: number;
	/** `success`, `crashed`, `running`, `new`, `error` … */
	status: string;
	/** When the row was made, in milliseconds since 1970. */
	createdAtMs: number;
	/** Ids of the events that it was started with, in order, as often as they are there. */
	eventIds: string[];
}

const itemsSchema = z.array(z.array(z.object({ json: z.object({ id: z.string().optional() }) })).nullable());
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
			eventIds: data === null ? [] : eventIdsIn(data, trigger),
		};
	});
}

/**
 * Ids of the events in the stored data of an execution, in n8n's storage format: a finished execution holds the trigger's
 * items as its output, one that was cut off as what it was to begin with.
 */
export function eventIdsIn(data: string, trigger: string): string[] {
	const { resultData, executionData } = dataSchema.parse(parseFlatted(data));
	const output = resultData.runData[trigger]?.at(-1)?.data?.main;
	const input = executionData?.nodeExecutionStack.find(({ node }) => node.name === trigger);
	const items = output ?? input?.data.main ?? [];
	// The execution of a poll that failed holds the error in place of an event.
	return items.flatMap((list) =>
		(list ?? []).flatMap(({ json }) => (json.id === undefined ? [] : [json.id])),
	);
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
