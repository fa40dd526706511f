/**
 * The positions of a workflow's triggers, in n8n's default storage. When a workflow is published again, n8n renews only the triggers
 * that were changed. The others, also those of other packages, keep the workflow as it was, with a copy of all positions, and
 * when one of them delivers, n8n stores its copy as a whole. So each copy is given the present positions
 * (docs/trigger.md, "What depends on n8n").
 */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { isRecord } from '../shared/core/eventRecord';

/** A trigger, and what the host keeps for it in memory. */
interface Sibling {
	name: string;
	own: IDataObject;
}

/** n8n's workflow, as far as it is used here. */
interface Copy {
	staticData: Record<string, unknown>;
	/** What n8n keeps for a node. It makes an object whose changes it watches where there is none yet. */
	getStaticData(type: 'node', node: { name: string }): IDataObject;
}

interface Siblings {
	/** By the ID of the node. */
	triggers: Map<string, Sibling>;
	/** The copies of the workflow that its triggers have polled with, for as long as n8n holds them. */
	copies: Set<WeakRef<Copy>>;
}

/** By workflow. */
const workflows = new Map<string, Siblings>();
const plain = z.record(z.string(), z.custom<IDataObject[string]>());
/** Where n8n notes that a copy holds what is not stored yet. */
const CHANGED = '__dataChanged';

/** Remembers a trigger that polls, and its copy. @param own what the host has handed to the poll */
export function rememberSibling(context: IPollFunctions, own: IDataObject): void {
	const { id, name } = context.getNode();
	const { triggers, copies } = siblingsOf(context);
	// A node that took the name of another one has taken its place.
	for (const [other, sibling] of triggers) if (sibling.name === name) triggers.delete(other);
	triggers.set(id, { name, own });
	const workflow: unknown = Reflect.get(context, 'workflow');
	if (isCopy(workflow) && ![...copies].some((copy) => copy.deref() === workflow)) {
		copies.add(new WeakRef(workflow));
	}
}

/**
 * Gives every copy the position of this trigger, and those of the others. What n8n has stored of a copy it takes for stored
 * still: the copy may hold old positions of other packages, which must not be stored because of us.
 * @param withOthers false in an activation: the others may still have to be renewed, from what n8n has read for them
 */
export function sharePositions(context: IPollFunctions, withOthers: boolean): void {
	const { triggers, copies } = siblingsOf(context);
	const { id: self } = context.getNode();
	for (const reference of copies) {
		const copy = reference.deref();
		if (!copy) {
			copies.delete(reference);
			continue;
		}
		const isChanged: unknown = Reflect.get(copy.staticData, CHANGED);
		for (const [id, sibling] of triggers) if (withOthers || id === self) give(copy, sibling);
		Reflect.set(copy.staticData, CHANGED, isChanged);
	}
}

function give(copy: Copy, { name, own }: Sibling): void {
	const held = copy.getStaticData('node', { name });
	if (held !== own) Object.assign(held, plain.parse(JSON.parse(JSON.stringify(own))));
}

function isCopy(workflow: unknown): workflow is Copy {
	return (
		isRecord(workflow) &&
		isRecord(workflow.staticData) &&
		typeof workflow.getStaticData === 'function'
	);
}

function siblingsOf(context: IPollFunctions): Siblings {
	const workflow = context.getWorkflow().id ?? '';
	const siblings = workflows.get(workflow) ?? { triggers: new Map(), copies: new Set() };
	workflows.set(workflow, siblings);
	return siblings;
}
