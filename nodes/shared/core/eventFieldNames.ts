/** The names of fields that an event is known to have, for people who select fields by name (docs/lists.md, “Output”). */
import { z } from 'zod';

import { eventSchema, type ApiRecord } from '../api/contract';
import { hasField } from './eventOutput';
import { fieldsIn } from './eventRecord';

/**
 * The paths that no event is known to have and none of these has: likely typing errors, whose columns of `null` look
 * like an answer. Proofpoint adds fields, so they are no mistake for sure.
 */
export function unknownFields(paths: readonly string[], events: readonly ApiRecord[]): string[] {
	return paths.filter(
		(path) =>
			!isDocumented(eventSchema, path.split('.')) && !events.some((event) => hasField(event, path)),
	);
}

/** Whether the contract has a field at this path; a path may lead through lists. */
function isDocumented(schema: unknown, [name, ...rest]: string[]): boolean {
	const inner = bare(schema);
	if (name === undefined) return true;
	if (!(inner instanceof z.ZodObject)) return false;
	const fields = fieldsIn(inner.shape);
	return Object.hasOwn(fields, name) && isDocumented(fields[name], rest);
}

/** Without what lets a value be null, absent or a list. */
function bare(schema: unknown): unknown {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
		return bare(schema.unwrap());
	}
	return schema instanceof z.ZodArray ? bare(schema.element) : schema;
}
