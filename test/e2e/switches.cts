/** The data table "Proofpoint switches" as a person handles it, and as an hour leaves it behind. */
import type { PrivateN8n } from '@host/privateN8n.cjs';

import { manual } from './setup.cjs';

/** Turns the stop switch of all playbooks; creates its table as they do. */
export async function turnStopAll(n8n: PrivateN8n, value: 'on' | 'off'): Promise<void> {
	await inTable(n8n, `turn-${value}`, {
		operation: 'upsert',
		filters: { conditions: [{ keyName: 'name', condition: 'eq', keyValue: 'stopAll' }] },
		columns: { mappingMode: 'defineBelow', value: { name: 'stopAll', value } },
	});
}

/** An hour goes by: the places of the cap are free again. */
export async function freePlaces(n8n: PrivateN8n): Promise<void> {
	const conditions = [{ keyName: 'name', condition: 'like', keyValue: '%action%' }];
	await inTable(n8n, 'an-hour-later', { operation: 'deleteRows', filters: { conditions } });
}

/** A person decides about an event of "Users said malicious" in its data table. */
export async function decide(n8n: PrivateN8n, event: string, decision: string): Promise<void> {
	const [table] = n8n.query('SELECT id FROM data_table WHERE name = ?', 'Proofpoint questions');
	const node = {
		name: 'Decide',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			operation: 'update',
			dataTableId: { __rl: true, mode: 'id', value: String(table?.id) },
			filters: { conditions: [{ keyName: 'event', condition: 'eq', keyValue: event }] },
			columns: { mappingMode: 'defineBelow', value: { decision } },
		},
	};
	const [run] = await n8n.executeMany([manual(`decide-${decision}`, node)]);
	if (run?.error) throw new Error(run.error.message);
}

async function inTable(
	n8n: PrivateN8n,
	name: string,
	parameters: Record<string, unknown>,
): Promise<void> {
	const dataTableId = { __rl: true, mode: 'name', value: 'Proofpoint switches' };
	const node = {
		name: 'Turn it',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: { resource: 'row', dataTableId, matchType: 'allConditions', ...parameters },
	};
	const table = {
		name: 'Table of switches',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'table',
			operation: 'create',
			tableName: 'Proofpoint switches',
			columns: {
				column: ['name', 'value', 'at'].map((column) => ({ name: column, type: 'string' })),
			},
			options: { createIfNotExists: true },
		},
	};
	const [run] = await n8n.executeMany([manual(name, table, node)]);
	if (run?.error) throw new Error(run.error.message);
}
