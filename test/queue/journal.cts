/**
 * What n8n gave to its workflows, written down by the database itself: with each execution that n8n stores, the data that it
 * begins with is copied, in the same transaction. n8n's own row is no lasting witness: when a worker is killed, the
 * main writes the execution's error over the items (2.41.1, `WorkflowRunner.processError`).
 */
import type { Postgres } from '@test/e2e/postgres.cjs';
import { eventIdsIn, parseFlatted, type StoredExecution } from '@test/kill/deliveries.cjs';
import { z } from 'zod';

/** One execution, as n8n made it and what became of it. */
export interface QueuedExecution extends StoredExecution {
	/** When a worker began with it, in milliseconds since 1970; undefined when none did. */
	startedAtMs?: number;
	/** Whether n8n's row still holds the items, so that the execution can be retried in n8n. */
	isRetriable: boolean;
	/** The events of a retry that ended well; undefined when there was none. */
	retriedIds?: string[];
}

const journal = 'suite_journal';

/** Begins to write down. n8n's tables must exist. */
export async function startJournal(postgres: Postgres): Promise<void> {
	await postgres.query(`
		create table ${journal} (execution_id integer, at timestamptz, data text);
		create function ${journal}() returns trigger language plpgsql as $$ begin
			insert into ${journal} values (new."executionId", clock_timestamp(), new.data);
			return new;
		end $$;
		create trigger ${journal} after insert on execution_data for each row execute function ${journal}();`);
}

/** How many executions of a workflow n8n has stored. */
export async function countExecutions(postgres: Postgres, workflowId: string): Promise<number> {
	const [[count] = []] = await postgres.query(
		`select count(*) from execution_entity where "workflowId" = '${workflowId}'`,
	);
	return Number(count);
}

/** The workflow of an execution; undefined when there is no such execution. */
export async function workflowOf(
	postgres: Postgres,
	executionId: number,
): Promise<string | undefined> {
	const [[workflow] = []] = await postgres.query(
		`select "workflowId" from execution_entity where id = ${executionId}`,
	);
	return workflow;
}

/** Ids of all executions that have not ended. */
export async function unfinished(postgres: Postgres): Promise<string[]> {
	const rows = await postgres.query(
		`select id from execution_entity where status in ('new', 'running', 'waiting', 'unknown')`,
	);
	return rows.map(([id = '']) => id);
}

/** Ids of the executions of a workflow that did not end well. */
export async function failed(postgres: Postgres, workflowId: string): Promise<string[]> {
	const rows = await postgres.query(
		`select id from execution_entity where "workflowId" = '${workflowId}' and status in ('crashed', 'error') order by id`,
	);
	return rows.map(([id = '']) => id);
}

/** All executions of a workflow that n8n made by itself (retries are not), oldest first, with the events given to each. */
export async function readJournal(
	postgres: Postgres,
	workflowId: string,
): Promise<QueuedExecution[]> {
	const rows = await postgres.query(`
		select e.id, e.status, extract(epoch from j.at) * 1000, extract(epoch from e."startedAt") * 1000
		from execution_entity e join ${journal} j on j.execution_id = e.id
		where e."workflowId" = '${workflowId}' and e.mode <> 'retry' order by e.id`);
	const executions: QueuedExecution[] = [];
	// One at a time: each holds megabytes.
	for (const [id = '', status = '', at, startedAt = ''] of rows) {
		const [[given = ''] = []] = await postgres.query(
			`select data from ${journal} where execution_id = ${id}`,
		);
		const [[kept = ''] = []] = await postgres.query(
			`select data from execution_data where "executionId" = ${id}`,
		);
		const [[retried] = []] = await postgres.query(
			`select d.data from execution_entity e join execution_data d on d."executionId" = e.id
			 where e."retryOf" = '${id}' and e.status = 'success' limit 1`,
		);
		executions.push({
			id: Number(id),
			status,
			createdAtMs: Number(at),
			eventIds: eventIdsIn(given, 'Trigger'),
			isRetriable: hasItems(kept),
			...(startedAt === '' ? {} : { startedAtMs: Number(startedAt) }),
			...(retried === undefined ? {} : { retriedIds: eventIdsIn(retried, 'Trigger') }),
		});
	}
	return executions;
}

const keptSchema = z.object({
	executionData: z.object({ nodeExecutionStack: z.array(z.unknown()) }).optional(),
});

/** n8n retries an execution from the nodes that were still to run; without any a retry does nothing. */
function hasItems(data: string): boolean {
	if (data === '') return false;
	const { executionData } = keptSchema.parse(parseFlatted(data));
	return (executionData?.nodeExecutionStack.length ?? 0) > 0;
}

const ranSchema = z.object({
	resultData: z.object({
		runData: z
			.record(z.string(), z.array(z.object({ executionStatus: z.string().optional() })))
			.default({}),
	}),
});

/** Names of the nodes that ran without an error in an execution. */
export async function nodesThatRan(postgres: Postgres, executionId: number): Promise<string[]> {
	const [[data = ''] = []] = await postgres.query(
		`select data from execution_data where "executionId" = ${executionId}`,
	);
	if (data === '') return [];
	const { runData } = ranSchema.parse(parseFlatted(data)).resultData;
	return Object.entries(runData)
		.filter(([, runs]) => runs.at(-1)?.executionStatus === 'success')
		.map(([name]) => name);
}
