/** A value as JSON. `undefined` for what JSON has no text for (nothing, a function), which `JSON.stringify` does not declare. */
export function jsonText(value: unknown): string | undefined {
	return JSON.stringify(value);
}
