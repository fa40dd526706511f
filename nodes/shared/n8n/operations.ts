/**
 * The operations of a node. Each has a file of its own that says what the editor shows of it and how it is carried out;
 * here they become what n8n wants: one list of operations and one list of parameters.
 */
import type {
	IExecuteFunctions,
	INodeProperties,
	INodePropertyOptions,
	INodePropertyRouting,
	NodeOutput,
} from 'n8n-workflow';

import { badParameter } from './outcome';
import { perform, type Work } from './run';

/** One operation. */
export interface Operation {
	/** Its entry in the list: names, words, and for those that read the routing. */
	option: INodePropertyOptions & { value: string };
	/** Its parameters, in this order. One that several operations have is the same object in each of them. */
	fields: INodeProperties[];
	/** The function that carries it out for all items, where routing is not enough. */
	custom?(this: IExecuteFunctions): Promise<NodeOutput>;
}

/**
 * The parameters of a node that has only one resource, which is stored in workflows and never shown. n8n names a new node
 * after the `action` of its operation, and describes a tool to an AI agent with it, only where the operation
 * belongs to a resource; without one, "release" and "delete" would be the same tool to an agent. Custom operations
 * are looked up by it as well.
 */
export function onlyResource(
	name: string,
	value: string,
	operations: Operation[],
): INodeProperties[] {
	const resource: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'hidden',
		noDataExpression: true,
		options: [{ name, value }],
		default: value,
		routing: noOther({ [value]: operations }),
	};
	return [resource, ...operationsOf(value, operations)];
}

/** The operations of a resource and their parameters. "Get Many" is the usual one, else the first. */
export function operationsOf(resource: string, operations: Operation[]): INodeProperties[] {
	const fields: INodeProperties[] = [];
	for (const operation of operations) {
		// Behind the one that it comes behind in its operation, so that each operation keeps its order.
		let at = 0;
		for (const field of operation.fields) {
			const known = fields.indexOf(field);
			if (known < 0) fields.splice(at++, 0, field);
			else at = known + 1;
		}
	}
	const values = operations.map(({ option }) => option.value);
	const selector: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ option }) => option),
		default: values.find((value) => value === 'getAll') ?? values[0] ?? '',
	};
	const shown = fields.map((field): INodeProperties => {
		const having = operations.filter((operation) => operation.fields.includes(field));
		const show = { resource: [resource], operation: having.map(({ option }) => option.value) };
		const { displayOptions } = field;
		return {
			...field,
			displayOptions: { ...displayOptions, show: { ...displayOptions?.show, ...show } },
		};
	});
	return [selector, ...shown];
}

/** The functions of operations, for one resource of `INodeType.customOperations`. */
export function functionsOf(operations: Operation[]) {
	return Object.fromEntries(
		operations.flatMap(({ option, custom }) => (custom ? [[option.value, custom]] : [])),
	);
}

/**
 * The routing that stands where no operation is found: n8n looks for one by the written text, so that an expression finds
 * none, and would send a request without an address.
 */
export function noOther(resources: Record<string, Operation[]>): INodePropertyRouting {
	const work: Work = async (item) => {
		const [resource, operation] = ['resource', 'operation'].map((name) =>
			String(item.parameter(name) ?? ''),
		);
		const operations = Object.entries(resources).find(([name]) => name === resource)?.[1];
		if (!operations) return unknown('resource', resource, Object.keys(resources));
		const values = operations.map(({ option }) => option.value);
		return values.some((value) => value === operation)
			? badParameter(
					`The operation “${operation}” cannot be chosen by an expression`,
					'n8n looks for the operation before it resolves expressions. Choose it in the node; to choose among several, use one node for each behind a Switch node.',
				)
			: unknown('operation', operation, values);
	};
	return { send: { paginate: true }, operations: { pagination: perform(work) } };
}

function unknown(what: 'operation' | 'resource', given = '', known: string[]) {
	return badParameter(
		what === 'resource'
			? `There is no resource “${given.slice(0, 60)}”`
			: `There is no operation “${given.slice(0, 60)}”`,
		`Use one of these: ${known.join(', ')}. Nothing was sent.`,
	);
}
