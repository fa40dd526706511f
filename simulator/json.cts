/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = Record<string, unknown>;

/** @returns whether a value is a JSON object: no array, not null */
export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
