/** The parameters of a node as rows of a table. */
import type { INodeProperties } from 'n8n-workflow';

import { cell, code, table } from './markdown.cjs';
import { choices, isShown, type Choice } from './operations.cjs';

const types: Partial<Record<INodeProperties['type'], string>> = {
	boolean: 'on / off',
	collection: 'optional fields',
	dateTime: 'date and time',
	fixedCollection: 'optional fields',
	json: 'JSON',
	multiOptions: 'any of',
	number: 'number',
	options: 'one of',
	resourceLocator: 'from a list, or an ID',
	string: 'text',
};

/** The parameter of a tool that holds what the model reads. */
const TOOL_TEXT = 'toolDescription';

/** What a model reads of a choice, where an AI agent has it as a tool; `undefined` for a node that is none. */
export function toolTextOf(properties: INodeProperties[], choice: Choice): string | undefined {
	const found = properties.find(
		(property) => property.name === TOOL_TEXT && isShown(property, choice),
	);
	return typeof found?.default === 'string' ? found.default : undefined;
}

/** The table of the parameters that can be seen with a choice; empty where there are none. */
export function parameterTable(properties: INodeProperties[], choice: Choice): string {
	const rows = properties
		.filter(
			(property) =>
				!(property.name in choice) &&
				!['hidden', 'notice'].includes(property.type) &&
				property.name !== TOOL_TEXT,
		)
		.filter((property) => isShown(property, choice))
		.flatMap((property) => rowsOf(property, properties, choice));
	return rows.length === 0
		? ''
		: table(['parameter', 'name in expressions', 'takes', 'default', 'what it does'], rows);
}

/** The notices that n8n shows with a choice. */
export function notices(properties: INodeProperties[], choice: Choice): string[] {
	return properties
		.filter((property) => property.type === 'notice' && isShown(property, choice))
		.map((property) => property.displayName.replace(/<[^>]*>/g, ''));
}

function rowsOf(
	property: INodeProperties,
	siblings: INodeProperties[],
	choice: Choice,
	parent?: INodeProperties,
): string[][] {
	const name = parent ? `${parent.name}.${property.name}` : property.name;
	const inner = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option,
	);
	if (inner.length > 0) return inner.flatMap((option) => rowsOf(option, inner, choice, property));
	return [
		[
			`${parent ? `${parent.displayName} > ` : ''}**${property.displayName}**${property.required ? ' (required)' : ''}`,
			code(name),
			takes(property),
			defaultOf(property),
			[sentence(property.description ?? ''), ...conditions(property, siblings, choice)]
				.join(' ')
				.trim(),
		],
	];
}

function takes(property: INodeProperties): string {
	const type = types[property.type] ?? property.type;
	const { minValue, maxValue, password } = property.typeOptions ?? {};
	const listed = choices(property).map(
		(option) =>
			`${code(option.value)} ${cell(option.name)}${option.description ? `: ${cell(option.description)}` : ''}`,
	);
	const bounds = [
		...(minValue === undefined ? [] : [`from ${minValue}`]),
		...(maxValue === undefined ? [] : [`to ${maxValue}`]),
	];
	const more = [...bounds, ...(password ? ['secret'] : [])].join(' ');
	return [`${type}${more === '' ? '' : `, ${more}`}`, ...listed].join('<br>');
}

function defaultOf({ default: value, type }: INodeProperties): string {
	if (type === 'boolean') return value === true ? 'on' : 'off';
	const isEmpty =
		value === '' ||
		value === undefined ||
		value === null ||
		(typeof value === 'object' && (type === 'resourceLocator' || Object.keys(value).length === 0));
	return isEmpty ? 'empty' : code(value);
}

/** What n8n's conditions ask for beyond the operation that the table is about. */
function conditions(
	property: INodeProperties,
	siblings: INodeProperties[],
	choice: Choice,
): string[] {
	const { show = {}, hide = {} } = property.displayOptions ?? {};
	const words = (kind: 'show' | 'hide') =>
		Object.entries(kind === 'show' ? show : hide)
			.filter(([name]) => !(name in choice))
			.map(([name, wanted]) => {
				if (name === '@tool') {
					return kind === 'show' ? '*As a tool of an AI agent.*' : '*In a workflow.*';
				}
				const sibling = siblings.find((other) => other.name === name);
				const values = (wanted ?? []).map((value) => valueWords(sibling, value)).join(' or ');
				return `*Shown ${kind === 'show' ? 'when' : 'unless'} ${sibling?.displayName ?? name} is ${values}.*`;
			});
	return [...words('show'), ...words('hide')];
}

function valueWords(property: INodeProperties | undefined, value: unknown): string {
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	return choices(property).find((option) => option.value === value)?.name ?? JSON.stringify(value);
}

function sentence(text: string): string {
	const words = cell(text.replace(/<[^>]*>/g, ''));
	return words === '' || /[.!?:]$/.test(words) ? words : `${words}.`;
}
