/**
 * Compares what a workflow stores for our nodes with what the nodes declare. n8n drops a parameter that a node does not
 * declare or does not show, without a word, and a value that is not among the options shows up as an error only later.
 */
import { z } from 'zod';
import type { Workflow, WorkflowNode } from '@host/workflow.cjs';
import {
	NodeHelpers,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeTypeDescription,
	type NodeParameterValueType,
} from 'n8n-workflow';

import { everyNode } from './everyNode.cjs';

const PREFIX = 'n8n-nodes-proofpoint.';
type Option = INodePropertyOptions | INodeProperties | INodePropertyCollection;

/** What n8n adds to a node that polls. */
const pollTimes: INodeProperties = {
	displayName: 'Poll Times',
	name: 'pollTimes',
	type: 'fixedCollection',
	default: {},
	typeOptions: { multipleValues: true },
	options: NodeHelpers.cronNodeOptions,
};

/** The nodes of a workflow that are ours, tools included. */
export function ourNodes({ nodes }: Workflow): WorkflowNode[] {
	return nodes.filter(({ type }) => type.startsWith(PREFIX));
}

/** The description by which n8n knows a type of ours; `undefined` where there is none. */
export function descriptionOf(type: string): INodeTypeDescription | undefined {
	const name = type.replace(PREFIX, '');
	const all = Object.values(everyNode).map(({ description }) => description);
	const plain = all.find((description) => description.name === name);
	if (plain !== undefined) {
		const properties = plain.polling === true ? [pollTimes, ...plain.properties] : plain.properties;
		return { ...plain, properties };
	}
	const tool = all.find(({ name: own, usableAsTool }) => usableAsTool && `${own}Tool` === name);
	// n8n adds its own fields for the description to a tool without one: ours have theirs.
	return tool && { ...tool, name };
}

const storedSchema = z.record(z.string(), z.custom<NodeParameterValueType>());

/** The parameters that the editor shows for a node, with what it stores. */
export function shownParameters(node: WorkflowNode): INodeProperties[] {
	const description = descriptionOf(node.type);
	if (description === undefined) return [];
	const place = { typeVersion: node.typeVersion ?? 1 };
	const { properties } = description;
	// As it is stored.
	const stored = storedSchema.parse(JSON.parse(JSON.stringify(node.parameters ?? {})));
	const all =
		NodeHelpers.getNodeParameters(properties, stored, true, false, place, description) ?? {};
	return properties.filter((property) =>
		NodeHelpers.displayParameter({ ...all, ...stored }, property, place, description),
	);
}

/** What a node stores that its description does not know: one line for each, empty when all is well. */
export function strangeIn(node: WorkflowNode): string[] {
	const description = descriptionOf(node.type);
	if (description === undefined) return [`${node.name}: there is no node ${node.type}`];
	const strange = strangeFields(node.parameters ?? {}, shownParameters(node)).map((line) => {
		const isHidden = description.properties.some(({ name }) => name === line.split(' ')[0]);
		return isHidden && line.endsWith(NOT_DECLARED) ? line.replace(NOT_DECLARED, NOT_SHOWN) : line;
	});
	if (![description.version].flat().includes(node.typeVersion ?? 1)) {
		strange.push(`typeVersion ${String(node.typeVersion)}`);
	}
	const credentials = (description.credentials ?? []).map(({ name }) => name);
	for (const name of Object.keys(node.credentials ?? {})) {
		if (!credentials.includes(name)) strange.push(`credentials.${name} ${NOT_DECLARED}`);
	}
	return strange.map((line) => `${node.name}: ${line}`);
}

const NOT_DECLARED = 'is not declared';
const NOT_SHOWN = 'is not shown beside the other values, so n8n drops it';

function strangeFields(stored: object, declared: INodeProperties[]): string[] {
	return Object.entries(stored).flatMap(([name, value]) => {
		const candidates = declared.filter((property) => property.name === name);
		if (candidates.length === 0) return [`${name} ${NOT_DECLARED}`];
		return candidates.flatMap((property) =>
			strangeValue(value, property).map((line) => `${name}${line}`),
		);
	});
}

/** What is wrong with a value, each line from behind the parameter's name on. An expression may give anything. */
function strangeValue(value: unknown, property: INodeProperties): string[] {
	if (typeof value === 'string' && value.startsWith('=')) return [];
	const wrong = [` = ${JSON.stringify(value)} is not ${wanted[property.type] ?? 'known'}`];
	switch (property.type) {
		case 'string':
		case 'dateTime':
			return typeof value === 'string' ? [] : wrong;
		case 'boolean':
		case 'number':
			return typeof value === property.type ? [] : wrong;
		case 'options':
		case 'hidden':
			return valuesOf(property).includes(value) ? [] : wrong;
		case 'multiOptions':
			if (!Array.isArray(value)) return wrong;
			return value.flatMap((entry: unknown) =>
				valuesOf(property).includes(entry) ? [] : [` = ${JSON.stringify(entry)} is no option`],
			);
		case 'collection':
			return isFields(value)
				? strangeFields(value, innerOf(property)).map((line) => `.${line}`)
				: wrong;
		case 'fixedCollection':
			return isFields(value) ? strangeGroups(value, property) : wrong;
		case 'resourceLocator':
			return isFields(value) ? strangeLocator(value, property) : wrong;
		// A notice stores nothing, and the nodes have no other types.
		default:
			return wrong;
	}
}

const wanted: Partial<Record<INodeProperties['type'], string>> = {
	string: 'a text',
	dateTime: 'a text',
	boolean: 'a switch',
	number: 'a number',
	options: 'one of the options',
	hidden: 'one of the options',
	multiOptions: 'a list',
	collection: 'a group of fields',
	fixedCollection: 'a group of fields',
	resourceLocator: 'a resource locator',
};

function strangeGroups(value: object, property: INodeProperties): string[] {
	const groups = optionsOf(property).filter(
		(option): option is INodePropertyCollection => 'values' in option,
	);
	return Object.entries(value).flatMap(([name, entries]: [string, unknown]) => {
		const group = groups.find((known) => known.name === name);
		if (group === undefined) return [`.${name} ${NOT_DECLARED}`];
		return [entries]
			.flat()
			.flatMap((entry) =>
				isFields(entry)
					? strangeFields(entry, group.values).map((line) => `.${name}.${line}`)
					: [`.${name} is not a group of fields`],
			);
	});
}

function strangeLocator(value: object, { modes = [] }: INodeProperties): string[] {
	const fields = Object.keys(value).filter(
		(name) => !['__rl', 'mode', 'value', 'cachedResultName', 'cachedResultUrl'].includes(name),
	);
	const mode: unknown = 'mode' in value ? value.mode : undefined;
	return [
		...fields.map((name) => `.${name} ${NOT_DECLARED}`),
		...(modes.some(({ name }) => name === mode) ? [] : [`.mode = ${JSON.stringify(mode)}`]),
	];
}

function optionsOf({ options = [] }: INodeProperties): Option[] {
	return options;
}

function valuesOf(property: INodeProperties): unknown[] {
	return optionsOf(property).flatMap((option) => ('value' in option ? [option.value] : []));
}

function innerOf(property: INodeProperties): INodeProperties[] {
	return optionsOf(property).filter(
		(option): option is INodeProperties => 'type' in option && 'default' in option,
	);
}

function isFields(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
