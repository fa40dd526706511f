/** The kinds of records that the lists hold, each with its schema, and the fields that a schema knows. */
import {
	anomalySchema,
	auditEntrySchema,
	eventSchema,
	groupMetadataSchema,
	memberSchema,
	monitoredUserSchema,
	riskDatapointSchema,
	type ApiRecord,
} from '@nodes/shared/api/contract';
import type { ListEndpointName } from '@nodes/shared/api/endpoints';
import { textOf } from '@nodes/shared/core/eventRecord';
import { z } from 'zod';
import { pagesOf, type Evidence } from './evidence.cjs';

export type RecordKind = ListEndpointName;

export const schemas: Record<RecordKind, z.ZodTypeAny> = {
	events: eventSchema,
	groups: groupMetadataSchema,
	group: memberSchema,
	monitoredUsers: monitoredUserSchema,
	anomalies: anomalySchema,
	audits: auditEntrySchema,
	companyRisk: riskDatapointSchema,
};

/** What the records of a list are called. */
export const namesOfKinds: Record<RecordKind, string> = {
	events: 'security events',
	groups: 'groups',
	group: 'group members',
	monitoredUsers: 'monitored users',
	anomalies: 'anomalies',
	audits: 'audit entries',
	companyRisk: 'risk scores',
};

/** What tells one record from another. Audit entries have no ID: two that are equal are taken for one. */
const identities: Record<RecordKind, string[]> = {
	events: ['id'],
	groups: ['id'],
	group: ['address', 'domain'],
	monitoredUsers: ['id'],
	anomalies: ['id'],
	audits: ['timestamp', 'type', 'category', 'details', 'user', 'ip'],
	companyRisk: ['timestamp'],
};

/** A text that two equal records share. */
export function identityOf(kind: RecordKind, record: ApiRecord): string {
	return identities[kind].map((field) => textOf(record[field]) ?? '').join('\u0000');
}

/** Every record of a kind that came, each once: of several versions the last. */
export function recordsOf(evidence: Evidence, kind: RecordKind): ApiRecord[] {
	const records = new Map<string, ApiRecord>();
	for (const { page } of pagesOf(evidence, kind)) {
		for (const record of page.records) records.set(identityOf(kind, record), record);
	}
	return [...records.values()];
}

/** A schema without what makes it optional. */
export function bare(schema: z.ZodTypeAny): z.ZodTypeAny {
	return isOptional(schema) ? bare(schema.unwrap()) : schema;
}

type Optional = z.ZodOptional<z.ZodTypeAny> | z.ZodNullable<z.ZodTypeAny>;
type Union = z.ZodUnion<[z.ZodTypeAny, z.ZodTypeAny]>;
// What zod's classes say of themselves is `any`.
const isOptional = (schema: z.ZodTypeAny): schema is Optional =>
	schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
const isObject = (schema: z.ZodTypeAny): schema is z.ZodObject<z.ZodRawShape> =>
	schema instanceof z.ZodObject;
const isUnion = (schema: z.ZodTypeAny): schema is Union => schema instanceof z.ZodUnion;
const isArray = (schema: z.ZodTypeAny): schema is z.ZodArray<z.ZodTypeAny> =>
	schema instanceof z.ZodArray;

/** The fields of an object's schema, those of all its alternatives. None where there are none, or anything goes. */
export function fieldsOf(schema: z.ZodTypeAny): ReadonlyMap<string, z.ZodTypeAny> {
	const known = fieldsKnown.get(schema);
	if (known) return known;
	const fields = readFields(bare(schema));
	fieldsKnown.set(schema, fields);
	return fields;
}

/** Asked for with every object of every record. */
const fieldsKnown = new WeakMap<z.ZodTypeAny, ReadonlyMap<string, z.ZodTypeAny>>();

function readFields(inner: z.ZodTypeAny): ReadonlyMap<string, z.ZodTypeAny> {
	if (isObject(inner)) return new Map(Object.entries(inner.shape));
	if (!isUnion(inner)) return new Map();
	return new Map(inner.options.flatMap((option) => [...fieldsOf(option)]));
}

/** What the entries of a list look like. */
export function entryOf(schema: z.ZodTypeAny): z.ZodTypeAny | undefined {
	const inner = bare(schema);
	return isArray(inner) ? inner.element : undefined;
}

/** Every path that a schema knows, objects and lists too: `recipients`, `recipients.to`, `recipients.to[]`. */
export function pathsOf(schema: z.ZodTypeAny, at = ''): string[] {
	const entry = entryOf(schema);
	if (entry) return [at, `${at}[]`, ...pathsOf(entry, `${at}[]`).slice(1)];
	const below = [...fieldsOf(schema)].flatMap(([name, field]) =>
		pathsOf(field, at === '' ? name : `${at}.${name}`),
	);
	return at === '' ? below : [at, ...below];
}
