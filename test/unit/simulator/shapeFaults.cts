import { isJsonObject, type JsonObject } from '@simulator/json.cjs';
import { fieldsOf, newerFields, realShapes, typeOf, type Shape } from './realShapes.cjs';

/** What may differ from the real records. */
export interface Leeway {
	/** By how much shares may differ, from 0 to 1. */
	shares: number;
	/** Whether fields that came later, and what only clients or documents tell, may be there. */
	newer: boolean;
}

function shareFault(what: string, found: number, wanted: number, { shares }: Leeway): string[] {
	return Math.abs(found - wanted) > shares + 1e-9
		? [`${what}: ${found.toFixed(3)} instead of ${wanted.toFixed(3)}`]
		: [];
}

function textFaults(path: string, shape: Shape, texts: string[], { newer }: Leeway): string[] {
	const { form, also } = shape;
	if (!form) return [];
	const bad = texts.find((text) => !form.test(text) && !(newer && also?.test(text)));
	return bad === undefined ? [] : [`${path}: "${bad}" is not of the form ${String(form)}`];
}

function listFaults(path: string, shape: Shape, lists: unknown[][], leeway: Leeway): string[] {
	const { length, single } = shape;
	if (!length) return [];
	const [min, max] = length;
	const odd = lists.find((list) => list.length < min || list.length > max);
	const faults =
		odd && !leeway.newer ? [`${path}: ${odd.length} entries, not ${min} to ${max}`] : [];
	if (single === undefined) return faults;
	const singles = lists.filter((list) => list.length === 1).length;
	return [
		...faults,
		...shareFault(`${path} with one entry`, singles / lists.length, single, leeway),
	];
}

function fieldFaults(path: string, shape: Shape, found: unknown[], leeway: Leeway): string[] {
	const present = found.filter((value) => value !== null);
	const strange = present.find((value) => typeOf(value) !== shape.type);
	if (strange !== undefined) return [`${path}: ${typeOf(strange)} instead of ${shape.type}`];
	const nulls = 1 - present.length / found.length;
	return [
		...shareFault(`${path} null`, nulls, shape.nulls ?? 0, leeway),
		...textFaults(
			path,
			shape,
			present.filter((value) => typeof value === 'string'),
			leeway,
		),
		...listFaults(path, shape, present.filter(Array.isArray), leeway),
	];
}

/** Whether a field hangs below one that may be null or an empty list. */
function isEntry(path: string): boolean {
	return path.endsWith('[]');
}

/**
 * @param events of one type
 * @returns in what they differ from the real records: fields, types, forms, shares of nulls, lengths of lists
 */
export function shapeFaults(type: string, events: readonly JsonObject[], leeway: Leeway): string[] {
	const shapes = realShapes[type] ?? {};
	const found = new Map<string, unknown[]>();
	for (const event of events) {
		for (const [path, value] of fieldsOf(event)) {
			found.set(path, [...(found.get(path) ?? []), value]);
		}
	}
	const later = leeway.newer ? (newerFields[type] ?? []) : [];
	const unknown = [...found.keys()].filter((path) => !(path in shapes) && !later.includes(path));
	// A list that was always empty has no shape for its entries.
	const strange = unknown.filter(
		(path) => !(leeway.newer && isEntry(path) && path.slice(0, -2) in shapes),
	);
	return [
		...strange.map((path) => `${path}: no real record has it`),
		...Object.entries(shapes).flatMap(([path, shape]) => {
			const values = found.get(path);
			if (!values) return [`${path}: missing`];
			const missing = !isEntry(path) && values.length < events.length;
			return [
				...(missing ? [`${path}: missing in some`] : []),
				...fieldFaults(path, shape, values, leeway),
			];
		}),
	];
}

const micros = (time: unknown): number => {
	const [seconds = '', fraction = '0'] = String(time).replace('Z', '').split('.');
	return Date.parse(`${seconds}Z`) * 1000 + Number(fraction);
};
const second = 1_000_000;

/** How times, ties and bursts lie: what no single record shows. */
export interface Statistics {
	types: Record<string, number>;
	/** Whether the chain is in the order of `updated_at`, and in that of `created_at`. */
	inOrderOfUpdate: boolean;
	inOrderOfCreation: boolean;
	/** Sizes of the groups that share one `updated_at`. */
	ties: number[];
	wholeSeconds: number;
	/** Updated before the creation: how many, and by how many milliseconds at most. */
	updatedBefore: number;
	mostBeforeMs: number;
	/** Guardian events that were updated after their creation, and by how many minutes. */
	guardianLate: number;
	guardianMinutes: [number, number];
	burstSizes: number[];
	protectedUsers: number[];
	simulations: number;
	linksNameTheId: boolean;
}

function groupSizes(keys: readonly string[]): number[] {
	const sizes = new Map<string, number>();
	for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
	return [...sizes.values()].sort((a, b) => b - a);
}

function at(event: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), event);
}

function isSorted(times: readonly number[]): boolean {
	return times.every((time, index) => index === 0 || (times[index - 1] ?? 0) <= time);
}

/** Whether the number in the link is the one in the ID: of outbound events, and of no Defender event. */
function linkNamesId(event: JsonObject): boolean {
	const number = /check_log_id=(\d+)/.exec(String(event['portal_link']))?.[1] ?? '';
	const outbound = event['type'] !== 'defender';
	return String(event['id']).endsWith(`-${number}`) === outbound;
}

/** @param events in the order of the chain */
export function statisticsOf(events: readonly JsonObject[]): Statistics {
	const updated = events.map((event) => micros(event['updated_at']));
	const created = events.map((event) => micros(event['created_at']));
	const delays = updated.map((time, index) => time - (created[index] ?? 0));
	const before = delays.filter((delay) => delay < 0);
	const late = delays.filter(
		(delay, index) => delay > second && events[index]?.['type'] === 'guardian',
	);
	const defenders = events.filter(({ type }) => type === 'defender');
	const types: Record<string, number> = {};
	for (const { type } of events) types[String(type)] = (types[String(type)] ?? 0) + 1;
	return {
		types,
		inOrderOfUpdate: isSorted(updated),
		inOrderOfCreation: isSorted(created),
		ties: groupSizes(updated.map(String)).filter((size) => size > 1),
		wholeSeconds: created.filter((time) => time % second === 0).length,
		updatedBefore: before.length,
		mostBeforeMs: Math.ceil(Math.max(0, ...before.map((delay) => -delay)) / 1000),
		guardianLate: late.length,
		guardianMinutes: [
			Math.floor(Math.min(...late) / 60 / second),
			Math.ceil(Math.max(...late) / 60 / second),
		],
		burstSizes: groupSizes(
			defenders.map((event) => String(at(event, 'defender_details.burst_attack_id'))),
		),
		protectedUsers: defenders.map((event) =>
			Number(at(event, 'defender_details.number_protected_users')),
		),
		simulations: defenders.filter((event) =>
			JSON.stringify(at(event, 'defender_details.threat_signal_types')).includes(
				'PHISHING_SIMULATION',
			),
		).length,
		linksNameTheId: events.every((event) => event['portal_link'] === null || linkNamesId(event)),
	};
}
