/**
 * The other triggers of a workflow, in n8n's default storage. When a workflow is published again, n8n renews only the triggers that
 * were changed. The others keep the workflow as it was, with their own copy of all positions, and each trigger that emits has its
 * copy stored as a whole: the positions of the others would go back to what they were (docs/trigger.md, "What depends on n8n").
 */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { isRecord } from '../shared/core/eventRecord';

/** A trigger, and the data that the host keeps for it in memory. */
interface Sibling {
	name: string;
	own: IDataObject;
}

/** By workflow, then by the ID of the node. */
const polled = new Map<string, Map<string, Sibling>>();
const plain = z.record(z.string(), z.custom<IDataObject[string]>());

/** Remembers a trigger that polls. @param own what the host has handed to the poll */
export function rememberSibling(context: IPollFunctions, own: IDataObject): void {
	const { id, name } = context.getNode();
	siblingsOf(context).set(id, { name, own });
}

/** Puts the positions that the other triggers of the workflow have by now into what the host stores with this one. */
export function carrySiblings(context: IPollFunctions): void {
	const workflow: unknown = Reflect.get(context, 'workflow');
	const data = isRecord(workflow) ? workflow.staticData : undefined;
	if (!isRecord(data)) return;
	const { id: self } = context.getNode();
	for (const [id, { name, own }] of siblingsOf(context)) {
		const slot = `node:${name}`;
		const text = JSON.stringify(own);
		if (id !== self && text !== JSON.stringify(data[slot] ?? {})) {
			data[slot] = plain.parse(JSON.parse(text));
		}
	}
}

function siblingsOf(context: IPollFunctions): Map<string, Sibling> {
	const workflow = context.getWorkflow().id ?? '';
	const siblings = polled.get(workflow) ?? new Map<string, Sibling>();
	polled.set(workflow, siblings);
	return siblings;
}
