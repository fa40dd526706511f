import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';

const triggerStatusTable = 'workflow_publication_trigger_status';

/** Whether a trigger of a published workflow runs: what the editor's "active" does not tell. */
export interface TriggerStatus {
	nodeId: string;
	/** `activated` or `failed`. */
	status: string;
	errorMessage: string | null;
}

/** The SQLite database of one n8n, for reading: also while its server runs, or after it was killed. */
export class N8nDatabase {
	private readonly file: string;

	/** @param userFolder n8n's user folder */
	constructor(userFolder: string) {
		this.file = path.join(userFolder, '.n8n/database.sqlite');
	}

	query(sql: string, ...values: SQLInputValue[]): Array<Record<string, SQLOutputValue>> {
		const database = new DatabaseSync(this.file, { readOnly: true, timeout: 5000 });
		try {
			return database.prepare(sql).all(...values);
		} finally {
			database.close();
		}
	}

	/** Whether this n8n notes what becomes of triggers; 1.x does not. */
	get notesTriggers(): boolean {
		const sql = `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`;
		return this.query(sql, triggerStatusTable).length > 0;
	}

	/** What n8n has noted about the triggers of a published workflow. Empty before it has tried. */
	triggerStatuses(workflowId: string): TriggerStatus[] {
		const rows = this.query(
			`SELECT nodeId, status, errorMessage FROM ${triggerStatusTable} WHERE workflowId = ?`,
			workflowId,
		);
		return rows.map(({ nodeId, status, errorMessage }) => ({
			nodeId: String(nodeId),
			status: String(status),
			errorMessage: errorMessage === null ? null : String(errorMessage),
		}));
	}
}
