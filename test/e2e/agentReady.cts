/** Tools as the page on agents tells people to set them up: with its ready-made expressions. */
import { repositoryFolder } from '@host/places.cjs';
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { some, type Tool } from './agentWorld.cjs';

/** The page on agents. */
export const page = readFileSync(path.join(repositoryFolder, 'docs/ai-agents.md'), 'utf8');

/** The expressions of the page by the label of their parameter. */
export const ready: ReadonlyMap<string, string> = new Map(
	[...page.matchAll(/^([A-Z][A-Za-z ]+): (\{\{ \$fromAI\(.*\}\})$/gm)].map(
		([, label = '', expression = '']) => [label, `=${expression}`],
	),
);

/** The parameters that a person sets, not the agent. */
const setByPeople = [
	'returnAll',
	'output',
	'fields',
	'order',
	'options',
	'toolDescription',
	'resource',
	'operation',
];

/** The description of an operation's node as n8n makes it for a tool, as far as conditions look at it. */
export function toolDescription({ node }: Operation) {
	return { ...node.description, name: `${node.description.name}Tool` };
}

/** The parameters of an operation that an agent may fill in, those in collections too, with where they are. */
export function fillable(
	operation: Operation,
): Array<{ within?: string; property: INodeProperties }> {
	const description = toolDescription(operation);
	const chosen: INodeParameters = {
		resource: operation.resource,
		operation: String(operation.option.value),
	};
	return description.properties
		.filter(({ name, type }) => !setByPeople.includes(name) && !['hidden', 'notice'].includes(type))
		.filter((property) =>
			NodeHelpers.displayParameter(chosen, property, { typeVersion: 1 }, description),
		)
		.flatMap((property) =>
			property.type === 'collection'
				? (property.options ?? []).flatMap((inner) =>
						'type' in inner ? [{ within: property.name, property: inner }] : [],
					)
				: [{ property }],
		);
}

/** An operation as a tool: each of these parameters (all, when none are named) from the page's expression. */
export function toolOf(
	operation: Operation,
	name: string,
	more: Record<string, unknown> = {},
): Tool {
	const parameters: Record<string, unknown> = {
		resource: operation.resource,
		operation: operation.option.value,
	};
	for (const { within, property } of fillable(operation)) {
		const expression = some(ready.get(property.displayName));
		const value =
			property.type === 'resourceLocator'
				? { __rl: true, mode: 'id', value: expression }
				: expression;
		if (within === undefined) parameters[property.name] = value;
		else parameters[within] = { ...Object(parameters[within]), [property.name]: value };
	}
	return [name, `${operation.node.description.name}Tool`, { ...parameters, ...more }];
}

/** An operation by its node's folder, its resource and its value. */
export function operationOf(folder: string, value: string, resource?: string): Operation {
	return some(
		everyOperation().find(
			(operation) =>
				operation.folder === folder &&
				operation.option.value === value &&
				(resource === undefined || operation.resource === resource),
		),
	);
}

/** A tool's name as n8n gives it to the model. */
export function modelName(name: string): string {
	return name.replace(/[^A-Za-z0-9_-]/g, '_');
}
