/**
 * What n8n gave to its workflows, written down by the database itself: with each execution that n8n stores, the data that it
 * begins with is copied, in the same transaction. n8n's own row is no lasting witness: when a worker is killed, the
 * main writes the execution's error over the items (2.41.1, `WorkflowRunner.processError`).
 */
import type { Postgres } from '@test/e2e/postgres.cjs';
import { ExecutionData, idsOf, type StoredExecution } from '../executions.cjs';
import { trigger } from '../watching.cjs';

/** One execution, as n8n made it and what became of it. */
export interface QueuedExecution extends StoredExecution {
	/** When a worker began with it, in milliseconds since 1970; undefined when none did. */
	startedAtMs: number | undefined;
	/** Whether n8n's row still holds the items, so that the execution can be retried in n8n. */
	isRetriable: boolean;
	/** The events of a retry that ended well. */
	retriedIds: string[];
	/** Names of the nodes that ran without an error. */
	ran: string[];
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

/** The first column of n8n's executions that fulfil a condition. */
export async function executionsWhere(
	postgres: Postgres,
	condition: string,
	column = 'id',
): Promise<string[]> {
	const rows = await postgres.query(
		`select ${column} from execution_entity where ${condition} order by id`,
	);
	return rows.map(([value = '']) => value);
}

/** Ids of all executions that have not ended. */
export async function unfinished(postgres: Postgres): Promise<string[]> {
	return await executionsWhere(postgres, `status in ('new', 'running', 'waiting', 'unknown')`);
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
	const read = async (sql: string): Promise<ExecutionData | undefined> => {
		const [[data = ''] = []] = await postgres.query(sql);
		return data === '' ? undefined : new ExecutionData(data);
	};
	const eventIds = (data?: ExecutionData) => idsOf(data?.itemsOf(trigger) ?? []);
	const executions: QueuedExecution[] = [];
	// One at a time: each holds megabytes.
	for (const [id = '', status = '', at, startedAt = ''] of rows) {
		const given = await read(`select data from ${journal} where execution_id = ${id}`);
		const kept = await read(`select data from execution_data where "executionId" = ${id}`);
		const retried = await read(
			`select d.data from execution_entity e join execution_data d on d."executionId" = e.id
			 where e."retryOf" = '${id}' and e.status = 'success' limit 1`,
		);
		executions.push({
			id: Number(id),
			status,
			createdAtMs: Number(at),
			startedAtMs: startedAt === '' ? undefined : Number(startedAt),
			eventIds: eventIds(given),
			isRetriable: kept?.isRetriable === true,
			retriedIds: eventIds(retried),
			ran: kept?.ran ?? [],
		});
	}
	return executions;
}
