/** What records consist of, in numbers: which fields came how often, of which type and form. No value of the data is kept. */
import type { ApiRecord } from '@nodes/shared/api/contract';
import { isRecord } from '@nodes/shared/core/eventRecord';
import type { z } from 'zod';
import { knownValues } from './knownValues.cjs';
import { entryOf, fieldsOf, pathsOf, schemas, type RecordKind } from './recordKinds.cjs';

/** One field of a kind of record. */
export interface FieldProfile {
	/** How often it came, null included. */
	seen: number;
	/** How often with each type: `string`, `number`, `boolean`, `object`, `list`, `null`. */
	types: Record<string, number>;
	/** What its texts look like. */
	forms: Record<string, number>;
	/** Shortest and longest text or list. */
	lengths?: [number, number];
	/** Values that the contract knows. */
	values: Record<string, number>;
	/** Values of such a field that it does not know. */
	otherValues: number;
}

export interface Profile {
	records: number;
	fields: Map<string, FieldProfile>;
	/** Paths that the contract does not know; only the last part of each is not its own. */
	unknown: Set<string>;
	/** Paths that it knows and that never came. */
	neverSeen: string[];
	/** Path and fault: a type that is not the contract's, a field that is missing. */
	faults: Map<string, number>;
}

/** Faults and unknown names that are told apart. */
const MOST_DIFFERENT = 500;

const forms: Array<[string, RegExp]> = [
	['empty', /^$/],
	['time, whole seconds', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
	['time, 6 digits', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/],
	['time, other', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/],
	['date', /^\d{4}-\d\d-\d\d$/],
	['UUID', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
	['digits', /^\d+$/],
	['hexadecimal', /^[0-9a-f]{16,}$/i],
	['upper case', /^[A-Z]+(?:_[A-Z0-9]+)*$/],
	['link', /^https?:\/\//i],
	['address', /^[^\s@]+@[^\s@]+$/],
	['X.400', /^\/O=/i],
];

/** What a text looks like. */
function formOf(text: string): string {
	const start = text.slice(0, 300);
	return forms.find(([, pattern]) => pattern.test(start))?.[0] ?? 'text';
}

/** Looks through records of one kind. */
export function profileOf(kind: RecordKind, records: readonly ApiRecord[]): Profile {
	const profile: Profile = {
		records: records.length,
		fields: new Map(),
		unknown: new Set(),
		neverSeen: [],
		faults: new Map(),
	};
	const schema = schemas[kind];
	for (const record of records) {
		visit(profile, kind, schema, record, '');
		addFaults(profile, schema, record);
	}
	const paths = new Set(pathsOf(schema));
	profile.neverSeen = [...paths].filter((path) => !profile.fields.has(path));
	return profile;
}

function visit(
	profile: Profile,
	kind: RecordKind,
	schema: z.ZodTypeAny,
	value: unknown,
	at: string,
): void {
	if (at !== '') note(profile, kind, value, at);
	const entry = entryOf(schema);
	if (entry && Array.isArray(value)) {
		for (const item of value.slice(0, MOST_DIFFERENT)) visit(profile, kind, entry, item, `${at}[]`);
		return;
	}
	const fields = fieldsOf(schema);
	// An object of which nothing is known may be keyed by anything: its names are data.
	if (fields.size === 0 || !isRecord(value)) return;
	for (const name of Object.keys(value)) {
		const path = at === '' ? name : `${at}.${name}`;
		const field = fields.get(name);
		if (field) visit(profile, kind, field, value[name], path);
		else if (profile.unknown.size < MOST_DIFFERENT) profile.unknown.add(path);
	}
}

function note(profile: Profile, kind: RecordKind, value: unknown, at: string): void {
	let field = profile.fields.get(at);
	if (!field) {
		field = { seen: 0, types: {}, forms: {}, values: {}, otherValues: 0 };
		profile.fields.set(at, field);
	}
	field.seen++;
	count(field.types, typeOf(value));
	if (Array.isArray(value)) stretch(field, value.length);
	if (typeof value !== 'string') return;
	stretch(field, value.length);
	const known = knownValues[kind]?.[at];
	if (known?.includes(value)) count(field.values, value);
	else if (known) field.otherValues++;
	count(field.forms, formOf(value));
}

/** What the contract's own check says of a record: paths and types, never a value. */
function addFaults(profile: Profile, schema: z.ZodTypeAny, record: ApiRecord): void {
	const { error } = schema.safeParse(record);
	if (!error) return;
	const fields = new Set(pathsOf(schema));
	for (const issue of error.issues.slice(0, 20)) {
		const path = issue.path.map((part) => (typeof part === 'number' ? '[]' : `.${part}`)).join('');
		const known = path.replace(/^\./, '');
		const where = known === '' ? 'the record' : fields.has(known) ? known : 'a field';
		const what =
			issue.code === 'invalid_type'
				? issue.received === 'undefined'
					? 'is missing'
					: `is ${typeName(issue.received)}, not ${typeName(issue.expected)}`
				: 'is not what the contract says';
		const fault = `${where} ${what}`;
		if (profile.faults.size < MOST_DIFFERENT || profile.faults.has(fault)) {
			profile.faults.set(fault, (profile.faults.get(fault) ?? 0) + 1);
		}
	}
}

function typeName(type: string): string {
	if (type === 'array') return 'a list';
	if (type === 'null') return 'null';
	return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The JSON type of a value. */
function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'list' : typeof value;
}

function count(counts: Record<string, number>, name: string): void {
	counts[name] = (counts[name] ?? 0) + 1;
}

function stretch(field: FieldProfile, length: number): void {
	const [shortest, longest] = field.lengths ?? [length, length];
	field.lengths = [Math.min(shortest, length), Math.max(longest, length)];
}
