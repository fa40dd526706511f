/** Reads what may be missing, null or of another type in a record of the API. Nothing is invented. */
import type { ApiRecord } from '../api/contract';
import { readNumber } from './parameters';

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

/** The ID of a record as text; empty where it has none. */
export function idOf(record: ApiRecord): string {
	return textOf(record.id) ?? '';
}

/** The entries of a list as texts, `undefined` for entries that have none (the API has null there too). */
export function listedTexts(value: unknown): Array<string | undefined> {
	const list: unknown[] = Array.isArray(value) ? value : [];
	return list.map(textOf);
}

/** A count, or its text; `undefined` for anything else. */
export function countOf(value: unknown): number | undefined {
	const number = readNumber(value);
	return number !== undefined && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** The sum of the counts among the values; `undefined` where there is none at all. */
export function sumOf(values: unknown[]): number | undefined {
	const counts = values.map(countOf).filter((count) => count !== undefined);
	return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
