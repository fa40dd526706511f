/** Records that came from outside and are shown as they are, and changes laid over made-up ones. */
import { isJsonObject, type JsonObject } from './json.cjs';

/** @returns `base` with `over` laid over it: objects are merged, everything else replaced */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
	const merged = { ...base };
	for (const [key, value] of Object.entries(over)) {
		const below = merged[key];
		merged[key] = isJsonObject(below) && isJsonObject(value) ? merge(below, value) : value;
	}
	return merged;
}

/** @returns the record without the field at a path such as `defender_details.admin_label` */
function without(record: JsonObject, [key = '', ...rest]: string[]): JsonObject {
	const { [key]: value, ...others } = record;
	if (rest.length === 0) return others;
	return isJsonObject(value) ? { ...others, [key]: without(value, rest) } : record;
}

/** What differs of events from what the generator would make of them. */
export class OwnRecords {
	private readonly verbatim = new Map<number, JsonObject>();
	private readonly fields = new Map<number, JsonObject>();
	private readonly absent = new Map<number, string[]>();

	/** From now on the event is this record, whatever was before. */
	replace(index: number, record: JsonObject): void {
		this.verbatim.set(index, record);
		this.fields.delete(index);
		this.absent.delete(index);
	}

	/**
	 * @param fields merged over the record
	 * @param paths fields to leave out
	 */
	lay(index: number, fields?: JsonObject, paths: readonly string[] = []): void {
		if (fields) this.fields.set(index, merge(this.fields.get(index) ?? {}, fields));
		if (paths.length > 0) this.absent.set(index, [...(this.absent.get(index) ?? []), ...paths]);
	}

	/** @returns whether the event is a record from outside */
	isVerbatim(index: number): boolean {
		return this.verbatim.has(index);
	}

	/** @returns the record of an event. @param make makes it where none came from outside */
	record(index: number, make: () => JsonObject): JsonObject {
		const base = this.verbatim.get(index) ?? make();
		const fields = this.fields.get(index);
		const laid = fields ? merge(base, fields) : base;
		return (this.absent.get(index) ?? []).reduce(
			(record, path) => without(record, path.split('.')),
			laid,
		);
	}
}
