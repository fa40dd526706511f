/** What the running n8n knows about our nodes: the tests compare the screen with it, not with texts of their own. */
import type { N8nClient } from '@host/n8nClient.cjs';
import { z } from 'zod';

const optionSchema = z
	.object({ name: z.string(), value: z.unknown(), action: z.string().optional() })
	.passthrough();
const propertySchema = z
	.object({
		name: z.string(),
		displayName: z.string(),
		type: z.string(),
		displayOptions: z.unknown(),
		options: z.array(z.unknown()).optional(),
	})
	.passthrough();
const descriptionSchema = z
	.object({ name: z.string(), displayName: z.string(), properties: z.array(propertySchema) })
	.passthrough();

/** The part of a node's description that these tests use. */
export type Description = z.infer<typeof descriptionSchema>;

const prefix = 'n8n-nodes-proofpoint.';

/** The descriptions of our nodes by name (`proofpointGroup`), without the variants for agents. */
export async function readDescriptions(client: N8nClient): Promise<Map<string, Description>> {
	const types = await client.nodeTypes();
	const ours = types.filter(({ name }) => name.startsWith(prefix) && !/Tool$/.test(name));
	return new Map(
		ours.map((type) => {
			const description = descriptionSchema.parse(type);
			return [description.name.slice(prefix.length), description];
		}),
	);
}

/** What the panel calls a node: a trigger goes without that word. */
export function panelName({ displayName }: Description): string {
	return displayName.replace(/ Trigger$/, '');
}

/** The sentences of a node's list of actions. */
export function actionsOf({ properties }: Description): string[] {
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options = [] }) => options)
		.flatMap((option) => optionSchema.parse(option).action ?? []);
}

/** The options of a parameter, in the order of the description. */
export function optionsOf(
	{ properties }: Description,
	parameter: string,
): Array<z.infer<typeof optionSchema>> {
	return properties
		.filter(({ name }) => name === parameter)
		.flatMap(({ options = [] }) => options)
		.map((option) => optionSchema.parse(option));
}

/** An option of a parameter, by its value. */
export function optionOf(
	description: Description,
	parameter: string,
	value: string,
): z.infer<typeof optionSchema> {
	const found = optionsOf(description, parameter).find((option) => option.value === value);
	if (found === undefined) throw new Error(`"${parameter}" has no option ${value}`);
	return found;
}

/** The text of a notice, by its name; where resources have one of the same name, that of this resource. */
export function noticeOf({ properties }: Description, name: string, resource: string): string {
	const found = properties.find(({ name: own, type, displayOptions }) => {
		const shown = showSchema.parse(displayOptions)?.show?.resource;
		return own === name && type === 'notice' && (shown === undefined || shown.includes(resource));
	});
	if (found === undefined) throw new Error(`There is no notice ${name}`);
	return found.displayName;
}

const showSchema = z
	.object({ show: z.object({ resource: z.array(z.string()).optional() }).optional() })
	.optional();
