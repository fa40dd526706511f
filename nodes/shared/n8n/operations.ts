/**
 * The operations of a node. Each has a file of its own that says what the editor shows of it and how it is carried out;
 * here they become what n8n wants: one list of operations and one list of parameters.
 */
import { textOf } from '../core/eventRecord';
import { visible } from '../core/invisible';
import { jsonText } from '../core/jsonText';
import type {
	IExecutePaginationFunctions,
	DeclarativeRestApiSettings,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
	INodePropertyRouting,
} from 'n8n-workflow';

import { parameterMessages as say } from '../words/parameters';
import { badParameter } from './outcome';
import type { CustomOperation } from './customOperation';
import { isTool, perform, routedItem, type Work } from './run';
import { toolText, type ToolWords } from './toolText';

/** One operation. */
export interface Operation {
	/** Its entry in the list: names, words, and for those that read the routing. */
	option: INodePropertyOptions & { value: string };
	/** What a model reads of it, where an AI agent has it as a tool. */
	tool: ToolWords;
	/** Its parameters, in this order. One that several operations have is the same object in each of them. */
	fields: INodeProperties[];
	/** How it is carried out for all items, where routing is not enough. */
	custom?: CustomOperation;
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
	const usual = values.find((value) => value === 'getAll') ?? values[0] ?? '';
	const selector: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ option }) => option),
		default: usual,
	};
	const told = operations.map(({ option, tool }) => toolDescription(resource, option.value, tool));
	const shown = fields.map((field): INodeProperties => {
		const having = operations.filter((operation) => operation.fields.includes(field));
		const show = { resource: [resource], operation: having.map(({ option }) => option.value) };
		const { displayOptions } = field;
		return {
			...field,
			displayOptions: { ...displayOptions, show: { ...displayOptions?.show, ...show } },
		};
	});
	return [selector, ...told, ...shown];
}

/**
 * The text that the model reads, in the tool variant of a node only. n8n adds a field of this name with a text of its
 * own, unless the node has one; this one keeps up with the operation, and people can still write theirs over it.
 */
function toolDescription(resource: string, operation: string, tool: ToolWords): INodeProperties {
	return {
		displayName: 'Tool Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 6 },
		displayOptions: { show: { '@tool': [true], resource: [resource], operation: [operation] } },
		default: toolText(tool),
		description:
			'What the model reads about this tool. Add when to use it in your workflow, and keep the warnings.',
	};
}

/** The functions of operations, for one resource of `INodeType.customOperations`. */
export function functionsOf(operations: Operation[]) {
	return Object.fromEntries(
		operations.flatMap(({ option, custom }) => (custom ? [[option.value, custom.forAll]] : [])),
	);
}

/**
 * The routing of what has none. Where n8n knows no custom operations, which is where it calls some tools, it carries them
 * out. Otherwise there is no such operation, and n8n would send a request without an address.
 */
export function noOther(resources: Record<string, Operation[]>): INodePropertyRouting {
	const refuse = perform(noOperation(resources));
	const pagination = async function (
		this: IExecutePaginationFunctions,
		asked: DeclarativeRestApiSettings.ResultOptions,
	): Promise<INodeExecutionData[]> {
		const { parameters } = this.getNode();
		const called = Object.entries(resources)
			.flatMap(([name, operations]) => (name === parameters.resource ? operations : []))
			.find(({ option }) => option.value === parameters.operation);
		// A call has one item. The items of a node must know of each other, and here they would not.
		const isCall = isTool(this) && this.getItemIndex() === 0;
		return called?.custom && isCall
			? await called.custom.forCall(routedItem(this, asked))
			: await refuse.call(this, asked);
	};
	return { send: { paginate: true }, operations: { pagination } };
}

/** Says that there is no such operation. It takes the written text for the name, so that an expression names none. */
function noOperation(resources: Record<string, Operation[]>): Work {
	return async (item) => {
		const written = (name: string) => {
			const given = item.parameter(name);
			return visible((textOf(given) ?? jsonText(given) ?? '').slice(0, 60));
		};
		const operations = new Map(Object.entries(resources)).get(written('resource'));
		return operations
			? badParameter(
					say.noOperation(
						written('operation'),
						operations.map(({ option }) => option.value).join(', '),
					),
				)
			: badParameter(say.noResource(written('resource'), Object.keys(resources).join(', ')));
	};
}
