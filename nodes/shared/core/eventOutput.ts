/** The three forms in which a node or the trigger puts out a security event: simple, raw, or selected fields. */
import type { ApiRecord } from '../api/contract';
import type { Refused } from './eventFilters';
import { fieldsIn, isRecord } from './eventRecord';
import { namedValue } from './namedValues';
import { readList } from './parameters';
import { simpleEvent } from './simpleEvent';

/** The stored values of the parameter “Output”. */
export const outputModes = ['simple', 'raw', 'fields'] as const;
export type OutputMode = (typeof outputModes)[number];

/** What is put out for each event; `paths` are the fields that were asked for, in the mode `fields` only. */
export interface EventOutput {
	ok: true;
	mode: OutputMode;
	paths: string[];
	shape(event: ApiRecord): ApiRecord;
}

/**
 * Reads “Output”, and “Fields” where it applies.
 * @param fields called only for the mode `fields`, because the parameter is hidden for the others
 */
export function readOutput(output: unknown, fields: () => unknown): EventOutput | Refused {
	const mode = namedValue(outputModes, output);
	if (mode === undefined) {
		return { ok: false, label: 'Output', given: output, wanted: `Use ${outputModes.join(', ')}.` };
	}
	if (mode === 'raw') return { ok: true, mode, paths: [], shape: (event) => event };
	if (mode === 'simple') return { ok: true, mode, paths: [], shape: simpleEvent };
	const given = fields();
	const paths = readPaths(given);
	if (paths === undefined) {
		return {
			ok: false,
			label: 'Fields',
			given,
			wanted:
				'Use names of fields with commas between them, for example “id, created_at, inbound_email_details.subject”.',
		};
	}
	return { ok: true, mode, paths, shape: fieldPicker(paths) };
}

/** The names of fields, dots for depth; `undefined` where there is none, or one with nothing between two dots. */
function readPaths(given: unknown): string[] | undefined {
	const paths = readList(given)?.map((path) => path.split('.').map((name) => name.trim()));
	if (paths === undefined || paths.length === 0) return undefined;
	if (paths.some((names) => names.includes(''))) return undefined;
	return [...new Set(paths.map((names) => names.join('.')))];
}

/**
 * Only some fields of an event, where the event has them: `recipients.to` is a field `to` inside `recipients`. A path
 * that leads through a list takes that field of each entry.
 *
 * A field that the event does not have is `null`, so that all items have the same fields.
 */
export function fieldsOf(event: ApiRecord, paths: string[]): ApiRecord {
	return fieldPicker(paths)(event);
}

/** Whether an event has a field at this path, `null` included: a name that no event has is likely mistyped. */
export function hasField(event: ApiRecord, path: string): boolean {
	return has(event, path.split('.'));
}

function has(value: unknown, [name, ...rest]: string[]): boolean {
	if (name === undefined) return true;
	if (Array.isArray(value)) return value.some((entry) => has(entry, [name, ...rest]));
	return isRecord(value) && Object.hasOwn(value, name) && has(value[name], rest);
}

/** The fields to take, by name; `null` takes the whole value. */
type Tree = Map<string, Tree | null>;

function fieldPicker(paths: string[]): (event: ApiRecord) => ApiRecord {
	const tree: Tree = new Map();
	for (const path of paths) plant(tree, path.split('.'));
	return (event) => pickFields(event, tree);
}

/** `recipients` beside `recipients.to` means all of it, whichever comes first. */
function plant(tree: Tree, [name = '', ...rest]: string[]): void {
	const known = tree.get(name);
	if (rest.length === 0 || known === null) {
		tree.set(name, null);
		return;
	}
	const branch = known ?? new Map<string, Tree | null>();
	tree.set(name, branch);
	plant(branch, rest);
}

function pickFields(from: ApiRecord, tree: Tree): ApiRecord {
	// `fromEntries` makes a plain field of any name, `__proto__` too.
	return Object.fromEntries(
		[...tree].map(([name, branch]) => [
			name,
			pick(Object.hasOwn(from, name) ? from[name] : null, branch),
		]),
	);
}

function pick(value: ApiRecord[string], tree: Tree | null): ApiRecord[string] {
	if (tree === null) return value;
	return isList(value)
		? value.map((entry) => pick(entry, tree))
		: pickFields(fieldsIn(value), tree);
}

function isList(value: ApiRecord[string]): value is Array<ApiRecord[string]> {
	return Array.isArray(value);
}
