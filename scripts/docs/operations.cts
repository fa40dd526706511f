/** What a node can be asked to do, read from its description: operations, or for the trigger its events. */
import { endpoints, type Endpoint, type EndpointName } from '@nodes/shared/api/endpoints';
import { eventNamed } from '@nodes/Trigger/events/all';
import type {
	IDisplayOptions,
	INodeProperties,
	INodePropertyOptions,
	INodeTypeDescription,
	NodeParameterValue,
} from 'n8n-workflow';

/** The parameters that are set before the others are looked at. */
export type Choice = Record<string, NodeParameterValue>;

export interface Operation {
	/** `Group`, where the node has resources. */
	resource?: string;
	name: string;
	value: string;
	description: string;
	choice: Choice;
	endpointName: EndpointName;
	endpoint: Endpoint;
}

/** Whether a condition of n8n's `displayOptions` holds, as far as the choice decides it. */
function matches(
	condition: NonNullable<IDisplayOptions['show']>[string],
	value: NodeParameterValue,
) {
	return condition?.some((wanted) => wanted === value) ?? false;
}

/** Whether a parameter can be seen at all with this choice; conditions on other parameters are left open. */
export function isShown({ displayOptions }: INodeProperties, choice: Choice): boolean {
	const entries = Object.entries(choice);
	const { show = {}, hide = {} } = displayOptions ?? {};
	return (
		entries.every(([name, value]) => show[name] === undefined || matches(show[name], value)) &&
		!entries.some(([name, value]) => hide[name] !== undefined && matches(hide[name], value))
	);
}

/** All operations of a node, in the order of the description. */
export function operationsOf({ name, properties }: INodeTypeDescription): Operation[] {
	const property = properties.find((candidate) => candidate.name === 'resource');
	// A node with one resource names it in a hidden parameter, where users do not see it.
	const isHidden = property?.type === 'hidden';
	const resources = isHidden ? [] : choices(property);
	const only: Choice =
		isHidden && typeof property.default === 'string' ? { resource: property.default } : {};
	const contexts: Array<{ choice: Choice; resource?: string }> =
		resources.length === 0
			? [{ choice: only }]
			: resources.map((option) => ({
					choice: { resource: option.value },
					resource: option.name,
				}));
	return contexts.flatMap(({ choice, resource }) =>
		properties
			.filter(
				(selector) => ['operation', 'event'].includes(selector.name) && isShown(selector, choice),
			)
			.flatMap((selector) =>
				choices(selector).map((option) => {
					const endpointName = endpointNameOf(option);
					if (!endpointName) throw new Error(`${name}: no endpoint for “${option.name}”`);
					return {
						...(resource === undefined ? {} : { resource }),
						name: option.name,
						value: String(option.value),
						description: option.description ?? '',
						choice: { ...choice, [selector.name]: option.value },
						endpointName,
						endpoint: endpoints[endpointName],
					};
				}),
			),
	);
}

/** The options of a parameter that is a choice. */
export function choices(property: INodeProperties | undefined): INodePropertyOptions[] {
	return (property?.options ?? []).filter(
		(option): option is INodePropertyOptions => 'value' in option,
	);
}

/** What the writes of a group are called in the endpoint table; *Sync* uses two endpoints with the same permission. */
const groupWrites: Record<string, EndpointName> = {
	create: 'groupCreate',
	update: 'groupUpdate',
	delete: 'groupDelete',
	add: 'membersAdd',
	remove: 'membersRemove',
	sync: 'membersAdd',
};

/**
 * An operation that reads names its endpoint in its routing, an event of the trigger in the trigger's own table. What
 * writes has no routing; the actions on mail are called like their endpoints.
 */
function endpointNameOf({ routing, value }: INodePropertyOptions): EndpointName | undefined {
	const request = routing?.request;
	if (request) {
		return endpointNames.find(
			(name) => endpoints[name].method === request.method && endpoints[name].path === request.url,
		);
	}
	return (
		eventNamed(value)?.endpoint ??
		groupWrites[String(value)] ??
		endpointNames.find((name) => name === value)
	);
}

const endpointNames = Object.keys(endpoints).filter(
	(name): name is EndpointName => name in endpoints,
);
