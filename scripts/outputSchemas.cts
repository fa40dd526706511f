/**
 * Writes the output schemas that n8n shows before the first run, one file per operation under
 * `dist/nodes/<Node>/__schema__/v1.0.0/`: `<resource>/<operation>.json`, which the editor asks for.
 *
 * A trigger has neither resource nor operation, and n8n's editor previews no trigger; its assistant that builds
 * workflows reads `output.json`, which lists the items of all events.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { zodToJsonSchema } from 'zod-to-json-schema';
import type { ZodType } from 'zod';

import { outputs, triggerOutputs } from './outputs.cjs';

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * "An object or null" is an `anyOf` in JSON Schema, which the editor's preview does not read: it would show a
 * field without its fields. A list of types means the same and is read.
 */
function withoutNullBranches(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNullBranches);
	if (!isJson(value)) return value;
	const { anyOf, ...rest } = value;
	const branches = Array.isArray(anyOf) ? anyOf.filter(isJson) : [];
	const [branch, ...others] = branches.filter(({ type }) => type !== 'null');
	if (branch && others.length === 0 && branches.length === 2) {
		return withoutNullBranches({ ...branch, ...rest, type: [branch.type, 'null'].flat() });
	}
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, withoutNullBranches(entry)]),
	);
}

function schemaOf(type: ZodType): Json {
	const json = withoutNullBranches(
		zodToJsonSchema(type, { $refStrategy: 'none', target: 'jsonSchema7' }),
	);
	if (!isJson(json)) throw new Error('The schema of an output is not an object');
	return json;
}

function write(node: string, path: string, schema: Json): void {
	const file = join('dist', 'nodes', node, '__schema__', 'v1.0.0', `${path}.json`);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify({ ...schema, version: 1 }, null, '\t')}\n`);
}

for (const [node, resources] of Object.entries(outputs)) {
	for (const [resource, operations] of Object.entries(resources)) {
		for (const [operation, type] of Object.entries(operations)) {
			write(node, `${resource}/${operation}`, schemaOf(type));
		}
	}
}
write('Trigger', 'output', {
	type: 'object',
	anyOf: Object.entries(triggerOutputs).map(([event, type]) => ({
		title: event,
		...schemaOf(type),
	})),
});
