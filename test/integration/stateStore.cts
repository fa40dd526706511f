/** The host's database, as far as it holds a trigger's state. */
import type { IDataObject, Workflow } from 'n8n-workflow';
import { z } from 'zod';

/** What n8n keeps as JSON. */
export const keptSchema = z.record(z.string(), z.custom<IDataObject[string]>());

/** The host's database, as far as it holds a trigger's state. Two processes may share one. */
export class StateStore {
	/** Saved states as JSON, by node name (default) or node id (durable). */
	readonly saved = new Map<string, string>();
	/** The workflow's global static data as JSON. */
	global = '{}';
	/** Counts up with each durable poll: only the poll that holds the newest lease may commit. */
	lease = 0;

	/** What is saved under a key. */
	savedAs(key: string): IDataObject {
		return keptSchema.parse(JSON.parse(this.saved.get(key) ?? '{}'));
	}

	/** Default storage: the static data of all nodes of the workflow, as far as this copy of it knows them. */
	saveCopy({ staticData }: Pick<Workflow, 'staticData'>): void {
		for (const [name, own] of Object.entries(staticData)) {
			if (name.startsWith('node:')) this.saved.set(name.slice('node:'.length), JSON.stringify(own));
		}
	}
}
