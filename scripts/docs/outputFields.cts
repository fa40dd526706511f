/** The fields of output items, read from the output schemas that the build wrote beside the nodes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { cell, code, table } from './markdown.cjs';

interface Schema {
	type?: string | string[] | undefined;
	description?: string | undefined;
	properties?: Record<string, Schema> | undefined;
	items?: Schema | undefined;
	anyOf?: Schema[] | undefined;
	enum?: unknown[] | undefined;
}

const schemaSchema: z.ZodType<Schema> = z.lazy(() =>
	z.object({
		type: z.union([z.string(), z.array(z.string())]).optional(),
		description: z.string().optional(),
		properties: z.record(z.string(), schemaSchema).optional(),
		items: schemaSchema.optional(),
		anyOf: z.array(schemaSchema).optional(),
		enum: z.array(z.unknown()).optional(),
	}),
);

/** The output schema of every operation that has one, by `operation` or `resource/operation`. */
export function readSchemas(nodeFolder: string): Map<string, Schema> {
	const versions = path.join(nodeFolder, '__schema__');
	const found = new Map<string, Schema>();
	if (!existsSync(versions)) return found;
	const newest = readdirSync(versions).sort().at(-1);
	if (newest === undefined) return found;
	const folder = path.join(versions, newest);
	for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
		if (!file.endsWith('.json')) continue;
		const key = file
			.replace(/\.json$/, '')
			.split(path.sep)
			.join('/');
		found.set(key, schemaSchema.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))));
	}
	return found;
}

/** A schema as a table; a list of records that has a table of its own is only named. */
export function fieldTable(
	schema: Schema,
	known: Array<{ schema: Schema; title: string }>,
): string {
	return table(
		['field', 'type', 'meaning'],
		rows(schema, '', known).map(([name = '', type = '', meaning = '']) => [
			code(name),
			type,
			meaning,
		]),
	);
}

/** Whether two operations put out the same fields. */
export function sameFields(a: Schema, b: Schema): boolean {
	return JSON.stringify(shape(a)) === JSON.stringify(shape(b));
}

function shape({ type, properties, items }: Schema): unknown {
	return [
		type,
		Object.entries(properties ?? {}).map(([name, inner]) => [name, shape(inner)]),
		items && shape(items),
	];
}

function rows(
	schema: Schema,
	prefix: string,
	known: Array<{ schema: Schema; title: string }>,
): string[][] {
	return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
		const { items } = field;
		const at = `${prefix}${name}`;
		const record = items && known.find((other) => sameFields(items, other.schema));
		if (record) return [[at, 'list', `records as in ${record.title}`]];
		if (field.properties) {
			return [[at, typeOf(field), cell(field.description ?? '')], ...rows(field, `${at}.`, known)];
		}
		if (items?.properties) {
			return [
				[at, 'list of objects', cell(field.description ?? '')],
				...rows(items, `${at}[].`, known),
			];
		}
		return [[at, typeOf(field), cell(field.description ?? '')]];
	});
}

const words: Record<string, string> = {
	array: 'list',
	boolean: 'true / false',
	integer: 'whole number',
	null: 'null',
	number: 'number',
	object: 'object',
	string: 'text',
};

function typeOf({ type, items, anyOf }: Schema): string {
	if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ');
	const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
	if (types.length === 0) return 'anything';
	return types
		.map((each) => (each === 'array' && items ? `list of ${typeOf(items)}` : (words[each] ?? each)))
		.join(' or ');
}
