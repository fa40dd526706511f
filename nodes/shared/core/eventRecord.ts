/** Reads what may be missing, null or of another type in a record of the API. Nothing is invented. */
import type { ApiRecord } from '../api/contract';

/** Whether a value is an object with fields. */
export function isRecord(value: unknown): value is ApiRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of an object; none where there is no object. */
export function fieldsIn(value: unknown): ApiRecord {
	return isRecord(value) ? value : {};
}

/** A value as text; `undefined` where there is none. IDs and values that the API may send as numbers count. */
export function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** The entries of a list as texts, `undefined` for entries that have none (the API has null there too). */
export function listedTexts(value: unknown): Array<string | undefined> {
	const list: unknown[] = Array.isArray(value) ? value : [];
	return list.map(textOf);
}

/** The sum of the numbers among the values; `undefined` where there is no number at all. */
export function sumOf(values: unknown[]): number | undefined {
	const numbers = values.filter((value) => typeof value === 'number');
	return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0);
}
