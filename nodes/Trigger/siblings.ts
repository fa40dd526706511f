/**
 * The positions of a workflow's triggers, in n8n's default storage. When a workflow is published again, n8n renews only the triggers
 * that were changed. The others, also those of other packages, keep the workflow as it was, with a copy of all positions, and
 * when one of them delivers, n8n stores its copy as a whole. So each copy is given the present positions
 * (docs/trigger.md, "What depends on n8n").
 */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { isRecord } from '../shared/core/eventRecord';

/** n8n's workflow, as far as it is used here. */
interface Copy {
	staticData: Record<string, unknown>;
	/** What n8n keeps for a node. It makes an object whose changes it watches where there is none yet. */
	getStaticData(type: 'node', node: { name: string }): IDataObject;
}

interface Siblings {
	/** What n8n has handed to each, and the ID of its node, by its name, as in n8n's static data. */
	positions: Map<string, { id: string; own: IDataObject }>;
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
	const { positions, copies } = siblingsOf(context);
	const { id, name } = context.getNode();
	// The name that it had before may be that of another node now.
	for (const [other, sibling] of positions) if (sibling.id === id) positions.delete(other);
	positions.set(name, { id, own });
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
	const { positions, copies } = siblingsOf(context);
	const self = context.getNode().name;
	for (const reference of copies) {
		const copy = reference.deref();
		if (!copy) {
			copies.delete(reference);
			continue;
		}
		const isChanged: unknown = Reflect.get(copy.staticData, CHANGED);
		for (const [name, { own }] of positions) {
			if (withOthers || name === self) give(copy, name, own);
		}
		Reflect.set(copy.staticData, CHANGED, isChanged);
	}
}

function give(copy: Copy, name: string, own: IDataObject): void {
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
	const siblings = workflows.get(workflow) ?? { positions: new Map(), copies: new Set() };
	workflows.set(workflow, siblings);
	return siblings;
}
