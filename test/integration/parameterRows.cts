/** The parameters of every operation, and the switches and lists among them, read from the descriptions of the nodes. */
import { everyOperation, type Operation } from '@test/unit/nodes/everyNode.cjs';
import type { INodeParameters, INodeProperties, NodeParameterValueType } from 'n8n-workflow';
import { z } from 'zod';

/** Lists that are a text in the editor. */
export const LIST_FIELDS = ['members', 'addresses', 'statuses'];

/** One parameter of one operation. */
export interface Row {
	operation: Operation;
	property: INodeProperties;
	/** The collection that it is an option of. */
	within: string | undefined;
	kind: 'switch' | 'list';
}

/** Whether a parameter belongs to an operation, as a node and not as a tool of an agent. */
export function isShown(
	{ displayOptions }: INodeProperties,
	{ resource, option }: Operation,
): boolean {
	const show = displayOptions?.show ?? {};
	return (
		show['@tool'] === undefined &&
		(show.resource ?? [resource]).includes(resource) &&
		(show.operation ?? [option.value]).includes(option.value)
	);
}

function kindOf({ type, name }: INodeProperties): 'switch' | 'list' | undefined {
	if (type === 'boolean') return 'switch';
	return type === 'multiOptions' || LIST_FIELDS.includes(name) ? 'list' : undefined;
}

function optionsOf({ options = [] }: INodeProperties): INodeProperties[] {
	return options.filter((option): option is INodeProperties => 'type' in option);
}

/** A parameter of an operation, of any kind. */
export type AnyRow = Omit<Row, 'kind'>;

/** Every parameter that people fill in, of every operation. */
export const everyParameter: AnyRow[] = everyOperation().flatMap((operation) =>
	operation.node.description.properties
		.filter(({ name, type }) => !['notice', 'hidden'].includes(type) && !isChoice(name))
		.filter((property) => isShown(property, operation))
		.flatMap((property): AnyRow[] =>
			property.type === 'collection'
				? optionsOf(property).map((inner) => ({
						operation,
						property: inner,
						within: property.name,
					}))
				: [{ operation, property, within: undefined }],
		),
);

function isChoice(name: string): boolean {
	return name === 'operation' || name === 'resource';
}

/** Every switch and list of every operation. */
export const rows: Row[] = everyParameter.flatMap((row): Row[] => {
	const kind = kindOf(row.property);
	return kind ? [{ ...row, kind }] : [];
});

/** What a test is called. */
export const titleOf = ({ operation, property, within }: AnyRow) =>
	`${operation.folder}, ${operation.resource} ${String(operation.option.value)}: ${within ? `${within}.` : ''}${property.name}`;

/** Fills a parameter in, in the collection that it belongs to. */
export function filled({ property, within }: Row, value: unknown): INodeParameters {
	const own = { [property.name]: value };
	return z.custom<INodeParameters>().parse(within ? { [within]: own } : own);
}

/** The name of a parameter, as an error gives it. */
export const nameOf = ({ property }: Row) => `“${property.displayName}”`;

const group = z.record(z.string(), z.custom<NodeParameterValueType>());

/** The parameters in a collection; none where it is missing. */
export function parametersIn(value: unknown): INodeParameters {
	return group.parse(value ?? {});
}
